/*
 * Realtime: families of rows, by engines that extconfig.conf names in their order. One engine is built in, "stub": its table
 * T is etc/realtime/T.conf, a section for each row. Without the file it fails, and while etc/realtime/silent is there, it does
 * not answer.
 */

#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "asterisk/config.h"

#include "base/config.h"
#include "base/fault.h"
#include "base/ledger.h"
#include "base/paths.h"
#include "base/variables.h"

static struct ast_config_engine *engines;
static pthread_mutex_t engines_lock = PTHREAD_MUTEX_INITIALIZER;

int ast_config_engine_register(struct ast_config_engine *newconfig)
{
	pthread_mutex_lock(&engines_lock);
	newconfig->next = engines;
	engines = newconfig;
	pthread_mutex_unlock(&engines_lock);
	ledger_enter(LEDGER_CONFIG_ENGINE, SIDE_MODULE, 1);
	return 1;
}

int ast_config_engine_deregister(struct ast_config_engine *del)
{
	struct ast_config_engine **at = &engines;

	pthread_mutex_lock(&engines_lock);
	while (*at && *at != del) {
		at = &(*at)->next;
	}
	if (*at) {
		*at = del->next;
		ledger_enter(LEDGER_CONFIG_ENGINE, SIDE_MODULE, -1);
	}
	pthread_mutex_unlock(&engines_lock);
	return 0;
}

static realtime_multi_get read_table;

static struct ast_config_engine built_in = { .name = "stub", .realtime_multi_func = read_table };

static struct ast_config_engine *find_engine(const char *name)
{
	struct ast_config_engine *engine;

	if (!strcmp(name, built_in.name)) {
		return &built_in;
	}
	pthread_mutex_lock(&engines_lock);
	for (engine = engines; engine && strcmp(engine->name, name); engine = engine->next) {
	}
	pthread_mutex_unlock(&engines_lock);
	return engine;
}

/* The engine that serves a family at a place in the order, counted from 0; its table is copied out. */
static struct ast_config_engine *engine_of(const char *family, int place, char *table, size_t room)
{
	struct ast_config *config = config_read("extconfig.conf", "realtime", false);
	struct category *settings = config && config != CONFIG_STATUS_FILEINVALID ? config_category(config, "settings") : NULL;
	struct ast_config_engine *engine = NULL;

	for (struct ast_variable *mapping = settings ? settings->first : NULL; mapping; mapping = mapping->next) {
		char name[80] = "";
		char database[80] = "";

		if (strcasecmp(mapping->name, family) || place--) {
			continue;
		}
		*table = '\0';
		if (room > 79) {
			sscanf(mapping->value, "%79[^,],%79[^,],%79[^,]", name, database, table);
		}
		engine = find_engine(name);
		break;
	}
	if (config != CONFIG_STATUS_FILEINVALID) {
		config_free(config);
	}
	return engine;
}

int ast_check_realtime(const char *family)
{
	char table[80];

	return engine_of(family, 0, table, sizeof(table)) ? 1 : 0;
}

/* Puts the row's id where a driver has it: among its columns. */
static void give_id(struct category *row)
{
	struct ast_variable *id = variable_new("id", row->name, "", SIDE_MODULE);

	id->next = row->first;
	row->first = id;
	if (!row->last) {
		row->last = id;
	}
}

static void wait_while_silent(void)
{
	const struct timespec moment = { .tv_nsec = 10 * 1000 * 1000 };
	char file[PATH_MAX];

	snprintf(file, sizeof(file), "%s/realtime/silent", paths.etc);
	while (!access(file, F_OK)) {
		nanosleep(&moment, NULL);
	}
}

static struct ast_config *read_table(const char *database, const char *table, const struct ast_variable *fields)
{
	char file[100];
	struct ast_flags flags = { 0 };
	struct ast_config *config;
	struct category **at;

	(void) database;
	wait_while_silent();
	snprintf(file, sizeof(file), "realtime/%s.conf", table);
	config = ast_config_load2(file, "realtime", flags);
	if (!config || config == CONFIG_STATUS_FILEINVALID || config == CONFIG_STATUS_FILEUNCHANGED) {
		return NULL;
	}
	for (at = &config->first; *at;) {
		struct category *row = *at;

		if (!strcmp(fields->name, "id") && strcmp(fields->value, row->name)) {
			*at = row->next;
			category_free(row);
			continue;
		}
		give_id(row);
		at = &row->next;
	}
	return config;
}

struct ast_config *ast_load_realtime_multientry(const char *family, ...)
{
	char table[80];
	struct ast_config_engine *engine;
	struct ast_variable *field;
	struct ast_config *found = NULL;
	const char *name;
	const char *value;
	va_list args;

	if (fault_strikes(FAULT_ALLOC, __func__)) {
		return NULL;
	}
	va_start(args, family);
	name = va_arg(args, const char *);
	value = va_arg(args, const char *);
	va_end(args);
	field = variable_new(name, value, "", SIDE_CORE);
	for (int place = 0; !found && (engine = engine_of(family, place, table, sizeof(table))); place++) {
		found = engine->realtime_multi_func ? engine->realtime_multi_func("", table, field) : NULL;
	}
	variables_destroy(field);
	if (found && !found->first) {
		ast_config_destroy(found);
		return NULL;
	}
	return found;
}

/* Phones with their lines, and the routes to their files. Asterisk's defects are kept. */

#include "res_phoneprov/users.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/chanvars.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/memory.h"
#include "base/objects.h"
#include "base/paths.h"
#include "base/table.h"
#include "base/text.h"
#include "res_phoneprov/fill.h"

#define BUCKETS 563

/* NULL when the module is not loaded, or when a reload of it has failed and left it dead. */
static struct table *users;
static struct table *routes;

/* Phones of which a reference was lost: they live on, as in Asterisk, but are not leaked at the end. */
static struct lost {
	struct user *user;
	struct lost *next;
} *lost;
static pthread_mutex_t lost_lock = PTHREAD_MUTEX_INITIALIZER;

static const char *const variable_names[] = {
	[AST_PHONEPROV_STD_MAC] = "MAC",
	[AST_PHONEPROV_STD_PROFILE] = "PROFILE",
	[AST_PHONEPROV_STD_USERNAME] = "USERNAME",
	[AST_PHONEPROV_STD_DISPLAY_NAME] = "DISPLAY_NAME",
	[AST_PHONEPROV_STD_SECRET] = "SECRET",
	[AST_PHONEPROV_STD_LABEL] = "LABEL",
	[AST_PHONEPROV_STD_CALLERID] = "CALLERID",
	[AST_PHONEPROV_STD_TIMEZONE] = "TIMEZONE",
	[AST_PHONEPROV_STD_LINENUMBER] = "LINE",
	[AST_PHONEPROV_STD_LINEKEYS] = "LINEKEYS",
	[AST_PHONEPROV_STD_SERVER] = "SERVER",
	[AST_PHONEPROV_STD_SERVER_PORT] = "SERVER_PORT",
	[AST_PHONEPROV_STD_SERVER_IFACE] = "SERVER_IFACE",
	[AST_PHONEPROV_STD_VOICEMAIL_EXTEN] = "VOICEMAIL_EXTEN",
	[AST_PHONEPROV_STD_EXTENSION_LENGTH] = "EXTENSION_LENGTH",
	[AST_PHONEPROV_STD_TZOFFSET] = "TZOFFSET",
	[AST_PHONEPROV_STD_DST_ENABLE] = "DST_ENABLE",
	[AST_PHONEPROV_STD_DST_START_MONTH] = "DST_START_MONTH",
	[AST_PHONEPROV_STD_DST_START_MDAY] = "DST_START_MDAY",
	[AST_PHONEPROV_STD_DST_START_HOUR] = "DST_START_HOUR",
	[AST_PHONEPROV_STD_DST_END_MONTH] = "DST_END_MONTH",
	[AST_PHONEPROV_STD_DST_END_MDAY] = "DST_END_MDAY",
	[AST_PHONEPROV_STD_DST_END_HOUR] = "DST_END_HOUR",
};

const char *phoneprov_variable(enum ast_phoneprov_std_variables variable)
{
	return (unsigned int) variable < COUNT_OF(variable_names) ? variable_names[variable] : NULL;
}

/* Routes */

static const char *route_uri(const void *object)
{
	const struct route *route = object;

	return route->uri;
}

static void route_destroy(void *object)
{
	struct route *route = object;

	block_free(route->uri);
}

static void add_route(const char *uri, struct phoneprov_file *file, struct user *user, struct profile *profile)
{
	struct route *route = object_alloc(sizeof(*route), route_destroy, SIDE_CORE);

	route->uri = block_strdup(uri);
	route->file = file;
	route->user = user;
	route->profile = profile;
	table_add(routes, route);
	object_release(route);
}

void routes_add_static(struct phoneprov_file *file, struct profile *profile)
{
	add_route(file->format, file, NULL, profile);
}

struct route *routes_find(const char *uri)
{
	return routes ? table_find(routes, uri) : NULL;
}

struct route_visit {
	void (*call)(const struct route *route, void *data);
	void *data;
};

static bool visit_route(void *object, void *data)
{
	struct route_visit *visit = data;

	visit->call(object, visit->data);
	return true;
}

void routes_each(void (*call)(const struct route *route, void *data), void *data)
{
	struct route_visit visit = { call, data };

	if (routes) {
		table_each(routes, visit_route, &visit);
	}
}

static bool leads_to(const void *object, const void *mac)
{
	const struct route *route = object;

	return route->user && !strcmp(route->user->mac, mac);
}

/* Users */

static const char *user_mac(const void *object)
{
	const struct user *user = object;

	return user->mac;
}

static void free_line(struct line *line)
{
	vars_destroy(line->vars);
	block_free(line);
}

static void end_where_they_meet(const struct user *user)
{
	LOG(ERROR, "The lines of phone '%s' lose what is being read", user->mac);
	abort();
}

void user_begin_reading(struct user *user)
{
	if (!paths.trap_server) {
		return;
	}
	atomic_fetch_add(&user->readers, 1);
	if (atomic_load(&user->loses)) {
		end_where_they_meet(user);
	}
}

void user_end_reading(struct user *user)
{
	if (paths.trap_server) {
		atomic_fetch_sub(&user->readers, 1);
	}
}

void user_begin_losing(struct user *user, int readers)
{
	if (!paths.trap_server) {
		return;
	}
	atomic_store(&user->loses, true);
	if (atomic_load(&user->readers) != readers) {
		end_where_they_meet(user);
	}
}

void user_end_losing(struct user *user)
{
	if (paths.trap_server) {
		atomic_store(&user->loses, false);
	}
}

static void user_destroy(void *object)
{
	struct user *user = object;
	struct line *line;

	user_begin_losing(user, 0);
	while ((line = user->made)) {
		user->made = line->next_made;
		free_line(line);
	}
	object_release(user->profile);
	if (routes) {
		table_remove(routes, leads_to, user->mac);
	}
	block_free(user->mac);
	block_free(user->provider);
}

static struct user *create_user(const char *mac, const char *provider, struct profile *profile)
{
	struct user *user = object_alloc(sizeof(*user), user_destroy, SIDE_CORE);

	user->mac = block_strdup(mac);
	user->provider = block_strdup(provider);
	user->profile = object_hold(profile);
	return user;
}

struct user *users_find(const char *mac)
{
	return users ? table_find(users, mac) : NULL;
}

struct user_visit {
	bool (*call)(struct user *user, void *data);
	void *data;
};

static bool visit_user(void *object, void *data)
{
	struct user_visit *visit = data;

	object_hold(object);
	if (visit->call(object, visit->data)) {
		object_release(object);
	} else {
		struct lost *entry = core_alloc(sizeof(*entry));

		entry->user = object;
		pthread_mutex_lock(&lost_lock);
		entry->next = lost;
		lost = entry;
		pthread_mutex_unlock(&lost_lock);
	}
	return true;
}

void users_each(bool (*call)(struct user *user, void *data), void *data)
{
	struct user_visit visit = { call, data };

	if (users) {
		table_each(users, visit_user, &visit);
	}
}

static void free_lost(void)
{
	while (lost) {
		struct lost *entry = lost;

		lost = entry->next;
		object_release(entry->user);
		free(entry);
	}
}

static struct line *create_line(const struct varshead *vars)
{
	struct line *line = block_alloc(sizeof(*line), LEDGER_MEMORY, SIDE_CORE);
	const char *index;

	line->vars = vars_clone(vars);
	index = vars_find(line->vars, phoneprov_variable(AST_PHONEPROV_STD_LINENUMBER));
	if (index) {
		sscanf(index, "%d", &line->index);
	} else {
		vars_add(line->vars, phoneprov_variable(AST_PHONEPROV_STD_LINENUMBER), "1");
		line->index = 1;
	}
	if (!vars_find(line->vars, phoneprov_variable(AST_PHONEPROV_STD_LINEKEYS))) {
		vars_add(line->vars, phoneprov_variable(AST_PHONEPROV_STD_LINEKEYS), "1");
	}
	/* Every zone is UTC here. */
	vars_add(line->vars, phoneprov_variable(AST_PHONEPROV_STD_TZOFFSET), "0");
	return line;
}

/* The profile's own variables may speak of the line's. */
static void add_profile_variables(struct line *line, const struct profile *profile)
{
	for (const struct ast_var_t *var = profile->vars->first; var; var = var->entries.next) {
		struct text value = { 0 };

		if (!vars_find(line->vars, var->name)) {
			phoneprov_fill(NULL, line->vars, var->value, &value);
			vars_add(line->vars, var->name, text_string(&value));
			text_free(&value);
		}
	}
}

/*
 * In order of their index. The walk goes on after it has inserted, as Asterisk's does: with two or more higher lines
 * behind it, the new one is inserted again, and the first of them is lost.
 */
static int insert_line(struct user *user, struct line *line)
{
	struct line *previous = NULL;
	struct line *next;

	if (!user->lines) {
		user->lines = line;
		return 0;
	}
	for (struct line *current = user->lines; current; previous = current, current = next) {
		next = current->next;
		if (line->index < current->index) {
			if (previous) {
				line->next = previous->next;
				previous->next = line;
			} else {
				line->next = user->lines;
				user->lines = line;
			}
		} else if (line->index == current->index) {
			LOG(WARNING, "Duplicate linenumber=%d for %s", line->index, user->mac);
			return -1;
		} else if (!current->next) {
			current->next = line;
		}
	}
	return 0;
}

static int add_line(struct user *user, const char *name, const struct varshead *vars)
{
	struct line *line = create_line(vars);

	add_profile_variables(line, user->profile);
	if (insert_line(user, line)) {
		LOG(WARNING, "Could not add extension '%s' to user '%s'", name, user->mac);
		free_line(line);
		return -1;
	}
	line->next_made = user->made;
	user->made = line;
	return 0;
}

/* From the first line only: the others are not there yet. */
static void add_user_routes(struct user *user)
{
	for (struct phoneprov_file *file = user->profile->dynamic_files; file; file = file->next) {
		struct text uri = { 0 };

		phoneprov_fill(NULL, user->lines->vars, file->format, &uri);
		add_route(uri.length ? uri.at : file->format, file, user, user->profile);
		text_free(&uri);
	}
}

int users_add(const char *provider, struct profile *profile, const char *mac, const char *name,
	const struct varshead *vars)
{
	struct user *user = table_find(users, mac);
	int result;

	if (user && strcmp(user->provider, provider)) {
		LOG(ERROR, "MAC address '%s' was already added by provider '%s' - skipping", user->mac, user->provider);
		result = -1;
	} else if (user) {
		result = add_line(user, name, vars);
	} else {
		user = create_user(mac, provider, profile);
		result = add_line(user, name, vars);
		if (!result) {
			add_user_routes(user);
			table_add(users, user);
		}
	}
	object_release(user);
	return result;
}

void users_remove(bool (*doomed)(const void *user, const void *data), const void *data)
{
	if (users) {
		table_remove(users, doomed, data);
	}
}

/* All of it */

void users_create(void)
{
	routes = table_create(BUCKETS, route_uri);
	users = table_create(BUCKETS, user_mac);
}

void routes_remove_all(void)
{
	if (routes) {
		table_remove(routes, NULL, NULL);
	}
}

void users_destroy(void)
{
	routes_remove_all();
	table_destroy(users);
	users = NULL;
	free_lost();
	table_destroy(routes);
	routes = NULL;
}

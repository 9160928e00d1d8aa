/* Commands: who has which, and running one. */

#include "console/cli.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "base/ledger.h"
#include "base/log.h"
#include "base/memory.h"
#include "console/words.h"
#include "modules/module.h"

static struct ast_cli_entry *commands;
static pthread_rwlock_t commands_lock = PTHREAD_RWLOCK_INITIALIZER;

void ast_cli(int fd, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;
	int length;
	const char *at;

	va_start(args, fmt);
	length = vasprintf(&text, fmt, args);
	va_end(args);
	for (at = text; length > 0;) {
		ssize_t written = write(fd, at, length);

		if (written <= 0) {
			break;
		}
		at += written;
		length -= written;
	}
	free(text);
}

/* How many of the line's first words are the command; 0 if they are not. */
static int matches(const struct ast_cli_entry *entry, const char *const *words, int count)
{
	int at;

	for (at = 0; entry->cmda[at]; at++) {
		if (at == count || strcasecmp(entry->cmda[at], words[at])) {
			return 0;
		}
	}
	return at;
}

/* The one with the most words. */
static struct ast_cli_entry *find(const char *const *words, int count)
{
	struct ast_cli_entry *best = NULL;
	int most = 0;

	for (struct ast_cli_entry *entry = commands; entry; entry = entry->list.next) {
		int length = matches(entry, words, count);

		if (length > most) {
			best = entry;
			most = length;
		}
	}
	return best;
}

static struct ast_cli_entry *find_exactly(const char *const *words, int count)
{
	for (struct ast_cli_entry *entry = commands; entry; entry = entry->list.next) {
		if (entry->args == count && matches(entry, words, count) == count) {
			return entry;
		}
	}
	return NULL;
}

/* Asks the entry for its command, and cuts that up into words. */
static void name_entry(struct ast_cli_entry *entry, struct ast_module *module)
{
	struct ast_cli_args none = { 0 };
	const char **words = (const char **) entry->cmda;
	char *rest;
	char *word;

	entry->module = module;
	entry->handler(entry, CLI_INIT, &none);
	entry->_full_cmd = core_strdup(entry->command);
	rest = entry->command = core_strdup(entry->command);
	entry->args = 0;
	while ((word = strsep(&rest, " ")) && entry->args < AST_MAX_CMD_LEN - 1) {
		if (*word) {
			words[entry->args++] = word;
		}
	}
	words[entry->args] = NULL;
}

static void forget_name(struct ast_cli_entry *entry)
{
	free(entry->_full_cmd);
	free(entry->command);
	entry->_full_cmd = NULL;
	entry->command = NULL;
	entry->usage = NULL;
	memset((void *) entry->cmda, 0, sizeof(entry->cmda));
}

static int add(struct ast_cli_entry *entry, struct ast_module *module)
{
	int result = 0;

	name_entry(entry, module);
	pthread_rwlock_wrlock(&commands_lock);
	if (find_exactly(entry->cmda, entry->args)) {
		LOG(WARNING, "Command '%s' already registered (or something close enough)", entry->_full_cmd);
		result = -1;
	} else {
		entry->list.next = commands;
		commands = entry;
	}
	pthread_rwlock_unlock(&commands_lock);
	if (result) {
		forget_name(entry);
	}
	return result;
}

static bool take_out(struct ast_cli_entry *entry)
{
	struct ast_cli_entry **at = &commands;
	bool found;

	if (__atomic_load_n(&entry->inuse, __ATOMIC_SEQ_CST)) {
		LOG(WARNING, "Can't remove command that is in use");
		return false;
	}
	pthread_rwlock_wrlock(&commands_lock);
	while (*at && *at != entry) {
		at = &(*at)->list.next;
	}
	found = *at;
	if (found) {
		*at = entry->list.next;
		forget_name(entry);
	}
	pthread_rwlock_unlock(&commands_lock);
	return found;
}

void cli_register(struct ast_cli_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		add(&entries[i], NULL);
	}
}

void cli_unregister(struct ast_cli_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		take_out(&entries[i]);
	}
}

void cli_free(void)
{
	while (commands) {
		struct ast_cli_entry *entry = commands;

		commands = entry->list.next;
		forget_name(entry);
	}
}

int __ast_cli_register_multiple(struct ast_cli_entry *e, int len, struct ast_module *mod)
{
	int result = 0;

	/* Each on its own: those that can be are registered all the same, and the caller is told of failure. */
	for (int i = 0; i < len; i++) {
		if (fault_strikes(FAULT_REGISTER, __func__) || add(&e[i], mod)) {
			result = -1;
		} else {
			ledger_enter(LEDGER_CLI, SIDE_MODULE, 1);
		}
	}
	return result;
}

int ast_cli_unregister_multiple(struct ast_cli_entry *e, int len)
{
	for (int i = 0; i < len; i++) {
		if (take_out(&e[i])) {
			ledger_enter(LEDGER_CLI, SIDE_MODULE, -1);
		}
	}
	return 0;
}

/* Nobody asks for completions here: as where Asterisk collects none, the text is freed. */
int ast_cli_completion_add(char *value)
{
	block_free(value);
	return -1;
}

int ast_cli_command_full(int uid, int gid, int fd, const char *s)
{
	(void) uid, (void) gid;
	cli_run(fd, s);
	return 0;
}

void cli_run(int fd, const char *line)
{
	/* Before the words comes the entry: handlers may look there for it. */
	const char *words[CLI_MAX_WORDS + 2];
	char *copy = core_strdup(line);
	int count = cli_split(copy, words + 1);
	struct ast_cli_entry *entry;
	const char *result = CLI_FAILURE;

	if (!count) {
		free(copy);
		return;
	}
	pthread_rwlock_rdlock(&commands_lock);
	entry = find(words + 1, count);
	if (entry) {
		__atomic_add_fetch(&entry->inuse, 1, __ATOMIC_SEQ_CST);
	}
	pthread_rwlock_unlock(&commands_lock);
	if (!entry) {
		ast_cli(fd, "No such command '%s'\n", line);
		free(copy);
		return;
	}
	words[0] = (const char *) entry;
	if (!entry->module || module_running_ref(entry->module)) {
		struct ast_cli_args args = { .fd = fd, .argc = count, .argv = words + 1 };

		result = entry->handler(entry, CLI_HANDLER, &args);
		module_unref(entry->module);
	}
	if (result == CLI_SHOWUSAGE) {
		ast_cli(fd, "%s", entry->usage ? entry->usage : "Invalid usage, but no usage information available.\n");
	} else if (result == CLI_FAILURE) {
		ast_cli(fd, "Command '%s' failed.\n", line);
	}
	__atomic_sub_fetch(&entry->inuse, 1, __ATOMIC_SEQ_CST);
	free(copy);
}

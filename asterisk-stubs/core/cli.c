/* Commands: who has which, and running one. */

#include "core.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

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

struct ast_cli_entry *cli_find_exactly(const char *const *words, int count)
{
	for (struct ast_cli_entry *entry = commands; entry; entry = entry->list.next) {
		if (entry->args == count && matches(entry, words, count) == count) {
			return entry;
		}
	}
	return NULL;
}

/* Where the shorter one ends, they count as equal, and the newer one goes last. */
static bool goes_before(const struct ast_cli_entry *entry, const struct ast_cli_entry *other)
{
	int length = entry->cmdlen < other->cmdlen ? entry->cmdlen : other->cmdlen;

	return strncasecmp(entry->_full_cmd, other->_full_cmd, length) < 0;
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
	entry->cmdlen = (int) strlen(entry->_full_cmd);
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
	struct ast_cli_entry **at = &commands;
	int result = 0;

	name_entry(entry, module);
	pthread_rwlock_wrlock(&commands_lock);
	if (cli_find_exactly(entry->cmda, entry->args)) {
		LOG(WARNING, "Command '%s' already registered (or something close enough)", entry->_full_cmd);
		result = -1;
	} else {
		while (*at && !goes_before(entry, *at)) {
			at = &(*at)->list.next;
		}
		entry->list.next = *at;
		*at = entry;
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

void cli_lock(void)
{
	pthread_rwlock_rdlock(&commands_lock);
}

void cli_unlock(void)
{
	pthread_rwlock_unlock(&commands_lock);
}

struct ast_cli_entry *cli_next(const struct ast_cli_entry *entry)
{
	return entry ? entry->list.next : commands;
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

/* Names the part of the line that there may be help for: up to the word that no command of that length ends with. */
static void say_unknown(int fd, const char *line, const char *const *words, int count)
{
	struct text known = { 0 };
	bool found = true;

	for (int length = 1; found && length <= count; length++) {
		text_add_format(&known, "%s%s", length > 1 ? " " : "", words[length - 1]);
		/* A real one has commands of one word. */
		found = length == 1;
		for (struct ast_cli_entry *entry = commands; !found && entry; entry = entry->list.next) {
			int at = 0;

			while (at < length - 1 && entry->cmda[at] && !strcasecmp(entry->cmda[at], words[at])) {
				at++;
			}
			found = entry->args == length && at == length - 1;
		}
	}
	ast_cli(fd, "No such command '%s' (type 'core show help %s' for other possible commands)\n", line,
		text_string(&known));
	text_free(&known);
}

bool cli_run(int fd, const char *line)
{
	/* Before the words comes the entry: handlers may look there for it. */
	const char *words[CLI_MAX_WORDS + 2];
	char *copy = core_strdup(line);
	int count = cli_split(copy, words + 1, NULL);
	struct ast_cli_entry *entry;
	const char *result = CLI_FAILURE;

	if (!count) {
		free(copy);
		return false;
	}
	pthread_rwlock_rdlock(&commands_lock);
	entry = find(words + 1, count);
	if (entry) {
		__atomic_add_fetch(&entry->inuse, 1, __ATOMIC_SEQ_CST);
	}
	if (!entry) {
		say_unknown(fd, line, words + 1, count);
	}
	pthread_rwlock_unlock(&commands_lock);
	if (!entry) {
		free(copy);
		return false;
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
	return result == CLI_SUCCESS;
}

/* What commands there are, and how one is used. */

#include "core.h"

#include <strings.h>

/* Those that begin with a text, be it in the middle of a word. */
static bool list(int fd, const struct text *beginning)
{
	bool found = false;

	for (const struct ast_cli_entry *entry = cli_next(NULL); entry; entry = cli_next(entry)) {
		/* For programs, not for people. */
		if (*entry->_full_cmd == '_') {
			continue;
		}
		if (!strncasecmp(text_string(beginning), entry->_full_cmd, beginning->length)) {
			ast_cli(fd, "%-30s -- %s\n", entry->_full_cmd,
				is_empty(entry->summary) ? "<no description available>" : entry->summary);
			found = true;
		}
	}
	return found;
}

static char *help(struct ast_cli_entry *self, int cmd, struct ast_cli_args *args)
{
	struct text topic = { 0 };
	const struct ast_cli_entry *entry;

	if (cmd == CLI_INIT) {
		self->command = "core show help";
		self->usage = "Usage: core show help [TOPIC]\n"
			"       Shows the usage of a command, or lists those that begin with the topic.\n";
		return NULL;
	}
	cli_join(&topic, args->argv + self->args);
	cli_lock();
	entry = args->argc == self->args ? NULL : cli_find_exactly(args->argv + self->args, args->argc - self->args);
	if (entry && entry->usage) {
		ast_cli(args->fd, "%s", entry->usage);
	} else if (entry) {
		ast_cli(args->fd, "No help text available for '%s'.\n", topic.at);
	} else if (!list(args->fd, &topic)) {
		ast_cli(args->fd, "No such command '%s'.\n", text_string(&topic));
	}
	cli_unlock();
	text_free(&topic);
	return CLI_SUCCESS;
}

struct ast_cli_entry cli_help_commands[1] = {
	{ .handler = help, .summary = "Display help list, or specific help on a command" },
};

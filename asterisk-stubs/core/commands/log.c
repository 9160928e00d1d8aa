/* The commands about the log. */

#include "commands/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asterisk/options.h"

#include "base/alloc.h"
#include "base/debug.h"
#include "base/log.h"

static char *set_debug(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	const char *const *argv;
	int level;

	if (cmd == CLI_INIT) {
		entry->command = "core set debug";
		entry->usage = "Usage: core set debug LEVEL|off [MODULE]\n"
			"       Sets how much is logged, by all modules or by one.\n";
		return NULL;
	}
	if (args->argc < entry->args + 1 || args->argc > entry->args + 2) {
		return CLI_SHOWUSAGE;
	}
	argv = args->argv + entry->args;
	if (!strcasecmp(argv[0], "off")) {
		level = 0;
	} else if (sscanf(argv[0], "%30d", &level) != 1) {
		return CLI_SHOWUSAGE;
	}
	if (args->argc == entry->args + 2) {
		char *module = core_strdup(argv[1]);
		size_t length = strlen(module);

		if (length > 3 && !strcasecmp(module + length - 3, ".so")) {
			module[length - 3] = '\0';
		}
		ast_cli(args->fd, "Core debug was %u and has been set to %d for '%s'.\n", debug_set(module, level), level,
			module);
		free(module);
	} else {
		ast_cli(args->fd, "Core debug was %d and is now %d.\n", option_debug, level);
		option_debug = level;
	}
	return CLI_SUCCESS;
}

static char *log_mark(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	if (cmd == CLI_INIT) {
		entry->command = "stub log-mark";
		entry->usage = "Usage: stub log-mark TEXT\n       Writes the text to the log.\n";
		return NULL;
	}
	if (args->argc != entry->args + 1) {
		return CLI_SHOWUSAGE;
	}
	LOG(NOTICE, "MARK %s", args->argv[entry->args]);
	return CLI_SUCCESS;
}

struct ast_cli_entry log_commands[2] = {
	{ .handler = set_debug },
	{ .handler = log_mark },
};

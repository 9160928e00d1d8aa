/* The command that shows what is read of a file, as AMI's GetConfig does. */

#include "commands/commands.h"

#include "base/config.h"
#include "base/macros.h"
#include "base/variables.h"

static char *show_config(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	struct ast_config *config;

	if (cmd == CLI_INIT) {
		entry->command = "stub config";
		entry->usage = "Usage: stub config FILE\n       Shows the sections that are read of a file, and their types.\n";
		return NULL;
	}
	if (args->argc != entry->args + 1) {
		return CLI_SHOWUSAGE;
	}
	config = config_read(args->argv[entry->args], "stub config", false);
	if (!config || config == CONFIG_STATUS_FILEINVALID) {
		ast_cli(args->fd, "Not read\n");
		return CLI_SUCCESS;
	}
	for (const struct category *category = config->first; category; category = category->next) {
		if (!category->template) {
			const char *type = variables_find(category->first, "type");

			ast_cli(args->fd, "Section %s\n", category->name);
			if (type) {
				ast_cli(args->fd, "Type %s\n", type);
			}
		}
	}
	config_free(config);
	return CLI_SUCCESS;
}

struct ast_cli_entry config_commands[] = {
	{ .handler = show_config },
};

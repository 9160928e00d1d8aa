/* The commands about what was taken. */

#include "commands/commands.h"

#include <stdbool.h>

#include "base/ledger.h"
#include "base/text.h"

static char *show(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args, bool module)
{
	struct text out = { 0 };

	if (cmd == CLI_INIT) {
		entry->command = module ? "stub ledger module" : "stub ledger";
		entry->usage = "Usage: stub ledger [module]\n"
			"       Lists what is live and what was taken in all, by kind: on both sides, or the module's alone.\n";
		return NULL;
	}
	if (args->argc != entry->args) {
		return CLI_SHOWUSAGE;
	}
	ledger_report(&out, "", module ? SIDE_MODULE : SIDE_CORE);
	ast_cli(args->fd, "%s", text_string(&out));
	text_free(&out);
	return CLI_SUCCESS;
}

static char *show_all(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	return show(entry, cmd, args, false);
}

static char *show_module(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	return show(entry, cmd, args, true);
}

struct ast_cli_entry ledger_commands[2] = {
	{ .handler = show_all },
	{ .handler = show_module },
};

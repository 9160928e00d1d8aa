/* The commands that do to res_pjsip's objects what ARI does. */

#include "commands/commands.h"

#include <stdlib.h>
#include <string.h>

#include "asterisk/res_pjsip.h"

#include "base/alloc.h"
#include "base/variables.h"
#include "sorcery/change.h"

static char *put_object(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	struct ast_variable *fields = NULL;
	struct ast_variable **end = &fields;
	int result;

	if (cmd == CLI_INIT) {
		entry->command = "stub put";
		entry->usage = "Usage: stub put TYPE ID NAME=VALUE...\n       Creates or updates an object, as ARI does.\n";
		return NULL;
	}
	if (args->argc < entry->args + 2) {
		return CLI_SHOWUSAGE;
	}
	for (int i = entry->args + 2; i < args->argc; i++) {
		char *value = core_strdup(args->argv[i]);
		char *name = strsep(&value, "=");

		*end = variable_new(name, value ? value : "", "", SIDE_CORE);
		end = &(*end)->next;
		free(name);
	}
	result = sorcery_put(ast_sip_get_sorcery(), args->argv[entry->args], args->argv[entry->args + 1], fields);
	variables_destroy(fields);
	ast_cli(args->fd, result ? "Not put\n" : "Put\n");
	return CLI_SUCCESS;
}

static char *delete_object(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	if (cmd == CLI_INIT) {
		entry->command = "stub delete";
		entry->usage = "Usage: stub delete TYPE ID\n       Deletes an object, as ARI does.\n";
		return NULL;
	}
	if (args->argc != entry->args + 2) {
		return CLI_SHOWUSAGE;
	}
	ast_cli(args->fd, sorcery_delete(ast_sip_get_sorcery(), args->argv[entry->args], args->argv[entry->args + 1]) ? "Not deleted\n"
		: "Deleted\n");
	return CLI_SUCCESS;
}

struct ast_cli_entry object_commands[] = {
	{ .handler = put_object },
	{ .handler = delete_object },
};

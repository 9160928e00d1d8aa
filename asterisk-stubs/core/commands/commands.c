/* The commands that belong to no other file, and the registration of all. */

#include "commands/commands.h"

#include "base/macros.h"
#include "base/paths.h"
#include "base/process.h"
#include "console/cli.h"
#include "http/requests.h"

static char *wait_booted(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	if (cmd == CLI_INIT) {
		entry->command = "core waitfullybooted";
		entry->usage = "Usage: core waitfullybooted\n       Waits until Asterisk is fully booted.\n";
		return NULL;
	}
	process_wait_booted();
	ast_cli(args->fd, "Asterisk has fully booted.\n");
	return CLI_SUCCESS;
}

static char *show_version(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	if (cmd == CLI_INIT) {
		entry->command = "core show version";
		entry->usage = "Usage: core show version\n       Shows which Asterisk this claims to be.\n";
		return NULL;
	}
	ast_cli(args->fd, "Asterisk %s (stub core)\n", paths.version);
	return CLI_SUCCESS;
}

static char *stop_at_once(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	(void) args;
	if (cmd == CLI_INIT) {
		entry->command = "core stop now";
		entry->usage = "Usage: core stop now\n       Ends Asterisk; no module is unloaded.\n";
		return NULL;
	}
	process_stop_now();
	return CLI_SUCCESS;
}

static char *stop_in_order(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	(void) args;
	if (cmd == CLI_INIT) {
		entry->command = "core stop gracefully";
		entry->usage = "Usage: core stop gracefully\n       Unloads the modules, then ends Asterisk.\n";
		return NULL;
	}
	process_stop_gracefully();
	return CLI_SUCCESS;
}

static struct ast_cli_entry core_commands[] = {
	{ .handler = wait_booted },
	{ .handler = show_version },
	{ .handler = stop_at_once },
	{ .handler = stop_in_order },
};

void commands_register(void)
{
	cli_register(core_commands, COUNT_OF(core_commands));
	cli_register(log_commands, COUNT_OF(log_commands));
	cli_register(module_commands, COUNT_OF(module_commands));
	cli_register(http_commands, COUNT_OF(http_commands));
	cli_register(ledger_commands, COUNT_OF(ledger_commands));
	cli_register(object_commands, COUNT_OF(object_commands));
	cli_register(config_commands, COUNT_OF(config_commands));
	cli_register(fault_commands, COUNT_OF(fault_commands));
}

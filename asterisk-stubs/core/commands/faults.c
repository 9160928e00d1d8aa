/* The commands that make calls of the module fail. */

#include "commands/commands.h"

#include <stdlib.h>

#include "base/fault.h"

static char *command(enum fault fault, struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	static char *const commands[FAULTS] = {
		[FAULT_ALLOC] = "stub fail alloc",
		[FAULT_ADD_EXTENSION] = "stub fail add_extension",
		[FAULT_REGISTER] = "stub fail register",
		[FAULT_SIP] = "stub fail sip",
	};
	char *end;
	long at;

	if (cmd == CLI_INIT) {
		entry->command = commands[fault];
		entry->usage = "Usage: stub fail alloc|add_extension|register|sip K\n"
			"       The K-th such call by the module from now on fails; 0 means none.\n";
		return NULL;
	}
	if (args->argc != entry->args + 1) {
		return CLI_SHOWUSAGE;
	}
	at = strtol(args->argv[entry->args], &end, 10);
	if (*end || at < 0) {
		return CLI_SHOWUSAGE;
	}
	fault_arm(fault, at);
	ast_cli(args->fd, "%s fails at %ld\n", fault_name(fault), at);
	return CLI_SUCCESS;
}

static char *fail_alloc(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	return command(FAULT_ALLOC, entry, cmd, args);
}

static char *fail_add_extension(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	return command(FAULT_ADD_EXTENSION, entry, cmd, args);
}

static char *fail_register(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	return command(FAULT_REGISTER, entry, cmd, args);
}

static char *fail_sip(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	return command(FAULT_SIP, entry, cmd, args);
}

static char *fail_off(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	if (cmd == CLI_INIT) {
		entry->command = "stub fail off";
		entry->usage = "Usage: stub fail off\n"
			"       Nothing fails from now on; says how many calls there were, and whether one was failed.\n";
		return NULL;
	}
	if (args->argc != entry->args) {
		return CLI_SHOWUSAGE;
	}
	for (int fault = 0; fault < FAULTS; fault++) {
		bool failed;
		long calls = fault_calls(fault, &failed);

		ast_cli(args->fd, "%s calls=%ld failed=%d\n", fault_name(fault), calls, failed);
		fault_arm(fault, 0);
	}
	return CLI_SUCCESS;
}

struct ast_cli_entry fault_commands[5] = {
	{ .handler = fail_alloc },
	{ .handler = fail_add_extension },
	{ .handler = fail_register },
	{ .handler = fail_sip },
	{ .handler = fail_off },
};

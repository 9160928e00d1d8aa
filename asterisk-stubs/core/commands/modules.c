/* The commands about modules, which read as Asterisk's do. */

#include "commands/commands.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asterisk/module.h"

#include "base/alloc.h"
#include "base/macros.h"
#include "modules/load.h"
#include "modules/module.h"
#include "modules/unload.h"

static char *load_command(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	const char *name;

	if (cmd == CLI_INIT) {
		entry->command = "module load";
		entry->usage = "Usage: module load MODULE\n       Loads the module.\n";
		return NULL;
	}
	if (args->argc != entry->args + 1) {
		return CLI_SHOWUSAGE;
	}
	name = args->argv[entry->args];
	if (module_load(name)) {
		ast_cli(args->fd, "Unable to load module %s\n", name);
		return CLI_FAILURE;
	}
	ast_cli(args->fd, "Loaded %s\n", name);
	return CLI_SUCCESS;
}

static char *unload_command(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	enum force force = FORCE_NOT;
	int at = entry->args;

	if (cmd == CLI_INIT) {
		entry->command = "module unload";
		entry->usage = "Usage: module unload [-f|-h] MODULE ...\n"
			"       Unloads the modules; -f even if in use, -h even if they refuse.\n";
		return NULL;
	}
	if (args->argc > at && *args->argv[at] == '-') {
		force = args->argv[at][1] == 'h' ? FORCE_HARD : FORCE_FIRM;
		at++;
	}
	if (args->argc <= at) {
		return CLI_SHOWUSAGE;
	}
	for (; at < args->argc; at++) {
		if (module_unload(args->argv[at], force)) {
			ast_cli(args->fd, "Unable to unload resource %s\n", args->argv[at]);
			return CLI_FAILURE;
		}
		ast_cli(args->fd, "Unloaded %s\n", args->argv[at]);
	}
	return CLI_SUCCESS;
}

static void say_reloaded(int fd, const char *name, enum ast_module_reload_result result)
{
	switch (result) {
	case AST_MODULE_RELOAD_SUCCESS:
		ast_cli(fd, "Module '%s' reloaded successfully.\n", name);
		break;
	case AST_MODULE_RELOAD_QUEUED:
		ast_cli(fd, "Asterisk cannot reload a module yet; request queued\n");
		break;
	case AST_MODULE_RELOAD_NOT_FOUND:
		ast_cli(fd, "No such module '%s'\n", name);
		break;
	case AST_MODULE_RELOAD_ERROR:
		ast_cli(fd, "The module '%s' reported a reload failure\n", name);
		break;
	case AST_MODULE_RELOAD_IN_PROGRESS:
		ast_cli(fd, "A module reload request is already in progress; please be patient\n");
		break;
	case AST_MODULE_RELOAD_UNINITIALIZED:
		ast_cli(fd, "The module '%s' was not properly initialized.\n", name);
		break;
	case AST_MODULE_RELOAD_NOT_IMPLEMENTED:
		ast_cli(fd, "The module '%s' does not support reloads\n", name);
		break;
	}
}

static char *reload_command(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	if (cmd == CLI_INIT) {
		entry->command = "module reload";
		entry->usage = "Usage: module reload [MODULE ...]\n       Reloads the modules, or all of them.\n";
		return NULL;
	}
	if (args->argc == entry->args) {
		ast_module_reload(NULL);
	}
	for (int i = entry->args; i < args->argc; i++) {
		say_reloaded(args->fd, args->argv[i], ast_module_reload(args->argv[i]));
	}
	return CLI_SUCCESS;
}

static char *reload_all_command(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	(void) args;
	if (cmd == CLI_INIT) {
		entry->command = "core reload";
		entry->usage = "Usage: core reload\n       Reloads all modules.\n";
		return NULL;
	}
	ast_module_reload(NULL);
	return CLI_SUCCESS;
}

static int compare_resources(const void *left, const void *right)
{
	return strcasecmp((*(struct ast_module *const *) left)->resource, (*(struct ast_module *const *) right)->resource);
}

static void show(int fd, const char *like)
{
	static const char *const levels[] = { "unknown", "core", "extended", "deprecated" };
	struct ast_module **shown = NULL;
	size_t count = 0;

	ast_cli(fd, "%-30s %-40.40s %-10s %-11s %13s\n", "Module", "Description", "Use Count", "Status", "Support Level");
	modules_lock();
	for (struct ast_module *module = modules_first; module; module = module->next) {
		if (strcasestr(module->resource, like)) {
			shown = core_grow(shown, (count + 1) * sizeof(*shown));
			shown[count++] = module;
		}
	}
	if (count) {
		qsort(shown, count, sizeof(*shown), compare_resources);
	}
	for (size_t i = 0; i < count; i++) {
		ast_cli(fd, "%-30s %-40.40s %-10d %-11s %13s\n", shown[i]->resource, shown[i]->info->description,
			shown[i]->use_count, shown[i]->running ? "Running" : "Not Running",
			levels[shown[i]->info->support_level % COUNT_OF(levels)]);
	}
	modules_unlock();
	ast_cli(fd, "%zu modules loaded\n", count);
	free(shown);
}

static char *show_command(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	if (cmd == CLI_INIT) {
		entry->command = "module show";
		entry->usage = "Usage: module show [like TEXT]\n       Lists the modules.\n";
		return NULL;
	}
	if (args->argc == entry->args) {
		show(args->fd, "");
	} else if (args->argc == entry->args + 2 && !strcasecmp(args->argv[entry->args], "like")) {
		show(args->fd, args->argv[entry->args + 1]);
	} else {
		return CLI_SHOWUSAGE;
	}
	return CLI_SUCCESS;
}

struct ast_cli_entry module_commands[5] = {
	{ .handler = load_command },
	{ .handler = unload_command },
	{ .handler = reload_command },
	{ .handler = reload_all_command },
	{ .handler = show_command },
};

/* Starting modules. */

#include "modules/load.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/config.h"
#include "base/log.h"
#include "base/text.h"
#include "modules/dependencies.h"
#include "modules/library.h"
#include "modules/module.h"
#include "modules/unload.h"

static const struct builtin *builtins;
static bool is_loaded;

static const struct builtin *find_builtin(const char *name)
{
	for (const struct builtin *builtin = builtins; builtin->resource; builtin++) {
		if (!builtin->always && module_has_name(builtin->resource, name)) {
			return builtin;
		}
	}
	return NULL;
}

static struct ast_module *add_builtin(const struct builtin *builtin)
{
	struct ast_module *module = core_alloc(sizeof(*module));

	module->resource = core_strdup(builtin->resource);
	module->info = builtin->info;
	module->until_shutdown = builtin->until_shutdown;
	module->use_count = builtin->until_shutdown;
	builtin->info->self = module;
	modules_append(module);
	return module;
}

/* The module, found or opened and checked, but not started; NULL if it cannot be had. */
static struct ast_module *get(const char *name)
{
	struct ast_module *module = modules_find(name);
	const struct builtin *builtin = module ? NULL : find_builtin(name);

	if (module) {
		return module;
	}
	return builtin ? add_builtin(builtin) : library_open(name);
}

static enum ast_module_load_result start(struct ast_module *module)
{
	struct text idle = { 0 };
	enum ast_module_load_result result;

	if (module->running) {
		return AST_MODULE_LOAD_SUCCESS;
	}
	dependencies_idle(module, &idle);
	if (idle.length) {
		if (is_loaded) {
			LOG(ERROR, "%s loaded before dependency %s!", module->info->name, idle.at);
		} else {
			LOG(ERROR, "Failed to load %s due to dependencies: %s.", module->info->name, idle.at);
		}
		text_free(&idle);
		return AST_MODULE_LOAD_DECLINE;
	}
	dependencies_hold(module);
	result = module->info->load ? module->info->load() : AST_MODULE_LOAD_SUCCESS;
	if (result == AST_MODULE_LOAD_SUCCESS) {
		LOG(VERBOSE, "Loaded %s => (%s)", module->resource, module->info->description);
		module->running = true;
	} else {
		module->declined = true;
	}
	/* The last to start is the first to stop. */
	modules_take_out(module);
	modules_append(module);
	return result;
}

static int priority(const struct ast_module *module)
{
	bool has_order = !module->lib || (module->info->flags & AST_MODFLAG_LOAD_ORDER);

	return has_order ? module->info->load_pri : AST_MODPRI_DEFAULT;
}

/* By load priority; the next is the first of those that nobody has tried yet. */
static struct ast_module *next_to_start(void)
{
	struct ast_module *best = NULL;

	for (struct ast_module *module = modules_first; module; module = module->next) {
		if (!module->running && !module->declined && (!best || priority(module) < priority(best))) {
			best = module;
		}
	}
	return best;
}

/* Files only after all that is built in: a module may stand before those that it requires. */
static void get_listed(const struct category *modules, bool builtin)
{
	for (const struct ast_variable *line = modules->first; line; line = line->next) {
		if (strcasecmp(line->name, "load") && strcasecmp(line->name, "preload") && strcasecmp(line->name, "require")) {
			continue;
		}
		/* Most of what a real modules.conf names has no place here. */
		if (builtin ? find_builtin(line->value) != NULL : library_is_there(line->value)) {
			get(line->value);
		}
	}
}

void modules_load(const struct builtin *all)
{
	struct ast_config *config = config_read("modules.conf", "loader", false);
	struct category *listed;
	struct ast_module *module;

	modules_lock();
	builtins = all;
	for (const struct builtin *builtin = builtins; builtin->resource; builtin++) {
		if (builtin->always) {
			add_builtin(builtin);
		}
	}
	if (config && config != CONFIG_STATUS_FILEINVALID) {
		listed = config_category(config, "modules");
		if (listed) {
			get_listed(listed, true);
			get_listed(listed, false);
		}
		config_free(config);
	}
	while ((module = next_to_start())) {
		if (start(module) != AST_MODULE_LOAD_SUCCESS) {
			module->declined = true;
		}
	}
	is_loaded = true;
	modules_unlock();
}

enum ast_module_load_result ast_load_resource(const char *resource_name)
{
	return module_load(resource_name) ? AST_MODULE_LOAD_DECLINE : AST_MODULE_LOAD_SUCCESS;
}

/* At run time dependencies are not loaded along. */
int module_load(const char *name)
{
	struct ast_module *module;
	int result = -1;

	modules_lock();
	module = modules_find(name);
	if (module && module->declined) {
		module_unload(name, FORCE_NOT);
		module = modules_find(name);
	}
	if (module && module->running) {
		LOG(WARNING, "Module '%s' already loaded and running.", name);
	} else if ((module = get(name))) {
		module->declined = false;
		result = start(module);
	}
	modules_unlock();
	return result;
}

/* Ending modules. */

#include "modules/unload.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/log.h"
#include "modules/library.h"
#include "modules/module.h"

/* Whether the module's own unload function has done what is needed, or was not asked. */
static bool lets_go(struct ast_module *module, const char *name, enum force force)
{
	int result;

	if (!module->running || module->declined) {
		LOG(NOTICE, "Unloading module '%s' that previously declined to load", name);
		return true;
	}
	if (module->use_count && !force) {
		LOG(WARNING, "Soft unload failed, '%s' has use count %d", name, module->use_count);
		return false;
	}
	if (module->use_count) {
		LOG(WARNING, "Warning:  Forcing removal of module '%s' with use count %d", name, module->use_count);
	}
	LOG(VERBOSE, "Unloading %s", module->resource);
	result = module->info->unload ? module->info->unload() : -1;
	if (result) {
		LOG(WARNING, "Firm unload failed for %s", name);
		return force == FORCE_HARD;
	}
	module->running = false;
	return true;
}

int module_unload(const char *name, enum force force)
{
	struct ast_module *module;
	int result = -1;

	modules_lock();
	module = modules_find(name);
	if (!module) {
		LOG(WARNING, "Unload failed, '%s' could not be found", name);
	} else if (lets_go(module, name, force)) {
		result = 0;
		if (module->lib) {
			library_close(module);
		} else if (!module->use_count) {
			/* One that others still use would stay mapped for them, and listed. */
			modules_take_out(module);
			module_destroy(module);
		}
	}
	modules_unlock();
	return result;
}

int ast_unload_resource(const char *resource_name, enum ast_module_unload_mode mode)
{
	return module_unload(resource_name, mode == AST_FORCE_SOFT ? FORCE_NOT : mode == AST_FORCE_FIRM ? FORCE_FIRM : FORCE_HARD);
}

void modules_unload(void)
{
	struct ast_module *module;
	bool changed;

	modules_lock();
	do {
		struct ast_module *previous;

		changed = false;
		for (module = modules_last; module; module = previous) {
			previous = module->previous;
			if (module->use_count) {
				continue;
			}
			modules_take_out(module);
			if (module->running && module->info->unload) {
				LOG(VERBOSE, "Unloading %s", module->resource);
				module->info->unload();
			}
			module_destroy(module);
			changed = true;
		}
		for (module = modules_first; !changed && module; module = module->next) {
			if (module->until_shutdown) {
				module->until_shutdown = false;
				module_unref(module);
				changed = true;
			}
		}
	} while (changed);
	/* Something still uses these: they stay as they are, but for their memory. */
	while ((module = modules_last)) {
		LOG(WARNING, "Module '%s' was not unloaded, its use count is %d", module->resource, module->use_count);
		modules_take_out(module);
		free(module->resource);
		free(module);
	}
	modules_unlock();
}

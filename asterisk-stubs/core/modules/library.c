/* Modules that are files. */

#include "modules/library.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asterisk/buildopts.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/paths.h"
#include "modules/dependencies.h"

void library_close(struct ast_module *module)
{
	char *name = core_strdup(module->info->name);

	if (dlclose(module->lib)) {
		const char *error = dlerror();

		LOG(ERROR, "Failure in dlclose for module '%s': %s", name, error ? error : "Unknown error");
	}
	free(name);
}

/* Opens and registers the module; NULL if it cannot be. */
static struct ast_module *open_unchecked(const char *name)
{
	struct ast_module *module = module_create(name);
	char *path = core_asprintf("%s/%s", paths.modules, module->resource);
	char *error = NULL;

	module_being_loaded = module;
	module->lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (module_being_loaded && !module->lib) {
		/* Binding lazily gets hold of what the module says about itself, and of a better message. */
		error = core_strdup(dlerror());
		module->lib = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
	}
	free(path);
	if (module_being_loaded) {
		module_being_loaded = NULL;
		if (module->lib) {
			LOG(ERROR, "Module '%s' did not register itself during load", name);
			dlclose(module->lib);
		} else {
			LOG(ERROR, "Error loading module '%s': %s", name, error);
		}
		module_destroy(module);
		module = NULL;
	} else if (!dependencies_present(module, name)) {
		library_close(module);
		module = NULL;
	} else if (error) {
		LOG(ERROR, "Error loading module '%s': %s", name, error);
		library_close(module);
		module = NULL;
	}
	free(error);
	return module;
}

static bool is_acceptable(const struct ast_module *module)
{
	const struct ast_module_info *info = module->info;

	if (!info->description) {
		LOG(ERROR, "Module '%s' does not provide a description.", module->resource);
	} else if (!info->key) {
		LOG(ERROR, "Module '%s' does not provide a license key.", module->resource);
	} else if (strcmp(info->key, ASTERISK_GPL_KEY)) {
		LOG(ERROR, "Module '%s' did not provide a valid license key.", module->resource);
	} else if (*info->buildopt_sum && strcmp(info->buildopt_sum, AST_BUILDOPT_SUM)) {
		LOG(ERROR, "Module '%s' was not compiled with the same compile-time options as this version of Asterisk.",
			module->resource);
		LOG(ERROR, "Module '%s' will not be initialized as it may cause instability.", module->resource);
	} else {
		return true;
	}
	return false;
}

struct ast_module *library_open(const char *name)
{
	struct ast_module *module = open_unchecked(name);

	if (module && !is_acceptable(module)) {
		LOG(ERROR, "Module '%s' could not be loaded.", name);
		library_close(module);
		module = NULL;
	}
	return module;
}

bool library_is_there(const char *name)
{
	struct ast_module *probe = module_create(name);
	char *path = core_asprintf("%s/%s", paths.modules, probe->resource);
	bool result = !access(path, R_OK);

	free(path);
	module_destroy(probe);
	return result;
}

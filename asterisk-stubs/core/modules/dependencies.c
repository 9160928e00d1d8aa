/* The modules that another one requires. */

#include "modules/dependencies.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"

/* Calls back for each name in a comma-separated list. */
static void each_required(const struct ast_module *module, void (*call)(const char *name, void *data), void *data)
{
	char *copy;
	char *rest;
	char *name;

	if (is_empty(module->info->requires)) {
		return;
	}
	rest = copy = core_strdup(module->info->requires);
	while ((name = strsep(&rest, ","))) {
		call(strip(name), data);
	}
	free(copy);
}

static void add_absent(const char *name, void *data)
{
	struct text *absent = data;

	if (!modules_find(name)) {
		text_add_format(absent, "%s%s", absent->length ? ", " : "", name);
	}
}

static void add_idle(const char *name, void *data)
{
	struct text *idle = data;
	const struct ast_module *dependency = modules_find(name);

	if (!dependency || !dependency->running) {
		text_add_format(idle, "%s%s", idle->length ? ", " : "", name);
	}
}

static void hold(const char *name, void *data)
{
	struct ast_module *module = data;
	struct ast_module *dependency = modules_find(name);

	for (int i = 0; i < module->held_count; i++) {
		if (module->held[i] == dependency) {
			return;
		}
	}
	if (module->held_count < MAX_DEPENDENCIES) {
		module->held[module->held_count++] = dependency;
		module_use(dependency);
	}
}

bool dependencies_present(const struct ast_module *module, const char *name)
{
	struct text absent = { 0 };
	bool result;

	each_required(module, add_absent, &absent);
	result = !absent.length;
	if (!result) {
		LOG(ERROR, "Error loading module '%s', missing %s: %s", name,
			strchr(absent.at, ',') ? "dependencies" : "dependency", absent.at);
	}
	text_free(&absent);
	return result;
}

void dependencies_idle(const struct ast_module *module, struct text *idle)
{
	each_required(module, add_idle, idle);
}

void dependencies_hold(struct ast_module *module)
{
	each_required(module, hold, module);
}

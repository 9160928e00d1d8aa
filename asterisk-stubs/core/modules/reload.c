/* Reloading modules. */

#include "modules/reload.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"
#include "modules/module.h"

static pthread_mutex_t reload_lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

/* Reloads that were asked for before the boot was over; NULL asks for all. */
static struct queued_reload {
	char *name;
	struct queued_reload *next;
} *queued_reloads;
static bool is_booted;

static bool queue_reload(const char *name)
{
	bool queued;

	modules_lock();
	queued = !is_booted;
	if (queued) {
		struct queued_reload *entry = core_alloc(sizeof(*entry));

		entry->name = name ? core_strdup(name) : NULL;
		entry->next = queued_reloads;
		queued_reloads = entry;
	}
	modules_unlock();
	return queued;
}

void modules_booted(void)
{
	struct queued_reload *entry;

	modules_lock();
	is_booted = true;
	entry = queued_reloads;
	queued_reloads = NULL;
	modules_unlock();
	while (entry) {
		struct queued_reload *next = entry->next;

		ast_module_reload(entry->name);
		free(entry->name);
		free(entry);
		entry = next;
	}
}

enum ast_module_reload_result ast_module_reload(const char *name)
{
	enum ast_module_reload_result result = AST_MODULE_RELOAD_NOT_FOUND;

	if (queue_reload(name)) {
		return AST_MODULE_RELOAD_QUEUED;
	}
	if (pthread_mutex_trylock(&reload_lock)) {
		LOG(VERBOSE, "The previous reload command didn't finish yet");
		return AST_MODULE_RELOAD_IN_PROGRESS;
	}
	modules_lock();
	for (struct ast_module *module = modules_first; module; module = module->next) {
		enum ast_module_reload_result failure;

		if (name && !module_has_name(module->resource, name)) {
			continue;
		}
		if (!module->running || module->declined) {
			failure = AST_MODULE_RELOAD_UNINITIALIZED;
		} else if (!module->info->reload) {
			failure = AST_MODULE_RELOAD_NOT_IMPLEMENTED;
		} else {
			LOG(VERBOSE, "Reloading module '%s' (%s)", module->resource, module->info->description);
			failure = module->info->reload() ? AST_MODULE_RELOAD_ERROR : AST_MODULE_RELOAD_SUCCESS;
		}
		if (failure == AST_MODULE_RELOAD_SUCCESS || result == AST_MODULE_RELOAD_NOT_FOUND) {
			result = failure;
		}
		if (name) {
			break;
		}
	}
	modules_unlock();
	pthread_mutex_unlock(&reload_lock);
	return result;
}

/* The list of modules, and who uses one. */

#include "modules/module.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "base/ledger.h"

struct ast_module *modules_first;
struct ast_module *modules_last;
struct ast_module *module_being_loaded;

static pthread_mutex_t list_lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

void modules_lock(void)
{
	pthread_mutex_lock(&list_lock);
}

void modules_unlock(void)
{
	pthread_mutex_unlock(&list_lock);
}

void modules_append(struct ast_module *module)
{
	module->previous = modules_last;
	module->next = NULL;
	if (modules_last) {
		modules_last->next = module;
	} else {
		modules_first = module;
	}
	modules_last = module;
}

void modules_take_out(struct ast_module *module)
{
	if (module->previous) {
		module->previous->next = module->next;
	} else {
		modules_first = module->next;
	}
	if (module->next) {
		module->next->previous = module->previous;
	} else {
		modules_last = module->previous;
	}
}

static size_t base_length(const char *name)
{
	size_t length = strlen(name);

	return length > 3 && !strcasecmp(name + length - 3, ".so") ? length - 3 : length;
}

struct ast_module *module_create(const char *name)
{
	struct ast_module *module = core_alloc(sizeof(*module));

	module->resource = core_asprintf("%.*s.so", (int) base_length(name), name);
	return module;
}

static void add_use(struct ast_module *module, int count)
{
	module->use_count += count;
}

void module_destroy(struct ast_module *module)
{
	for (int i = 0; i < module->held_count; i++) {
		add_use(module->held[i], -1);
	}
	free(module->resource);
	free(module);
}

bool module_has_name(const char *resource, const char *name)
{
	size_t length = base_length(name);

	return base_length(resource) == length && !strncasecmp(resource, name, length);
}

struct ast_module *modules_find(const char *name)
{
	struct ast_module *module = modules_first;

	while (module && !module_has_name(module->resource, name)) {
		module = module->next;
	}
	return module;
}

/* Called by a module's constructor. */
void ast_module_register(const struct ast_module_info *info)
{
	modules_lock();
	if (module_being_loaded) {
		struct ast_module *module = module_being_loaded;

		module_being_loaded = NULL;
		module->info = info;
		modules_append(module);
		((struct ast_module_info *) info)->self = module;
	}
	modules_unlock();
}

/* Called by a module's destructor: when its code is unmapped. */
void ast_module_unregister(const struct ast_module_info *info)
{
	struct ast_module *module;

	modules_lock();
	for (module = modules_last; module && module->info != info; module = module->previous) {
	}
	if (module) {
		modules_take_out(module);
		if (!module->use_count) {
			module_destroy(module);
		}
	}
	modules_unlock();
}

struct ast_module *__ast_module_ref(struct ast_module *mod, const char *file, int line, const char *func)
{
	(void) file, (void) line, (void) func;
	if (mod) {
		ledger_enter(LEDGER_MODULE_REF, SIDE_MODULE, 1);
		add_use(mod, 1);
	}
	return mod;
}

void __ast_module_unref(struct ast_module *mod, const char *file, int line, const char *func)
{
	(void) file, (void) line, (void) func;
	if (mod) {
		ledger_enter(LEDGER_MODULE_REF, SIDE_MODULE, -1);
		add_use(mod, -1);
	}
}

struct ast_module *module_running_ref(struct ast_module *module)
{
	if (!module->running) {
		return NULL;
	}
	add_use(module, 1);
	return module;
}

void module_use(struct ast_module *module)
{
	if (module) {
		add_use(module, 1);
	}
}

void module_unref(struct ast_module *module)
{
	if (module) {
		add_use(module, -1);
	}
}

/* Calls with the list locked, as the real one; it may reload modules, but not load or unload any. */
int ast_update_module_list_data(int (*modentry)(const char *module, const char *description, int usecnt,
	const char *status, const char *like, enum ast_module_support_level support_level, void *data), const char *like,
	void *data)
{
	int sum = 0;

	if (fault_strikes(FAULT_ALLOC, __func__)) {
		return 0;
	}
	modules_lock();
	for (struct ast_module *module = modules_first; module; module = module->next) {
		sum += modentry(module->resource, module->info->description, module->use_count,
			module->running ? "Running" : "Not Running", like, module->info->support_level, data);
	}
	modules_unlock();
	return sum;
}

/*
 * The loader: which modules there are, starting, reloading and unloading them.
 *
 * res_pjsip and res_phoneprov are part of this program, but are there only if modules.conf names them.
 */

#include "core.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "asterisk/buildopts.h"

#define MAX_DEPENDENCIES 8

struct ast_module {
	char *resource;
	const struct ast_module_info *info;
	void *lib;
	int use_count;
	bool running;
	bool declined;
	/* Holds itself, until nothing but the end of all is left to wait for. */
	bool until_shutdown;
	struct ast_module *held[MAX_DEPENDENCIES];
	int held_count;
	struct ast_module *next;
	struct ast_module *previous;
};

static const struct ast_module_info http_module = {
	.name = "http",
	.description = "Built-in HTTP Server",
	.support_level = AST_MODULE_SUPPORT_CORE,
};

static struct ast_module *first;
static struct ast_module *last;
static struct ast_module *being_loaded;
static pthread_mutex_t list_lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t reload_lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

/* Reloads that were asked for before the boot was over; NULL asks for all. */
static struct queued_reload {
	char *name;
	struct queued_reload *next;
} *queued_reloads;
static bool is_loaded;
static bool is_booted;

static void append(struct ast_module *module)
{
	module->previous = last;
	module->next = NULL;
	if (last) {
		last->next = module;
	} else {
		first = module;
	}
	last = module;
}

static void take_out(struct ast_module *module)
{
	if (module->previous) {
		module->previous->next = module->next;
	} else {
		first = module->next;
	}
	if (module->next) {
		module->next->previous = module->previous;
	} else {
		last = module->previous;
	}
}

static size_t base_length(const char *name)
{
	size_t length = strlen(name);

	return length > 3 && !strcasecmp(name + length - 3, ".so") ? length - 3 : length;
}

static struct ast_module *create(const char *name)
{
	struct ast_module *module = core_alloc(sizeof(*module));

	module->resource = core_asprintf("%.*s.so", (int) base_length(name), name);
	return module;
}

static void add_use(struct ast_module *module, int count)
{
	__atomic_add_fetch(&module->use_count, count, __ATOMIC_SEQ_CST);
}

static void destroy(struct ast_module *module)
{
	for (int i = 0; i < module->held_count; i++) {
		add_use(module->held[i], -1);
	}
	free(module->resource);
	free(module);
}

/* With or without the ending. */
static bool has_name(const char *resource, const char *name)
{
	size_t length = base_length(name);

	return base_length(resource) == length && !strncasecmp(resource, name, length);
}

static bool is_named(const struct ast_module *module, const char *name)
{
	return has_name(module->resource, name);
}

static struct ast_module *find(const char *name)
{
	struct ast_module *module = first;

	while (module && !is_named(module, name)) {
		module = module->next;
	}
	return module;
}

/* Called by a module's constructor. */
void ast_module_register(const struct ast_module_info *info)
{
	pthread_mutex_lock(&list_lock);
	if (being_loaded) {
		struct ast_module *module = being_loaded;

		being_loaded = NULL;
		module->info = info;
		append(module);
		((struct ast_module_info *) info)->self = module;
	}
	pthread_mutex_unlock(&list_lock);
}

/* Called by a module's destructor: when its code is unmapped. */
void ast_module_unregister(const struct ast_module_info *info)
{
	struct ast_module *module;

	pthread_mutex_lock(&list_lock);
	for (module = last; module && module->info != info; module = module->previous) {
	}
	if (module) {
		take_out(module);
		if (!module->use_count) {
			destroy(module);
		}
	}
	pthread_mutex_unlock(&list_lock);
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

/* Dependencies */

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

	if (!find(name)) {
		text_add_format(absent, "%s%s", absent->length ? ", " : "", name);
	}
}

static void add_idle(const char *name, void *data)
{
	struct text *idle = data;
	const struct ast_module *dependency = find(name);

	if (!dependency || !dependency->running) {
		text_add_format(idle, "%s%s", idle->length ? ", " : "", name);
	}
}

static void hold(const char *name, void *data)
{
	struct ast_module *module = data;
	struct ast_module *dependency = find(name);

	for (int i = 0; i < module->held_count; i++) {
		if (module->held[i] == dependency) {
			return;
		}
	}
	if (module->held_count < MAX_DEPENDENCIES) {
		module->held[module->held_count++] = dependency;
		add_use(dependency, 1);
	}
}

/* Whether the library could have been bound; says by name which dependency is missing. */
static bool has_all_present(const struct ast_module *module, const char *name)
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

/* Opening and closing */

/* The module is gone when this returns, unless its code stays mapped. */
static void close_library(struct ast_module *module)
{
	char *name = core_strdup(module->info->name);

	if (dlclose(module->lib)) {
		const char *error = dlerror();

		LOG(ERROR, "Failure in dlclose for module '%s': %s", name, error ? error : "Unknown error");
	}
	free(name);
}

/* Opens and registers the module; NULL if it cannot be. */
static struct ast_module *open_library(const char *name)
{
	struct ast_module *module = create(name);
	char *path = core_asprintf("%s/%s", paths.modules, module->resource);
	char *error = NULL;

	being_loaded = module;
	module->lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (being_loaded && !module->lib) {
		/* Binding lazily gets hold of what the module says about itself, and of a better message. */
		error = core_strdup(dlerror());
		module->lib = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
	}
	free(path);
	if (being_loaded) {
		being_loaded = NULL;
		if (module->lib) {
			LOG(ERROR, "Module '%s' did not register itself during load", name);
			dlclose(module->lib);
		} else {
			LOG(ERROR, "Error loading module '%s': %s", name, error);
		}
		destroy(module);
		module = NULL;
	} else if (!has_all_present(module, name)) {
		close_library(module);
		module = NULL;
	} else if (error) {
		LOG(ERROR, "Error loading module '%s': %s", name, error);
		close_library(module);
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

static struct ast_module *add_builtin(const struct ast_module_info *info, const char *resource, bool until_shutdown)
{
	struct ast_module *module = core_alloc(sizeof(*module));

	module->resource = core_strdup(resource);
	module->info = info;
	module->until_shutdown = until_shutdown;
	module->use_count = until_shutdown;
	append(module);
	return module;
}

static bool is_builtin(const char *name)
{
	return has_name("res_pjsip.so", name) || has_name("res_phoneprov.so", name);
}

/* The module, found or opened and checked, but not started; NULL if it cannot be had. */
static struct ast_module *get(const char *name)
{
	struct ast_module *module = find(name);

	if (module) {
		return module;
	}
	if (has_name("res_pjsip.so", name)) {
		return add_builtin(&res_pjsip_module, "res_pjsip.so", true);
	}
	if (has_name("res_phoneprov.so", name)) {
		return add_builtin(&res_phoneprov_module, "res_phoneprov.so", false);
	}
	module = open_library(name);
	if (module && !is_acceptable(module)) {
		LOG(ERROR, "Module '%s' could not be loaded.", name);
		close_library(module);
		module = NULL;
	}
	return module;
}

/* Starting */

static enum ast_module_load_result start(struct ast_module *module)
{
	struct text idle = { 0 };
	enum ast_module_load_result result;

	if (module->running) {
		return AST_MODULE_LOAD_SUCCESS;
	}
	each_required(module, add_idle, &idle);
	if (idle.length) {
		if (is_loaded) {
			LOG(ERROR, "%s loaded before dependency %s!", module->info->name, idle.at);
		} else {
			LOG(ERROR, "Failed to load %s due to dependencies: %s.", module->info->name, idle.at);
		}
		text_free(&idle);
		return AST_MODULE_LOAD_DECLINE;
	}
	each_required(module, hold, module);
	result = module->info->load ? module->info->load() : AST_MODULE_LOAD_SUCCESS;
	if (result == AST_MODULE_LOAD_SUCCESS) {
		LOG(VERBOSE, "Loaded %s => (%s)", module->resource, module->info->description);
		module->running = true;
	} else {
		module->declined = true;
	}
	/* The last to start is the first to stop. */
	take_out(module);
	append(module);
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

	for (struct ast_module *module = first; module; module = module->next) {
		if (!module->running && !module->declined && (!best || priority(module) < priority(best))) {
			best = module;
		}
	}
	return best;
}

/* Most of what a real modules.conf names has no place here. */
static bool is_there(const char *name)
{
	struct ast_module *probe = create(name);
	char *path = core_asprintf("%s/%s", paths.modules, probe->resource);
	bool result = is_builtin(name) || !access(path, R_OK);

	free(path);
	destroy(probe);
	return result;
}

/* Files only after all that is built in: a module may stand before those that it requires. */
static void get_listed(const struct category *modules, bool builtin)
{
	for (const struct ast_variable *line = modules->first; line; line = line->next) {
		if (strcasecmp(line->name, "load") && strcasecmp(line->name, "preload") && strcasecmp(line->name, "require")) {
			continue;
		}
		if (is_builtin(line->value) == builtin && is_there(line->value)) {
			get(line->value);
		}
	}
}

void modules_load(void)
{
	struct ast_config *config = config_read("modules.conf", "loader", false);
	struct category *listed;
	struct ast_module *module;

	pthread_mutex_lock(&list_lock);
	add_builtin(&http_module, "http", true);
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
	pthread_mutex_unlock(&list_lock);
}

/* Unloading */

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

	pthread_mutex_lock(&list_lock);
	module = find(name);
	if (!module) {
		LOG(WARNING, "Unload failed, '%s' could not be found", name);
	} else if (lets_go(module, name, force)) {
		result = 0;
		if (module->lib) {
			close_library(module);
		} else {
			take_out(module);
			destroy(module);
		}
	}
	pthread_mutex_unlock(&list_lock);
	return result;
}

/* At run time dependencies are not loaded along. */
int module_load(const char *name)
{
	struct ast_module *module;
	int result = -1;

	pthread_mutex_lock(&list_lock);
	module = find(name);
	if (module && module->declined) {
		module_unload(name, FORCE_NOT);
		module = find(name);
	}
	if (module && module->running) {
		LOG(WARNING, "Module '%s' already loaded and running.", name);
	} else if ((module = get(name))) {
		module->declined = false;
		result = start(module);
	}
	pthread_mutex_unlock(&list_lock);
	return result;
}

void modules_unload(void)
{
	struct ast_module *module;
	bool changed;

	pthread_mutex_lock(&list_lock);
	do {
		struct ast_module *previous;

		changed = false;
		for (module = last; module; module = previous) {
			previous = module->previous;
			if (module->use_count) {
				continue;
			}
			take_out(module);
			if (module->running && module->info->unload) {
				LOG(VERBOSE, "Unloading %s", module->resource);
				module->info->unload();
			}
			destroy(module);
			changed = true;
		}
		for (module = first; !changed && module; module = module->next) {
			if (module->until_shutdown) {
				module->until_shutdown = false;
				add_use(module, -1);
				changed = true;
			}
		}
	} while (changed);
	/* Something still uses these: they stay as they are, but for their memory. */
	while ((module = last)) {
		LOG(WARNING, "Module '%s' was not unloaded, its use count is %d", module->resource, module->use_count);
		take_out(module);
		free(module->resource);
		free(module);
	}
	pthread_mutex_unlock(&list_lock);
}

/* Reloading */

static bool queue_reload(const char *name)
{
	bool queued;

	pthread_mutex_lock(&list_lock);
	queued = !is_booted;
	if (queued) {
		struct queued_reload *entry = core_alloc(sizeof(*entry));

		entry->name = name ? core_strdup(name) : NULL;
		entry->next = queued_reloads;
		queued_reloads = entry;
	}
	pthread_mutex_unlock(&list_lock);
	return queued;
}

void modules_booted(void)
{
	struct queued_reload *entry;

	pthread_mutex_lock(&list_lock);
	is_booted = true;
	entry = queued_reloads;
	queued_reloads = NULL;
	pthread_mutex_unlock(&list_lock);
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
	pthread_mutex_lock(&list_lock);
	for (struct ast_module *module = first; module; module = module->next) {
		enum ast_module_reload_result failure;

		if (name && !is_named(module, name)) {
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
	pthread_mutex_unlock(&list_lock);
	pthread_mutex_unlock(&reload_lock);
	return result;
}

/* Showing */

static int compare_resources(const void *left, const void *right)
{
	return strcasecmp((*(struct ast_module *const *) left)->resource, (*(struct ast_module *const *) right)->resource);
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
	pthread_mutex_lock(&list_lock);
	for (struct ast_module *module = first; module; module = module->next) {
		sum += modentry(module->resource, module->info->description, module->use_count,
			module->running ? "Running" : "Not Running", like, module->info->support_level, data);
	}
	pthread_mutex_unlock(&list_lock);
	return sum;
}

void modules_show(int fd, const char *like)
{
	static const char *const levels[] = { "unknown", "core", "extended", "deprecated" };
	struct ast_module **shown = NULL;
	size_t count = 0;

	ast_cli(fd, "%-30s %-40.40s %-10s %-11s %13s\n", "Module", "Description", "Use Count", "Status", "Support Level");
	pthread_mutex_lock(&list_lock);
	for (struct ast_module *module = first; module; module = module->next) {
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
	pthread_mutex_unlock(&list_lock);
	ast_cli(fd, "%zu modules loaded\n", count);
	free(shown);
}

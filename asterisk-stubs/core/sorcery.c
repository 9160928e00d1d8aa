/* Sorcery: types, the wizards that keep their objects, loading and finding. */

#include "core.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* As many as Asterisk has: they decide in which order types are loaded and options are tried. */
#define BUCKETS 53
#define WIZARDS_PER_TYPE 8

/* What a handler is given to know its option by. */
struct aco_option {
	const char *name;
	regex_t *regex;
	const char *default_value;
	aco_option_handler handler;
	sorcery_fields_handler fields;
	struct aco_option *next;
};

struct used_wizard {
	struct ast_sorcery_wizard *wizard;
	void *data;
};

struct type {
	char *name;
	/* Strings of the module's: kept as they were handed in, as Asterisk does. */
	const char *module;
	bool registered;
	/* Its objects are made by the core. */
	bool own;
	bool reloadable;
	aco_type_item_alloc alloc;
	sorcery_transform_handler transform;
	sorcery_apply_handler apply;
	struct aco_option *options;
	struct used_wizard wizards[WIZARDS_PER_TYPE];
	int wizard_count;
	struct observers *observers;
	struct worker *serializer;
	struct type *next;
};

struct ast_sorcery {
	const char *module;
	pthread_rwlock_t lock;
	struct type *types;
	struct observers *observers;
	struct ast_sorcery_wizard *wizards[3];
};

static struct type *find_type(const struct ast_sorcery *sorcery, const char *name)
{
	pthread_rwlock_t *lock = (pthread_rwlock_t *) &sorcery->lock;
	struct type *type;

	pthread_rwlock_rdlock(lock);
	for (type = sorcery->types; type && strcmp(type->name, name); type = type->next) {
	}
	pthread_rwlock_unlock(lock);
	return type;
}

static int bucket(const char *name)
{
	return asterisk_hash(name) % BUCKETS;
}

static struct type *add_type(struct ast_sorcery *sorcery, const char *name, const char *module)
{
	struct type *type = core_alloc(sizeof(*type));
	struct type **at;

	type->name = core_strdup(name);
	type->module = module;
	type->observers = observers_create(LEDGER_OBSERVER);
	type->serializer = worker_start(1);
	pthread_rwlock_wrlock(&sorcery->lock);
	for (at = &sorcery->types; *at && bucket((*at)->name) <= bucket(name); at = &(*at)->next) {
	}
	type->next = *at;
	*at = type;
	pthread_rwlock_unlock(&sorcery->lock);
	return type;
}

/* Wizards */

struct wizard_mapped {
	struct ast_sorcery *sorcery;
	const char *type;
	const char *args;
	struct used_wizard used;
};

static void tell_wizard_mapped(const void *callbacks, void *data)
{
	const struct ast_sorcery_instance_observer *observer = callbacks;
	struct wizard_mapped *mapped = data;

	if (observer->wizard_mapped) {
		observer->wizard_mapped(mapped->sorcery->module, mapped->sorcery, mapped->type, mapped->used.wizard,
			mapped->args, mapped->used.data);
	}
}

static enum ast_sorcery_apply_result apply_wizard(struct ast_sorcery *sorcery, const char *type_name,
	const char *module, const char *wizard_name, const char *args)
{
	struct type *type = find_type(sorcery, type_name);
	struct wizard_mapped mapped = { .sorcery = sorcery, .type = type_name, .args = args };

	for (size_t i = 0; i < COUNT_OF(sorcery->wizards); i++) {
		if (!strcmp(sorcery->wizards[i]->name, wizard_name)) {
			mapped.used.wizard = sorcery->wizards[i];
		}
	}
	if (!mapped.used.wizard) {
		LOG(ERROR, "Wizard '%s' could not be applied to object type '%s' as it was not found", wizard_name, type_name);
		return AST_SORCERY_APPLY_FAIL;
	}
	for (int i = 0; type && i < type->wizard_count; i++) {
		if (type->wizards[i].wizard == mapped.used.wizard) {
			return AST_SORCERY_APPLY_DUPLICATE;
		}
	}
	if (mapped.used.wizard->open && !(mapped.used.data = mapped.used.wizard->open(args))) {
		LOG(WARNING, "Wizard '%s' failed to open mapping for object type '%s' with data: %s", wizard_name, type_name,
			args ? args : "");
		return AST_SORCERY_APPLY_FAIL;
	}
	if (!type) {
		type = add_type(sorcery, type_name, module);
	}
	/* There are fewer wizards than a type has room for, and each is applied once. */
	type->wizards[type->wizard_count++] = mapped.used;
	observers_each(sorcery->observers, tell_wizard_mapped, &mapped);
	return AST_SORCERY_APPLY_SUCCESS;
}

static enum ast_sorcery_apply_result sorcery_apply_config(struct ast_sorcery *sorcery, const char *section,
	const char *module)
{
	struct ast_config *config = config_read("sorcery.conf", "sorcery", false);
	struct category *category;
	enum ast_sorcery_apply_result result = AST_SORCERY_APPLY_SUCCESS;

	if (!config) {
		return AST_SORCERY_APPLY_NO_CONFIGURATION;
	}
	if (config == CONFIG_STATUS_FILEINVALID) {
		return AST_SORCERY_APPLY_FAIL;
	}
	category = config_category(config, section);
	for (struct ast_variable *mapping = category ? category->first : NULL; mapping; mapping = mapping->next) {
		char *name = core_strdup(mapping->name);
		char *value = core_strdup(mapping->value);
		char *options = name;
		char *args = value;
		const char *type = strsep(&options, "/");
		const char *wizard = strsep(&args, ",");

		if (!is_empty(type) && !is_empty(wizard)) {
			result = apply_wizard(sorcery, type, module, wizard, args);
		}
		free(name);
		free(value);
		if (result == AST_SORCERY_APPLY_FAIL) {
			break;
		}
		result = AST_SORCERY_APPLY_SUCCESS;
	}
	config_free(config);
	return result;
}

enum ast_sorcery_apply_result sorcery_apply_default(struct ast_sorcery *sorcery, const char *type, const char *module,
	const char *wizard, const char *args)
{
	if (find_type(sorcery, type)) {
		return AST_SORCERY_APPLY_DEFAULT_UNNECESSARY;
	}
	return apply_wizard(sorcery, type, module, wizard, args);
}

enum ast_sorcery_apply_result __ast_sorcery_apply_config(struct ast_sorcery *sorcery, const char *name,
	const char *module)
{
	return sorcery_apply_config(sorcery, name, module);
}

enum ast_sorcery_apply_result __ast_sorcery_apply_default(struct ast_sorcery *sorcery, const char *type,
	const char *module, const char *name, const char *data)
{
	return sorcery_apply_default(sorcery, type, module, name, data);
}

int ast_sorcery_get_wizard_mapping_count(struct ast_sorcery *sorcery, const char *type)
{
	struct type *found = find_type(sorcery, type);

	return found ? found->wizard_count : -1;
}

/* What a wizard gives to a module that asks it past sorcery. */
static void *retrieve_for_module(const struct ast_sorcery *sorcery, void *data, const char *type, const char *id)
{
	const struct type *found = find_type(sorcery, type);

	for (int i = 0; found && i < found->wizard_count; i++) {
		if (found->wizards[i].data == data) {
			return given_to_module(found->wizards[i].wizard->retrieve_id(sorcery, data, type, id));
		}
	}
	return NULL;
}

int ast_sorcery_get_wizard_mapping(struct ast_sorcery *sorcery, const char *type, int index,
	struct ast_sorcery_wizard **wizard, void **data)
{
	struct type *found = find_type(sorcery, type);

	if (!found || !wizard || index < 0 || index >= found->wizard_count) {
		return -1;
	}
	/* The real one gives the wizard itself; this one has to tell the module's references from its own. */
	*wizard = given_to_module(object_alloc(sizeof(**wizard), NULL, SIDE_CORE));
	**wizard = *found->wizards[index].wizard;
	if ((*wizard)->retrieve_id) {
		(*wizard)->retrieve_id = retrieve_for_module;
	}
	if (data) {
		*data = found->wizards[index].data;
	}
	return 0;
}

/* Types and their options. The ledger has them as the core's: a module cannot give them back. */

/* name, regex and default_value stay the caller's. */
static int add_option(struct type *type, const char *name, bool is_regex, const char *default_value,
	aco_option_handler handler, sorcery_fields_handler fields)
{
	struct aco_option *option = core_alloc(sizeof(*option));
	struct aco_option **at;

	option->name = name;
	option->default_value = default_value;
	option->handler = handler;
	option->fields = fields;
	if (is_regex) {
		option->regex = core_alloc(sizeof(*option->regex));
		if (regcomp(option->regex, name, REG_EXTENDED | REG_NOSUB)) {
			LOG(ERROR, "Regular expression '%s' failed to compile", name);
			free(option->regex);
			free(option);
			return -1;
		}
	}
	for (at = &type->options; *at && bucket((*at)->name) <= bucket(name); at = &(*at)->next) {
	}
	option->next = *at;
	*at = option;
	return 0;
}

static void register_type(struct type *type, aco_type_item_alloc alloc, bool reloadable,
	sorcery_transform_handler transform, sorcery_apply_handler apply)
{
	type->alloc = alloc;
	type->reloadable = reloadable;
	type->transform = transform;
	type->apply = apply;
	type->registered = true;
}

void sorcery_register_own(struct ast_sorcery *sorcery, const char *name, aco_type_item_alloc alloc,
	aco_option_handler option, sorcery_apply_handler apply)
{
	struct type *type = find_type(sorcery, name);

	type->own = true;
	add_option(type, "^", true, NULL, option, NULL);
	register_type(type, alloc, true, NULL, apply);
}

struct type_registered {
	struct ast_sorcery *sorcery;
	const char *type;
};

static void tell_type_registered(const void *callbacks, void *data)
{
	const struct ast_sorcery_instance_observer *observer = callbacks;
	struct type_registered *registered = data;

	if (observer->object_type_registered) {
		observer->object_type_registered(registered->sorcery->module, registered->sorcery, registered->type);
	}
}

int __ast_sorcery_object_register(struct ast_sorcery *sorcery, const char *name, unsigned int hidden,
	unsigned int reloadable, aco_type_item_alloc alloc, sorcery_transform_handler transform,
	sorcery_apply_handler apply)
{
	struct type *type = find_type(sorcery, name);
	struct type_registered registered = { sorcery, name };

	if (fault_strikes(FAULT_REGISTER, __func__) || !type || type->registered) {
		return -1;
	}
	if (!hidden && !is_documented(type->module, name)) {
		/* Asterisk has set the type's functions by now, too: it cannot be registered again. */
		type->registered = true;
		ledger_enter(LEDGER_SORCERY_TYPE, SIDE_CORE, 1);
		return -1;
	}
	register_type(type, alloc, reloadable, transform, apply);
	ledger_enter(LEDGER_SORCERY_TYPE, SIDE_CORE, 1);
	observers_each(sorcery->observers, tell_type_registered, &registered);
	return 0;
}

static int noop(const struct aco_option *option, struct ast_variable *variable, void *object)
{
	(void) option, (void) variable, (void) object;
	return 0;
}

int __ast_sorcery_object_field_register(struct ast_sorcery *sorcery, const char *type, const char *name,
	const char *default_val, enum aco_option_type opt_type, aco_option_handler config_handler,
	sorcery_field_handler sorcery_handler, sorcery_fields_handler multiple_handler, unsigned int flags,
	unsigned int no_doc, unsigned int alias, size_t argc, ...)
{
	struct type *found = find_type(sorcery, type);

	(void) sorcery_handler, (void) flags, (void) no_doc, (void) alias, (void) argc;
	if (fault_strikes(FAULT_REGISTER, __func__) || !found || !found->alloc) {
		return -1;
	}
	if (opt_type != OPT_NOOP_T) {
		LOG(ERROR, "The stub core knows no fields of type %u, such as '%s'", opt_type, name);
		return -1;
	}
	if (add_option(found, name, false, default_val, config_handler ? config_handler : noop, multiple_handler)) {
		return -1;
	}
	ledger_enter(LEDGER_SORCERY_FIELD, SIDE_CORE, 1);
	return 0;
}

int ast_sorcery_object_fields_register(struct ast_sorcery *sorcery, const char *type, const char *regex,
	aco_option_handler config_handler, sorcery_fields_handler sorcery_handler)
{
	struct type *found = find_type(sorcery, type);

	if (fault_strikes(FAULT_REGISTER, __func__) || !found || !found->alloc || !config_handler
		|| add_option(found, regex, true, NULL, config_handler, sorcery_handler)) {
		return -1;
	}
	ledger_enter(LEDGER_SORCERY_FIELD, SIDE_CORE, 1);
	return 0;
}

/* Opening and closing */

/* With the wizards that Asterisk's own modules register. */
struct ast_sorcery *sorcery_open(const char *module)
{
	static const struct ast_sorcery_wizard *const known[] = { &config_wizard, &memory_wizard, &realtime_wizard };
	struct ast_sorcery *sorcery = core_alloc(sizeof(*sorcery));

	sorcery->module = module;
	pthread_rwlock_init(&sorcery->lock, NULL);
	sorcery->observers = observers_create(LEDGER_INSTANCE_OBSERVER);
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		sorcery->wizards[i] = object_alloc(sizeof(*known[i]), NULL, SIDE_CORE);
		*sorcery->wizards[i] = *known[i];
	}
	sorcery_apply_config(sorcery, module, module);
	return sorcery;
}

static void free_option(struct aco_option *option)
{
	if (option->regex) {
		regfree(option->regex);
		free(option->regex);
	}
	free(option);
}

static void free_type(struct type *type)
{
	struct aco_option *option;

	worker_stop(type->serializer);
	for (int i = 0; i < type->wizard_count; i++) {
		if (type->wizards[i].wizard->close) {
			type->wizards[i].wizard->close(type->wizards[i].data);
		}
	}
	while ((option = type->options)) {
		type->options = option->next;
		free_option(option);
		if (!type->own) {
			ledger_enter(LEDGER_SORCERY_FIELD, SIDE_CORE, -1);
		}
	}
	if (type->registered && !type->own) {
		ledger_enter(LEDGER_SORCERY_TYPE, SIDE_CORE, -1);
	}
	observers_destroy(type->observers);
	free(type->name);
	free(type);
}

void sorcery_close(struct ast_sorcery *sorcery)
{
	struct type *type;

	while ((type = sorcery->types)) {
		sorcery->types = type->next;
		free_type(type);
	}
	for (size_t i = 0; i < COUNT_OF(sorcery->wizards); i++) {
		object_release(sorcery->wizards[i]);
	}
	observers_destroy(sorcery->observers);
	pthread_rwlock_destroy(&sorcery->lock);
	free(sorcery);
}

/* Objects */

static const struct aco_option *find_option(const struct type *type, const char *name)
{
	for (const struct aco_option *option = type->options; option; option = option->next) {
		if (!option->regex && !strcasecmp(option->name, name)) {
			return option;
		}
	}
	for (const struct aco_option *option = type->options; option; option = option->next) {
		if (option->regex && !regexec(option->regex, name, 0, NULL, 0)) {
			return option;
		}
	}
	return NULL;
}

static int set_defaults(const struct type *type, const char *id, void *object)
{
	for (const struct aco_option *option = type->options; option; option = option->next) {
		struct ast_variable *variable;
		int failed;

		if (is_empty(option->default_value)) {
			continue;
		}
		variable = variable_new(option->name, option->default_value, "", SIDE_CORE);
		failed = option->handler(option, variable, object);
		variables_destroy(variable);
		if (failed) {
			LOG(ERROR, "Unable to set default for %s, %s=%s", id, option->name, option->default_value);
			return -1;
		}
	}
	return 0;
}

static int set_fields(const struct type *type, const char *id, void *object, struct ast_variable *fields)
{
	for (struct ast_variable *field = fields; field; field = field->next) {
		const struct aco_option *option = find_option(type, field->name);

		if (!option) {
			LOG(ERROR, "Could not find option suitable for category '%s' named '%s' at line %d of %s", id, field->name,
				field->lineno, field->file);
			return -1;
		}
		if (option->handler(option, field, object)) {
			LOG(ERROR, "Error parsing %s=%s at line %d of %s", field->name, field->value, field->lineno, field->file);
			return -1;
		}
	}
	return 0;
}

static void *make_unset(const struct type *type, const char *id)
{
	void *object = type->alloc(id);

	if (!object) {
		return NULL;
	}
	if (!type->own) {
		object_adopt(object);
	}
	sorcery_object_name(object, type->name, id);
	if (set_defaults(type, id, object)) {
		object_release(object);
		return NULL;
	}
	return object;
}

static int apply_fields(const struct ast_sorcery *sorcery, const struct type *type, void *object,
	struct ast_variable *fields)
{
	struct ast_variable *transformed = type->transform ? type->transform(fields) : NULL;
	int refused = set_fields(type, sorcery_object_id(object), object, transformed ? transformed : fields)
		|| (type->apply && type->apply(sorcery, object));

	variables_destroy(transformed);
	return refused ? -1 : 0;
}

void *sorcery_make(const struct ast_sorcery *sorcery, const char *type_name, const char *id,
	struct ast_variable *fields)
{
	const struct type *type = find_type(sorcery, type_name);
	void *object = make_unset(type, id);

	if (object && apply_fields(sorcery, type, object, fields)) {
		object_release(object);
		return NULL;
	}
	return object;
}

/* What the type's fields say of the object. */
static struct ast_variable *object_set(const struct ast_sorcery *sorcery, const void *object)
{
	const struct type *type = find_type(sorcery, sorcery_object_type(object));
	struct ast_variable *set = NULL;
	struct ast_variable **end = &set;

	for (const struct aco_option *option = type->options; option; option = option->next) {
		struct ast_variable *fields = NULL;

		if (!option->fields) {
			continue;
		}
		if (option->fields(object, &fields)) {
			variables_destroy(fields);
			continue;
		}
		*end = fields;
		while (*end) {
			end = &(*end)->next;
		}
	}
	return set;
}

struct ast_variable *ast_sorcery_objectset_create2(const struct ast_sorcery *sorcery, const void *object,
	enum ast_sorcery_field_handler_flags flags)
{
	/* Every field gives a list here, none a string. */
	if (flags == AST_HANDLER_ONLY_STRING || fault_strikes(FAULT_ALLOC, __func__)) {
		return NULL;
	}
	return object_set(sorcery, object);
}

static bool matches(const struct ast_sorcery *sorcery, const void *object, const struct ast_variable *fields)
{
	struct ast_variable *set = object_set(sorcery, object);
	bool matches = true;

	for (; matches && fields; fields = fields->next) {
		const char *value = variables_find(set, fields->name);

		matches = value && !strcmp(value, fields->value);
	}
	variables_destroy(set);
	return matches;
}

bool sorcery_search_one(void *object, void *data)
{
	struct sorcery_search *search = data;

	if (search->fields && !matches(search->sorcery, object, search->fields)) {
		return true;
	}
	if (search->all) {
		container_add(search->all, object);
		return true;
	}
	search->found = object_hold(object);
	return false;
}

/* Loading */

struct loading {
	const struct ast_sorcery *sorcery;
	const char *type;
	bool reload;
};

static void tell_type_loading(const void *callbacks, void *data)
{
	const struct ast_sorcery_instance_observer *observer = callbacks;
	const struct loading *loading = data;

	if (observer->object_type_loading) {
		observer->object_type_loading(loading->sorcery->module, loading->sorcery, loading->type, loading->reload);
	}
}

static void tell_type_loaded(const void *callbacks, void *data)
{
	const struct ast_sorcery_instance_observer *observer = callbacks;
	const struct loading *loading = data;

	if (observer->object_type_loaded) {
		observer->object_type_loaded(loading->sorcery->module, loading->sorcery, loading->type, loading->reload);
	}
}

static void tell_instance_loading(const void *callbacks, void *data)
{
	const struct ast_sorcery_instance_observer *observer = callbacks;
	const struct loading *loading = data;

	if (observer->instance_loading) {
		observer->instance_loading(loading->sorcery->module, loading->sorcery, loading->reload);
	}
}

static void tell_instance_loaded(const void *callbacks, void *data)
{
	const struct ast_sorcery_instance_observer *observer = callbacks;
	const struct loading *loading = data;

	if (observer->instance_loaded) {
		observer->instance_loaded(loading->sorcery->module, loading->sorcery, loading->reload);
	}
}

static void tell_loaded(const void *callbacks, void *data)
{
	const struct ast_sorcery_observer *observer = callbacks;
	const struct type *type = data;

	if (observer->loaded) {
		observer->loaded(type->name);
	}
}

/* On the type's own thread. */
static void tell_loaded_all(void *data)
{
	struct type *type = data;

	observers_each(type->observers, tell_loaded, type);
}

static void load_type(const struct ast_sorcery *sorcery, struct type *type, bool reload)
{
	struct loading loading = { sorcery, type->name, reload };

	if (!type->alloc) {
		return;
	}
	if (reload && !type->reloadable) {
		LOG(NOTICE, "Type '%s' is not reloadable, maintaining previous values", type->name);
		return;
	}
	observers_each(sorcery->observers, tell_type_loading, &loading);
	for (int i = 0; i < type->wizard_count; i++) {
		const struct used_wizard *used = &type->wizards[i];
		void (*load)(void *, const struct ast_sorcery *, const char *) = reload ? used->wizard->reload
			: used->wizard->load;

		if (load) {
			load(used->data, sorcery, type->name);
		}
	}
	observers_each(sorcery->observers, tell_type_loaded, &loading);
	if (observers_any(type->observers)) {
		worker_push(type->serializer, tell_loaded_all, type);
	}
}

/* With the list of types locked against additions throughout, as Asterisk has it. */
void sorcery_load(struct ast_sorcery *sorcery, bool reload)
{
	struct loading loading = { sorcery, NULL, reload };

	observers_each(sorcery->observers, tell_instance_loading, &loading);
	pthread_rwlock_rdlock(&sorcery->lock);
	for (struct type *type = sorcery->types; type; type = type->next) {
		load_type(sorcery, type, reload);
	}
	pthread_rwlock_unlock(&sorcery->lock);
	observers_each(sorcery->observers, tell_instance_loaded, &loading);
}

static void load_one(const struct ast_sorcery *sorcery, const char *type, bool reload)
{
	struct type *found = find_type(sorcery, type);

	if (found) {
		load_type(sorcery, found, reload);
	}
}

void ast_sorcery_load_object(const struct ast_sorcery *sorcery, const char *type)
{
	load_one(sorcery, type, false);
}

void ast_sorcery_reload_object(const struct ast_sorcery *sorcery, const char *type)
{
	load_one(sorcery, type, true);
}

/* Finding */

void *sorcery_find(const struct ast_sorcery *sorcery, const char *type, const char *id)
{
	const struct type *found = find_type(sorcery, type);
	void *object = NULL;

	if (is_empty(id)) {
		return NULL;
	}
	for (int i = 0; found && !object && i < found->wizard_count; i++) {
		const struct used_wizard *used = &found->wizards[i];

		if (used->wizard->retrieve_id) {
			object = used->wizard->retrieve_id(sorcery, used->data, type, id);
		}
	}
	return object;
}

static struct ao2_container *find_multiple(const struct ast_sorcery *sorcery, const struct type *type,
	const struct ast_variable *fields)
{
	struct ao2_container *objects = container_create();

	for (int i = 0; i < type->wizard_count; i++) {
		const struct used_wizard *used = &type->wizards[i];

		if (used->wizard->retrieve_multiple) {
			used->wizard->retrieve_multiple(sorcery, used->data, type->name, objects, fields);
		}
	}
	container_sort(objects);
	return objects;
}

struct ao2_container *sorcery_all(const struct ast_sorcery *sorcery, const char *type)
{
	return find_multiple(sorcery, find_type(sorcery, type), NULL);
}

void *ast_sorcery_retrieve_by_id(const struct ast_sorcery *sorcery, const char *type, const char *id)
{
	return given_to_module(sorcery_find(sorcery, type, id));
}

void *ast_sorcery_retrieve_by_fields(const struct ast_sorcery *sorcery, const char *type, unsigned int flags,
	struct ast_variable *fields)
{
	const struct type *found = find_type(sorcery, type);
	void *object = NULL;

	if (!found || fault_strikes(FAULT_ALLOC, __func__)) {
		return NULL;
	}
	if (flags & AST_RETRIEVE_FLAG_MULTIPLE) {
		return given_to_module(find_multiple(sorcery, found, fields));
	}
	for (int i = 0; fields && !object && i < found->wizard_count; i++) {
		const struct used_wizard *used = &found->wizards[i];

		if (used->wizard->retrieve_fields) {
			object = used->wizard->retrieve_fields(sorcery, used->data, type, fields);
		}
	}
	return given_to_module(object);
}

/* Creating, updating and deleting */

enum change { CREATED, UPDATED, DELETED };

struct changed {
	struct type *type;
	enum change change;
	void *object;
};

static void tell_changed(const void *callbacks, void *data)
{
	const struct ast_sorcery_observer *observer = callbacks;
	const struct changed *changed = data;
	void (*call)(const void *object) = changed->change == CREATED ? observer->created
		: changed->change == UPDATED ? observer->updated : observer->deleted;

	if (call) {
		call(changed->object);
	}
}

/* On the type's own thread. */
static void tell_changed_all(void *data)
{
	struct changed *changed = data;

	observers_each(changed->type->observers, tell_changed, changed);
	object_release(changed->object);
	free(changed);
}

/* The wizards have their say in turn: one is enough to create an object, all are told of other changes. */
static int change(struct ast_sorcery *sorcery, struct type *type, enum change change, void *object)
{
	struct changed *changed;
	bool done = false;

	for (int i = 0; i < type->wizard_count && !(done && change == CREATED); i++) {
		const struct ast_sorcery_wizard *wizard = type->wizards[i].wizard;
		int (*call)(const struct ast_sorcery *, void *, void *) = change == CREATED ? wizard->create
			: change == UPDATED ? wizard->update : wizard->delete;

		done |= call && !call(sorcery, type->wizards[i].data, object);
	}
	if (!done) {
		return -1;
	}
	changed = core_alloc(sizeof(*changed));
	*changed = (struct changed) { type, change, object_hold(object) };
	worker_push(type->serializer, tell_changed_all, changed);
	return 0;
}

int sorcery_put(struct ast_sorcery *sorcery, const char *type_name, const char *id, struct ast_variable *fields)
{
	struct type *type = find_type(sorcery, type_name);
	void *old = sorcery_find(sorcery, type_name, id);
	void *object = type && type->alloc ? make_unset(type, id) : NULL;
	/* A copy of the old object gets the new fields. The core's own types do not tell what they hold. */
	struct ast_variable *held = old ? object_set(sorcery, old) : NULL;
	int result = -1;

	if (object && !(held && apply_fields(sorcery, type, object, held)) && !apply_fields(sorcery, type, object, fields)) {
		result = change(sorcery, type, old ? UPDATED : CREATED, object);
	}
	variables_destroy(held);
	object_release(object);
	object_release(old);
	return result;
}

int sorcery_delete(struct ast_sorcery *sorcery, const char *type_name, const char *id)
{
	void *object = sorcery_find(sorcery, type_name, id);
	int result = object ? change(sorcery, find_type(sorcery, type_name), DELETED, object) : -1;

	object_release(object);
	return result;
}

/* Observers */

int ast_sorcery_observer_add(const struct ast_sorcery *sorcery, const char *type,
	const struct ast_sorcery_observer *callbacks)
{
	struct type *found = find_type(sorcery, type);

	if (fault_strikes(FAULT_REGISTER, __func__) || !found || !callbacks) {
		return -1;
	}
	observers_add(found->observers, callbacks);
	return 0;
}

void ast_sorcery_observer_remove(const struct ast_sorcery *sorcery, const char *type,
	const struct ast_sorcery_observer *callbacks)
{
	struct type *found = find_type(sorcery, type);

	if (found) {
		observers_remove(found->observers, callbacks);
	}
}

int ast_sorcery_instance_observer_add(struct ast_sorcery *sorcery,
	const struct ast_sorcery_instance_observer *callbacks)
{
	if (fault_strikes(FAULT_REGISTER, __func__)) {
		return -1;
	}
	observers_add(sorcery->observers, callbacks);
	return 0;
}

void ast_sorcery_instance_observer_remove(struct ast_sorcery *sorcery,
	const struct ast_sorcery_instance_observer *callbacks)
{
	observers_remove(sorcery->observers, callbacks);
}

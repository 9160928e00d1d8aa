/* Types and their options. The ledger has them as the core's: a module cannot give them back. */

#include "sorcery/types.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "base/ledger.h"
#include "base/log.h"
#include "base/objects.h"
#include "base/text.h"
#include "sorcery/docs.h"

/* As many as Asterisk has: they decide in which order types are loaded and options are tried. */
#define BUCKETS 53

struct type *sorcery_type(const struct ast_sorcery *sorcery, const char *name)
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

struct type *sorcery_add_type(struct ast_sorcery *sorcery, const char *name, const char *module)
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
	const char *options, aco_option_handler option, sorcery_fields_handler fields, sorcery_apply_handler apply)
{
	struct type *type = sorcery_type(sorcery, name);

	type->own = true;
	add_option(type, options, true, NULL, option, fields);
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
	struct type *type = sorcery_type(sorcery, name);
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
	struct type *found = sorcery_type(sorcery, type);

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
	struct type *found = sorcery_type(sorcery, type);

	if (fault_strikes(FAULT_REGISTER, __func__) || !found || !found->alloc || !config_handler
		|| add_option(found, regex, true, NULL, config_handler, sorcery_handler)) {
		return -1;
	}
	ledger_enter(LEDGER_SORCERY_FIELD, SIDE_CORE, 1);
	return 0;
}

static void free_option(struct aco_option *option)
{
	if (option->regex) {
		regfree(option->regex);
		free(option->regex);
	}
	free(option);
}

void sorcery_free_type(struct type *type)
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

int ast_sorcery_observer_add(const struct ast_sorcery *sorcery, const char *type,
	const struct ast_sorcery_observer *callbacks)
{
	struct type *found = sorcery_type(sorcery, type);

	if (fault_strikes(FAULT_REGISTER, __func__) || !found || !callbacks) {
		return -1;
	}
	observers_add(found->observers, callbacks);
	return 0;
}

void ast_sorcery_observer_remove(const struct ast_sorcery *sorcery, const char *type,
	const struct ast_sorcery_observer *callbacks)
{
	struct type *found = sorcery_type(sorcery, type);

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

/* What a module asks of a type. */
struct ast_sorcery_object_type {
	const struct type *type;
};

struct ast_sorcery_object_type *ast_sorcery_get_object_type(const struct ast_sorcery *sorcery, const char *type)
{
	const struct type *found = sorcery_type(sorcery, type);
	struct ast_sorcery_object_type *asked;

	if (!found) {
		return NULL;
	}
	asked = object_alloc(sizeof(*asked), NULL, SIDE_MODULE);
	asked->type = found;
	return given_to_module(asked);
}

/* As in Asterisk, names are told apart by case here, and not where an option is set. */
int ast_sorcery_is_object_field_registered(const struct ast_sorcery_object_type *object_type, const char *field_name)
{
	for (const struct aco_option *option = object_type->type->options; option; option = option->next) {
		if (option->regex ? !regexec(option->regex, field_name, 0, NULL, 0) : !strcmp(option->name, field_name)) {
			return 1;
		}
	}
	return 0;
}

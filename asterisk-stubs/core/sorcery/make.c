/* Making objects, and what is in them. */

#include "sorcery/make.h"

#include <strings.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/objects.h"
#include "base/text.h"
#include "base/variables.h"
#include "sorcery/object.h"

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

void *sorcery_make_unset(const struct type *type, const char *id)
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

int sorcery_set_fields(const struct ast_sorcery *sorcery, const struct type *type, void *object,
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
	const struct type *type = sorcery_type(sorcery, type_name);
	void *object = sorcery_make_unset(type, id);

	if (object && sorcery_set_fields(sorcery, type, object, fields)) {
		object_release(object);
		return NULL;
	}
	return object;
}

/* What the type's fields say of the object. */
struct ast_variable *sorcery_object_set(const struct ast_sorcery *sorcery, const void *object)
{
	const struct type *type = sorcery_type(sorcery, sorcery_object_type(object));
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
	return sorcery_object_set(sorcery, object);
}

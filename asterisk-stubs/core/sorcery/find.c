/* Finding objects. */

#include "sorcery/find.h"

#include <string.h>

#include "base/fault.h"
#include "base/objects.h"
#include "base/text.h"
#include "base/variables.h"
#include "sorcery/make.h"
#include "sorcery/object.h"
#include "sorcery/types.h"

static bool matches(const struct ast_sorcery *sorcery, const void *object, const struct ast_variable *fields)
{
	struct ast_variable *set = sorcery_object_set(sorcery, object);
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

void *sorcery_find(const struct ast_sorcery *sorcery, const char *type, const char *id)
{
	const struct type *found = sorcery_type(sorcery, type);
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

static int compare_ids(const void *left, const void *right)
{
	return strcmp(sorcery_object_id(*(void *const *) left), sorcery_object_id(*(void *const *) right));
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
	container_sort(objects, compare_ids);
	return objects;
}

struct ao2_container *sorcery_all(const struct ast_sorcery *sorcery, const char *type)
{
	return find_multiple(sorcery, sorcery_type(sorcery, type), NULL);
}

void *ast_sorcery_retrieve_by_id(const struct ast_sorcery *sorcery, const char *type, const char *id)
{
	return given_to_module(sorcery_find(sorcery, type, id));
}

void *ast_sorcery_retrieve_by_fields(const struct ast_sorcery *sorcery, const char *type, unsigned int flags,
	struct ast_variable *fields)
{
	const struct type *found = sorcery_type(sorcery, type);
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

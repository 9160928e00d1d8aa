/* The wizard that keeps objects in memory, where they can be created, updated and deleted. */

#include "sorcery/wizards.h"

#include <stdbool.h>
#include <string.h>

#include "base/objects.h"
#include "base/table.h"
#include "sorcery/find.h"
#include "sorcery/object.h"

static void *open_mapping(const char *data)
{
	(void) data;
	return table_create(53, sorcery_object_id);
}

static int create(const struct ast_sorcery *sorcery, void *data, void *object)
{
	(void) sorcery;
	table_add(data, object);
	return 0;
}

static void *retrieve_id(const struct ast_sorcery *sorcery, void *data, const char *type, const char *id)
{
	(void) sorcery, (void) type;
	return table_find(data, id);
}

static bool has_id(const void *object, const void *id)
{
	return !strcmp(sorcery_object_id(object), id);
}

static int delete(const struct ast_sorcery *sorcery, void *data, void *object)
{
	void *old = table_find(data, sorcery_object_id(object));

	(void) sorcery;
	if (!old) {
		return -1;
	}
	table_remove(data, has_id, sorcery_object_id(object));
	object_release(old);
	return 0;
}

static int update(const struct ast_sorcery *sorcery, void *data, void *object)
{
	return delete(sorcery, data, object) || create(sorcery, data, object);
}

static void *retrieve_fields(const struct ast_sorcery *sorcery, void *data, const char *type,
	const struct ast_variable *fields)
{
	struct sorcery_search search = { .sorcery = sorcery, .fields = fields };

	(void) type;
	table_each(data, sorcery_search_one, &search);
	return search.found;
}

static void retrieve_multiple(const struct ast_sorcery *sorcery, void *data, const char *type,
	struct ao2_container *objects, const struct ast_variable *fields)
{
	struct sorcery_search search = { .sorcery = sorcery, .fields = fields, .all = objects };

	(void) type;
	table_each(data, sorcery_search_one, &search);
}

static void close_mapping(void *data)
{
	table_destroy(data);
}

const struct ast_sorcery_wizard memory_wizard = {
	.name = "memory",
	.open = open_mapping,
	.create = create,
	.retrieve_id = retrieve_id,
	.retrieve_fields = retrieve_fields,
	.retrieve_multiple = retrieve_multiple,
	.update = update,
	.delete = delete,
	.close = close_mapping,
};

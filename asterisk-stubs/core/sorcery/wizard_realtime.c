/* The wizard of a database: it has nothing in memory, and whoever asks it asks the database. Nobody shall. */

#include "sorcery/wizards.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"

static void *open_mapping(const char *data)
{
	return core_strdup(data);
}

static void *retrieve_id(const struct ast_sorcery *sorcery, void *data, const char *type, const char *id)
{
	(void) sorcery;
	LOG(WARNING, "the database is asked for %s '%s' of %s by sorcery", type, id, (char *) data);
	return NULL;
}

static void *retrieve_fields(const struct ast_sorcery *sorcery, void *data, const char *type,
	const struct ast_variable *fields)
{
	(void) fields;
	return retrieve_id(sorcery, data, type, "by fields");
}

static void retrieve_multiple(const struct ast_sorcery *sorcery, void *data, const char *type,
	struct ao2_container *objects, const struct ast_variable *fields)
{
	(void) objects, (void) fields;
	retrieve_id(sorcery, data, type, "all");
}

static void close_mapping(void *data)
{
	free(data);
}

const struct ast_sorcery_wizard realtime_wizard = {
	.name = "realtime",
	.open = open_mapping,
	.retrieve_id = retrieve_id,
	.retrieve_fields = retrieve_fields,
	.retrieve_multiple = retrieve_multiple,
	.close = close_mapping,
};

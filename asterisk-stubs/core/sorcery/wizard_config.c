/* The wizard that reads files: every load of a changed file makes every object anew. */

#include "sorcery/wizards.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/config.h"
#include "base/log.h"
#include "base/objects.h"
#include "base/table.h"
#include "base/text.h"
#include "base/variables.h"
#include "sorcery/find.h"
#include "sorcery/make.h"
#include "sorcery/object.h"

/* The objects of one load; held by readers while the next load replaces it. */
struct generation {
	struct table *objects;
};

struct mapping {
	char *filename;
	/* Makes the memory of how the file looked this mapping's own. */
	char *identity;
	struct ast_variable *criteria;
	pthread_mutex_t lock;
	struct generation *current;
	/* To be read again although the file is unchanged. */
	_Atomic bool invalid;
};

static void generation_destroy(void *object)
{
	struct generation *generation = object;

	table_destroy(generation->objects);
}

static struct generation *generation_create(size_t objects)
{
	struct generation *generation = object_alloc(sizeof(*generation), generation_destroy, SIDE_CORE);

	generation->objects = table_create(objects ? objects : 1, sorcery_object_id);
	return generation;
}

static struct generation *current(struct mapping *mapping)
{
	struct generation *generation;

	pthread_mutex_lock(&mapping->lock);
	generation = mapping->current ? object_hold(mapping->current) : NULL;
	pthread_mutex_unlock(&mapping->lock);
	return generation;
}

/* The old objects that nobody holds die here, in the thread that loads. */
static void replace(struct mapping *mapping, struct generation *generation)
{
	struct generation *old;

	pthread_mutex_lock(&mapping->lock);
	old = mapping->current;
	mapping->current = generation;
	pthread_mutex_unlock(&mapping->lock);
	object_release(old);
}

static bool is_meant(const struct mapping *mapping, const struct category *category)
{
	if (category->template) {
		return false;
	}
	for (const struct ast_variable *wanted = mapping->criteria; wanted; wanted = wanted->next) {
		const char *value = variables_find(category->first, wanted->name);

		if (!value || strcmp(value, wanted->value)) {
			return false;
		}
	}
	return true;
}

static void *retrieve_id(const struct ast_sorcery *sorcery, void *data, const char *type, const char *id)
{
	struct generation *generation = current(data);
	void *object = generation ? table_find(generation->objects, id) : NULL;

	(void) sorcery, (void) type;
	object_release(generation);
	return object;
}

/* Makes an object of every section that is meant; NULL if the file cannot be taken as it is. */
static struct generation *make_objects(struct mapping *mapping, const struct ast_sorcery *sorcery, const char *type,
	const struct ast_config *config)
{
	struct generation *generation;
	size_t count = 0;

	for (const struct category *category = config->first; category; category = category->next) {
		count += is_meant(mapping, category);
	}
	generation = generation_create(count);
	for (const struct category *category = config->first; category; category = category->next) {
		void *object;

		if (!is_meant(mapping, category)) {
			continue;
		}
		object = table_find(generation->objects, category->name);
		if (object) {
			LOG(ERROR, "Config file '%s' could not be loaded; configuration contains a duplicate object: '%s' of type '%s'",
				mapping->filename, category->name, type);
			object_release(object);
			object_release(generation);
			mapping->invalid = true;
			return NULL;
		}
		object = sorcery_make(sorcery, type, category->name, category->first);
		if (!object) {
			LOG(ERROR, "Could not create an object of type '%s' with id '%s' from configuration file '%s'", type,
				category->name, mapping->filename);
			mapping->invalid = true;
			object = retrieve_id(sorcery, mapping, type, category->name);
			if (!object) {
				continue;
			}
			LOG(NOTICE, "Retaining existing configuration for object of type '%s' with id '%s'", type, category->name);
		}
		table_add(generation->objects, object);
		object_release(object);
	}
	return generation;
}

static void read_objects(void *data, const struct ast_sorcery *sorcery, const char *type, bool reload)
{
	struct mapping *mapping = data;
	struct ast_config *config = config_read(mapping->filename, mapping->identity, reload && !mapping->invalid);
	struct generation *generation;

	if (!config) {
		LOG(ERROR, "Unable to load config file '%s'", mapping->filename);
		return;
	}
	if (config == CONFIG_STATUS_FILEUNCHANGED) {
		return;
	}
	if (config == CONFIG_STATUS_FILEINVALID) {
		LOG(ERROR, "Contents of config file '%s' are invalid and cannot be parsed", mapping->filename);
		return;
	}
	mapping->invalid = false;
	generation = make_objects(mapping, sorcery, type, config);
	if (generation) {
		replace(mapping, generation);
	}
	config_free(config);
}

static void load(void *data, const struct ast_sorcery *sorcery, const char *type)
{
	read_objects(data, sorcery, type, false);
}

static void reload(void *data, const struct ast_sorcery *sorcery, const char *type)
{
	read_objects(data, sorcery, type, true);
}

static void search_all(struct mapping *mapping, struct sorcery_search *search)
{
	struct generation *generation = current(mapping);

	if (generation) {
		table_each(generation->objects, sorcery_search_one, search);
		object_release(generation);
	}
}

static void *retrieve_fields(const struct ast_sorcery *sorcery, void *data, const char *type,
	const struct ast_variable *fields)
{
	struct sorcery_search search = { .sorcery = sorcery, .fields = fields };

	(void) type;
	search_all(data, &search);
	return search.found;
}

static void retrieve_multiple(const struct ast_sorcery *sorcery, void *data, const char *type,
	struct ao2_container *objects, const struct ast_variable *fields)
{
	struct sorcery_search search = { .sorcery = sorcery, .fields = fields, .all = objects };

	(void) type;
	search_all(data, &search);
}

/* FILE,criteria=NAME=VALUE,... */
static void *open_mapping(const char *data)
{
	static unsigned int opened;
	struct mapping *mapping;
	struct ast_variable **at;
	char *copy;
	char *rest;
	char *option;

	if (is_empty(data)) {
		return NULL;
	}
	mapping = core_alloc(sizeof(*mapping));
	pthread_mutex_init(&mapping->lock, NULL);
	at = &mapping->criteria;
	copy = rest = core_strdup(data);
	mapping->filename = core_strdup(strsep(&rest, ","));
	mapping->identity = core_asprintf("mapping %u", __atomic_add_fetch(&opened, 1, __ATOMIC_RELAXED));
	while ((option = strsep(&rest, ","))) {
		char *name = strsep(&option, "=");

		if (!strcmp(name, "criteria") && option) {
			char *field = strsep(&option, "=");

			*at = variable_new(field, option ? option : "", "", SIDE_CORE);
			at = &(*at)->next;
		} else {
			LOG(ERROR, "Unsupported option '%s' used for configuration file '%s'", name, mapping->filename);
		}
	}
	free(copy);
	return mapping;
}

static void close_mapping(void *data)
{
	struct mapping *mapping = data;

	replace(mapping, NULL);
	pthread_mutex_destroy(&mapping->lock);
	variables_destroy(mapping->criteria);
	free(mapping->filename);
	free(mapping->identity);
	free(mapping);
}

const struct ast_sorcery_wizard config_wizard = {
	.name = "config",
	.open = open_mapping,
	.load = load,
	.reload = reload,
	.force_reload = load,
	.retrieve_id = retrieve_id,
	.retrieve_fields = retrieve_fields,
	.retrieve_multiple = retrieve_multiple,
	.close = close_mapping,
};

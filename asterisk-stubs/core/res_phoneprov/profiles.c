/* res_phoneprov's profiles: which files a phone of some make asks for, and what fills them. */

#include "res_phoneprov/profiles.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/chanvars.h"
#include "base/config.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/memory.h"
#include "base/objects.h"
#include "base/text.h"
#include "dialplan/arguments.h"

static void set(char **field, const char *value)
{
	block_free(*field);
	*field = block_strdup(value);
}

static void free_files(struct phoneprov_file *files)
{
	while (files) {
		struct phoneprov_file *next = files->next;

		block_free(files->format);
		block_free(files->template);
		block_free(files->mime_type);
		block_free(files);
		files = next;
	}
}

static void destroy(void *object)
{
	struct profile *profile = object;

	free_files(profile->static_files);
	free_files(profile->dynamic_files);
	vars_destroy(profile->vars);
	block_free(profile->name);
	block_free(profile->default_mime_type);
	block_free(profile->static_dir);
}

const char *profile_name(const void *object)
{
	const struct profile *profile = object;

	return profile->name;
}

/* setvar => NAME=VALUE */
static void add_variable(struct profile *profile, const char *setting)
{
	char *copy = core_strdup(setting);
	char *value = strchr(copy, '=');

	if (value) {
		char *name = copy;

		*value++ = '\0';
		name = strip(name);
		value = strip(value);
		if (*name && *value) {
			vars_add(profile->vars, name, value);
		}
	}
	free(copy);
}

/* NAME => TEMPLATE[,MIME], or static_file => FILE[,MIME]; the name's ending says nothing about the type in Asterisk. */
static void add_file(struct profile *profile, const char *name, const char *value,
	void (*add_route)(struct phoneprov_file *file, struct profile *profile))
{
	struct phoneprov_file *file = block_alloc(sizeof(*file), LEDGER_MEMORY, SIDE_CORE);
	bool is_static = !strcasecmp(name, "static_file");
	struct phoneprov_file **at = is_static ? &profile->static_files : &profile->dynamic_files;
	char *copy = core_strdup(value);
	char *args[2];

	separate_args(copy, args, COUNT_OF(args));
	if (!is_empty(args[1])) {
		file->mime_type = block_strdup(args[1]);
	} else {
		file->mime_type = block_strdup(*profile->default_mime_type ? profile->default_mime_type : "text/plain");
	}
	if (!args[0]) {
		args[0] = copy;
	}
	file->format = block_strdup(is_static ? args[0] : name);
	if (is_static) {
		char *path = core_asprintf("%s%s", profile->static_dir, args[0]);

		file->template = block_strdup(path);
		free(path);
	} else {
		file->template = block_strdup(args[0]);
	}
	free(copy);
	while (*at) {
		at = &(*at)->next;
	}
	*at = file;
	if (is_static) {
		add_route(file, profile);
	}
}

static struct profile *create(const struct category *category,
	void (*add_route)(struct phoneprov_file *file, struct profile *profile))
{
	struct profile *profile = object_alloc(sizeof(*profile), destroy, SIDE_CORE);

	profile->name = block_strdup(category->name);
	profile->default_mime_type = block_strdup("");
	profile->static_dir = block_strdup("");
	profile->vars = vars_create();
	for (const struct ast_variable *option = category->first; option; option = option->next) {
		if (!strcasecmp(option->name, "mime_type")) {
			set(&profile->default_mime_type, option->value);
		} else if (!strcasecmp(option->name, "setvar")) {
			add_variable(profile, option->value);
		} else if (!strcasecmp(option->name, "staticdir")) {
			set(&profile->static_dir, option->value);
		} else {
			add_file(profile, option->name, option->value, add_route);
		}
	}
	return profile;
}

int profiles_read(struct table *profiles, void (*add_route)(struct phoneprov_file *file, struct profile *profile))
{
	struct ast_config *config = config_read("phoneprov.conf", "res_phoneprov", false);

	if (!config || config == CONFIG_STATUS_FILEINVALID) {
		LOG(ERROR, "Unable to load config phoneprov.conf");
		return -1;
	}
	for (const struct category *category = config->first; category; category = category->next) {
		if (!category->template && strcasecmp(category->name, "general")) {
			struct profile *profile = create(category, add_route);

			table_add(profiles, profile);
			object_release(profile);
		}
	}
	config_free(config);
	if (!table_count(profiles)) {
		LOG(ERROR, "There are no provisioning profiles in phoneprov.conf.");
		return -1;
	}
	return 0;
}

/* An instance, and which wizards its types have. */

#include "sorcery/instance.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/config.h"
#include "base/log.h"
#include "base/objects.h"
#include "base/text.h"
#include "sorcery/types.h"

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
	struct type *type = sorcery_type(sorcery, type_name);
	struct wizard_mapped mapped = { .sorcery = sorcery, .type = type_name, .args = args };

	for (size_t i = 0; i < sorcery->wizard_count; i++) {
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
		type = sorcery_add_type(sorcery, type_name, module);
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
	if (sorcery_type(sorcery, type)) {
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
	struct type *found = sorcery_type(sorcery, type);

	return found ? found->wizard_count : -1;
}

/* What a wizard gives to a module that asks it past sorcery. */
static void *retrieve_for_module(const struct ast_sorcery *sorcery, void *data, const char *type, const char *id)
{
	const struct type *found = sorcery_type(sorcery, type);

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
	struct type *found = sorcery_type(sorcery, type);

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

struct ast_sorcery *sorcery_open(const char *module, const struct ast_sorcery_wizard *const *wizards, size_t count)
{
	struct ast_sorcery *sorcery = core_alloc(sizeof(*sorcery));

	sorcery->module = module;
	pthread_rwlock_init(&sorcery->lock, NULL);
	sorcery->observers = observers_create(LEDGER_INSTANCE_OBSERVER);
	sorcery->wizards = core_alloc(count * sizeof(sorcery->wizards[0]));
	sorcery->wizard_count = count;
	for (size_t i = 0; i < count; i++) {
		sorcery->wizards[i] = object_alloc(sizeof(*wizards[i]), NULL, SIDE_CORE);
		*sorcery->wizards[i] = *wizards[i];
	}
	sorcery_apply_config(sorcery, module, module);
	return sorcery;
}

void sorcery_close(struct ast_sorcery *sorcery)
{
	struct type *type;

	while ((type = sorcery->types)) {
		sorcery->types = type->next;
		sorcery_free_type(type);
	}
	for (size_t i = 0; i < sorcery->wizard_count; i++) {
		object_release(sorcery->wizards[i]);
	}
	free(sorcery->wizards);
	observers_destroy(sorcery->observers);
	pthread_rwlock_destroy(&sorcery->lock);
	free(sorcery);
}

/* Typed objects with an id, kept by wizards. */
#ifndef STUB_SORCERY_H
#define STUB_SORCERY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>

#include "asterisk/astobj2.h"
#include "asterisk/config.h"
#include "asterisk/config_options.h"

struct ast_module;
struct ast_sorcery;
struct ast_sorcery_object;
struct ast_sorcery_object_type;

enum ast_sorcery_retrieve_flags {
	AST_RETRIEVE_FLAG_DEFAULT = 0,
	AST_RETRIEVE_FLAG_MULTIPLE = (1 << 0),
	AST_RETRIEVE_FLAG_ALL = (1 << 1),
};

enum ast_sorcery_field_handler_flags {
	AST_HANDLER_PREFER_STRING,
	AST_HANDLER_PREFER_LIST,
	AST_HANDLER_ONLY_STRING,
	AST_HANDLER_ONLY_LIST,
};

enum ast_sorcery_apply_result {
	AST_SORCERY_APPLY_FAIL = -1,
	AST_SORCERY_APPLY_SUCCESS = 0,
	AST_SORCERY_APPLY_DUPLICATE = 1,
	AST_SORCERY_APPLY_DEFAULT_UNNECESSARY = 2,
	AST_SORCERY_APPLY_NO_CONFIGURATION = 3,
};

typedef int (*sorcery_field_handler)(const void *obj, const intptr_t *args, char **buf);
typedef int (*sorcery_fields_handler)(const void *obj, struct ast_variable **fields);
typedef struct ast_variable *(*sorcery_transform_handler)(struct ast_variable *set);
typedef int (*sorcery_apply_handler)(const struct ast_sorcery *sorcery, void *obj);

/* What an object of a sorcery type starts with. */
struct ast_sorcery_object_details {
	struct ast_sorcery_object *object;
};

#define SORCERY_OBJECT(details) \
	struct { \
		struct ast_sorcery_object_details details; \
	}

struct ast_sorcery_wizard {
	const char *name;
	struct ast_module *module;
	void *(*open)(const char *data);
	void (*load)(void *data, const struct ast_sorcery *sorcery, const char *type);
	void (*reload)(void *data, const struct ast_sorcery *sorcery, const char *type);
	int (*create)(const struct ast_sorcery *sorcery, void *data, void *object);
	void *(*retrieve_id)(const struct ast_sorcery *sorcery, void *data, const char *type, const char *id);
	void (*retrieve_regex)(const struct ast_sorcery *sorcery, void *data, const char *type,
		struct ao2_container *objects, const char *regex);
	void (*retrieve_prefix)(const struct ast_sorcery *sorcery, void *data, const char *type,
		struct ao2_container *objects, const char *prefix, const size_t prefix_len);
	void *(*retrieve_fields)(const struct ast_sorcery *sorcery, void *data, const char *type,
		const struct ast_variable *fields);
	void (*retrieve_multiple)(const struct ast_sorcery *sorcery, void *data, const char *type,
		struct ao2_container *objects, const struct ast_variable *fields);
	int (*update)(const struct ast_sorcery *sorcery, void *data, void *object);
	int (*delete)(const struct ast_sorcery *sorcery, void *data, void *object);
	void (*close)(void *data);
	int (*is_stale)(const struct ast_sorcery *sorcery, void *data, void *object);
	void (*force_reload)(void *data, const struct ast_sorcery *sorcery, const char *type);
};

/* Called on the type's own thread. */
struct ast_sorcery_observer {
	void (*created)(const void *object);
	void (*updated)(const void *object);
	void (*deleted)(const void *object);
	void (*loaded)(const char *object_type);
};

/* Called in the thread that loads. */
struct ast_sorcery_instance_observer {
	void (*instance_loading)(const char *name, const struct ast_sorcery *sorcery, int reloaded);
	void (*instance_loaded)(const char *name, const struct ast_sorcery *sorcery, int reloaded);
	void (*wizard_mapped)(const char *name, struct ast_sorcery *sorcery, const char *object_type,
		struct ast_sorcery_wizard *wizard, const char *wizard_args, void *wizard_data);
	void (*object_type_registered)(const char *name, struct ast_sorcery *sorcery, const char *object_type);
	void (*object_type_loading)(const char *name, const struct ast_sorcery *sorcery, const char *object_type,
		int reloaded);
	void (*object_type_loaded)(const char *name, const struct ast_sorcery *sorcery, const char *object_type,
		int reloaded);
};

enum ast_sorcery_apply_result __ast_sorcery_apply_config(struct ast_sorcery *sorcery, const char *name,
	const char *module);
enum ast_sorcery_apply_result __ast_sorcery_apply_default(struct ast_sorcery *sorcery, const char *type,
	const char *module, const char *name, const char *data);

int __ast_sorcery_object_register(struct ast_sorcery *sorcery, const char *type, unsigned int hidden,
	unsigned int reloadable, aco_type_item_alloc alloc, sorcery_transform_handler transform,
	sorcery_apply_handler apply);
int __ast_sorcery_object_field_register(struct ast_sorcery *sorcery, const char *type, const char *name,
	const char *default_val, enum aco_option_type opt_type, aco_option_handler config_handler,
	sorcery_field_handler sorcery_handler, sorcery_fields_handler multiple_handler, unsigned int flags,
	unsigned int no_doc, unsigned int alias, size_t argc, ...);
int ast_sorcery_object_fields_register(struct ast_sorcery *sorcery, const char *type, const char *regex,
	aco_option_handler config_handler, sorcery_fields_handler sorcery_handler);

void *ast_sorcery_generic_alloc(size_t size, ao2_destructor_fn destructor);
const char *ast_sorcery_object_get_id(const void *object);
const struct timeval ast_sorcery_object_get_created(const void *object);
struct ast_sorcery_object_type *ast_sorcery_get_object_type(const struct ast_sorcery *sorcery, const char *type);
int ast_sorcery_is_object_field_registered(const struct ast_sorcery_object_type *object_type, const char *field_name);

void ast_sorcery_load_object(const struct ast_sorcery *sorcery, const char *type);
void ast_sorcery_reload_object(const struct ast_sorcery *sorcery, const char *type);

void *ast_sorcery_retrieve_by_id(const struct ast_sorcery *sorcery, const char *type, const char *id);
void *ast_sorcery_retrieve_by_fields(const struct ast_sorcery *sorcery, const char *type, unsigned int flags,
	struct ast_variable *fields);

struct ast_variable *ast_sorcery_objectset_create2(const struct ast_sorcery *sorcery, const void *object,
	enum ast_sorcery_field_handler_flags flags);

int ast_sorcery_observer_add(const struct ast_sorcery *sorcery, const char *type,
	const struct ast_sorcery_observer *callbacks);
void ast_sorcery_observer_remove(const struct ast_sorcery *sorcery, const char *type,
	const struct ast_sorcery_observer *callbacks);
int ast_sorcery_instance_observer_add(struct ast_sorcery *sorcery,
	const struct ast_sorcery_instance_observer *callbacks);
void ast_sorcery_instance_observer_remove(struct ast_sorcery *sorcery,
	const struct ast_sorcery_instance_observer *callbacks);

int ast_sorcery_get_wizard_mapping_count(struct ast_sorcery *sorcery, const char *type);
int ast_sorcery_get_wizard_mapping(struct ast_sorcery *sorcery, const char *type, int index,
	struct ast_sorcery_wizard **wizard, void **data);

#endif

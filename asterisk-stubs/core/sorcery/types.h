/* Types and their options. */
#ifndef SORCERY_TYPES_H
#define SORCERY_TYPES_H

#include <pthread.h>
#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "asterisk/sorcery.h"

#include "base/worker.h"
#include "sorcery/observers.h"

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
	struct ast_sorcery_wizard **wizards;
	size_t wizard_count;
};

struct type *sorcery_type(const struct ast_sorcery *sorcery, const char *name);
struct type *sorcery_add_type(struct ast_sorcery *sorcery, const char *name, const char *module);
void sorcery_free_type(struct type *type);
/* A type whose objects the core makes, and whose options, those that the regular expression names, it takes and tells itself. */
void sorcery_register_own(struct ast_sorcery *sorcery, const char *type, aco_type_item_alloc alloc,
	const char *options, aco_option_handler option, sorcery_fields_handler fields, sorcery_apply_handler apply);

#endif

/* The list of modules, and who uses one. */
#ifndef MODULES_MODULE_H
#define MODULES_MODULE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "asterisk/module.h"

#define MAX_DEPENDENCIES 8

struct ast_module {
	/* What a pointer to a module points to first, as in Asterisk. */
	const struct ast_module_info *info;
	char *resource;
	void *lib;
	/* Both change without the list's lock, too, and while others look. */
	_Atomic int use_count;
	_Atomic bool running;
	bool declined;
	/* Holds itself, until nothing but the end of all is left to wait for. */
	bool until_shutdown;
	struct ast_module *held[MAX_DEPENDENCIES];
	int held_count;
	struct ast_module *next;
	struct ast_module *previous;
};

/* The list, and the lock that it is used under; recursive. */
extern struct ast_module *modules_first;
extern struct ast_module *modules_last;
void modules_lock(void);
void modules_unlock(void);

struct ast_module *module_create(const char *name);
void module_destroy(struct ast_module *module);
void modules_append(struct ast_module *module);
void modules_take_out(struct ast_module *module);
/* With or without the ending. */
bool module_has_name(const char *resource, const char *name);
struct ast_module *modules_find(const char *name);
/* The next module that registers itself is that one, and it is then in the list; NULL when it has. */
extern struct ast_module *module_being_loaded;

/* Held, or NULL if it is not running. */
struct ast_module *module_running_ref(struct ast_module *module);
/* The same, whether it is running or not. */
void module_use(struct ast_module *module);
void module_unref(struct ast_module *module);

#endif

/* The loader's side of a module. */
#ifndef STUB_MODULE_H
#define STUB_MODULE_H

#include "asterisk/utils.h"

/* Not prose: the loader compares a module's key with this text, byte for byte. */
#define ASTERISK_GPL_KEY \
"This paragraph is copyright (c) 2006 by Digium, Inc. \
In order for your module to load, it must return this \
key via a function called \"key\".  Any code which \
includes this paragraph must be licensed under the GNU \
General Public License version 2 or later (at your \
option).  In addition to Digium's general reservations \
of rights, Digium expressly reserves the right to \
allow other parties to license this paragraph under \
different terms. Any use of Digium, Inc. trademarks or \
logos (including \"Asterisk\" or \"Digium\") without \
express written permission of Digium, Inc. is prohibited.\n"

enum ast_module_load_result {
	AST_MODULE_LOAD_SUCCESS = 0,
	AST_MODULE_LOAD_DECLINE = 1,
	AST_MODULE_LOAD_SKIP = 2,
	AST_MODULE_LOAD_PRIORITY = 3,
	AST_MODULE_LOAD_FAILURE = -1,
};

enum ast_module_reload_result {
	AST_MODULE_RELOAD_SUCCESS = 0,
	AST_MODULE_RELOAD_QUEUED,
	AST_MODULE_RELOAD_NOT_FOUND,
	AST_MODULE_RELOAD_ERROR,
	AST_MODULE_RELOAD_IN_PROGRESS,
	AST_MODULE_RELOAD_UNINITIALIZED,
	AST_MODULE_RELOAD_NOT_IMPLEMENTED,
};

enum ast_module_unload_mode {
	AST_FORCE_SOFT = 0,
	AST_FORCE_FIRM = 1,
	AST_FORCE_HARD = 2,
};

enum ast_module_support_level {
	AST_MODULE_SUPPORT_UNKNOWN,
	AST_MODULE_SUPPORT_CORE,
	AST_MODULE_SUPPORT_EXTENDED,
	AST_MODULE_SUPPORT_DEPRECATED,
};

enum ast_module_flags {
	AST_MODFLAG_DEFAULT = 0,
	AST_MODFLAG_GLOBAL_SYMBOLS = (1 << 0),
	AST_MODFLAG_LOAD_ORDER = (1 << 1),
};

enum ast_module_load_priority {
	AST_MODPRI_REALTIME_DEPEND = 10,
	AST_MODPRI_REALTIME_DEPEND2 = 20,
	AST_MODPRI_REALTIME_DRIVER = 30,
	AST_MODPRI_CORE = 40,
	AST_MODPRI_TIMING = 50,
	AST_MODPRI_CHANNEL_DEPEND = 60,
	AST_MODPRI_CHANNEL_DRIVER = 70,
	AST_MODPRI_APP_DEPEND = 80,
	AST_MODPRI_DEVSTATE_PROVIDER = 90,
	AST_MODPRI_DEVSTATE_PLUGIN = 100,
	AST_MODPRI_CDR_DRIVER = 110,
	AST_MODPRI_DEFAULT = 128,
	AST_MODPRI_DEVSTATE_CONSUMER = 150,
};

struct ast_module;

/* Written to by the loader, which stores the module's handle in it. */
struct ast_module_info {
	struct ast_module *self;
	enum ast_module_load_result (*load)(void);
	int (*reload)(void);
	int (*unload)(void);
	const char *name;
	const char *description;
	const char *key;
	unsigned int flags;
	const char buildopt_sum[33];
	unsigned char load_pri;
	const char *requires;
	const char *optional_modules;
	const char *enhances;
	void *reserved1;
	void *reserved2;
	void *reserved3;
	void *reserved4;
	enum ast_module_support_level support_level;
};

void ast_module_register(const struct ast_module_info *info);
void ast_module_unregister(const struct ast_module_info *info);

enum ast_module_load_result ast_load_resource(const char *resource_name);
int ast_unload_resource(const char *resource_name, enum ast_module_unload_mode);
enum ast_module_reload_result ast_module_reload(const char *name);
int ast_update_module_list_data(int (*modentry)(const char *module, const char *description, int usecnt,
	const char *status, const char *like, enum ast_module_support_level support_level, void *data), const char *like,
	void *data);

struct ast_module *__ast_module_ref(struct ast_module *mod, const char *file, int line, const char *func);
void __ast_module_unref(struct ast_module *mod, const char *file, int line, const char *func);

#endif

/* Starting modules. */
#ifndef MODULES_LOAD_H
#define MODULES_LOAD_H

#include <stdbool.h>

#include "asterisk/module.h"

/* A module of this program, which is there if modules.conf names it, or at once; to be called before modules_load. */
struct builtin {
	const char *resource;
	struct ast_module_info *info;
	bool always;
	bool until_shutdown;
};

/* Those modules, of which the last has no name, and those that modules.conf names. */
void modules_load(const struct builtin *builtins);
/* 0, or -1 with the reason in the log. */
int module_load(const char *name);

#endif

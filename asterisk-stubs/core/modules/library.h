/* Modules that are files. */
#ifndef MODULES_LIBRARY_H
#define MODULES_LIBRARY_H

#include <stdbool.h>

#include "modules/module.h"

/* Opens, registers and checks the module; NULL if it cannot be had. */
struct ast_module *library_open(const char *name);
/* The module is gone when this returns, unless its code stays mapped. */
void library_close(struct ast_module *module);
bool library_is_there(const char *name);

#endif

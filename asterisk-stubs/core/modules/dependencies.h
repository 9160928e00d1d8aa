/* The modules that another one requires. */
#ifndef MODULES_DEPENDENCIES_H
#define MODULES_DEPENDENCIES_H

#include <stdbool.h>

#include "base/text.h"
#include "modules/module.h"

/* Whether the library could have been bound; says by name which dependency is missing. */
bool dependencies_present(const struct ast_module *module, const char *name);
/* The names of those that are not running, with commas between them. */
void dependencies_idle(const struct ast_module *module, struct text *idle);
/* Uses them. */
void dependencies_hold(struct ast_module *module);

#endif

/* What whoever reads a configuration makes it of. */
#ifndef BASE_CATEGORIES_H
#define BASE_CATEGORIES_H

#include "base/config.h"

/* The first of that name; without a name, the first. */
struct category *find_category(const struct ast_config *config, const char *name, bool or_template);
void append_variable(struct category *category, struct ast_variable *variable);
void append_category(struct ast_config *config, struct category *category);

#endif

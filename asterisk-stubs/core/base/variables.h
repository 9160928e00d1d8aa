/* Lists of struct ast_variable. */
#ifndef BASE_VARIABLES_H
#define BASE_VARIABLES_H

#include "asterisk/config.h"

#include "base/ledger.h"

struct ast_variable *variable_new(const char *name, const char *value, const char *file, enum side side);
void variables_destroy(struct ast_variable *list);
/* The first value of that name, whatever its case. */
const char *variables_find(const struct ast_variable *list, const char *name);

#endif

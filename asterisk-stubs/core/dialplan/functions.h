/* Dialplan functions: who has which, and who may read it. */
#ifndef DIALPLAN_FUNCTIONS_H
#define DIALPLAN_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "asterisk/chanvars.h"
#include "asterisk/pbx.h"

#include "base/text.h"

/* The core's own: they are in no ledger, and cannot be made to fail. */
void functions_add(struct ast_custom_function *functions, size_t count, struct ast_module *module);
void functions_remove(struct ast_custom_function *functions, size_t count);

/* Adds what it gives; nothing where it cannot be read, and the log says why. It finds those variables on its channel. */
void function_read(const struct varshead *vars, const char *name, char *args, struct text *out);
/* Whether the thread may not read what gives a caller more rights; what it was before. */
bool functions_inhibit_escalations(bool inhibit);

#endif

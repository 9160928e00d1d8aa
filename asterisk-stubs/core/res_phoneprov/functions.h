/* What templates may call. */
#ifndef RES_PHONEPROV_FUNCTIONS_H
#define RES_PHONEPROV_FUNCTIONS_H

#include "asterisk/module.h"

void phoneprov_add_functions(struct ast_module *module);
void phoneprov_remove_functions(void);

#endif

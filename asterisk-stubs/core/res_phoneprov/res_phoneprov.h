#ifndef RES_PHONEPROV_RES_PHONEPROV_H
#define RES_PHONEPROV_RES_PHONEPROV_H

#include "asterisk/module.h"

extern struct ast_module_info res_phoneprov_module;

#endif

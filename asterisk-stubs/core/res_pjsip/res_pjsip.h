#ifndef RES_PJSIP_RES_PJSIP_H
#define RES_PJSIP_RES_PJSIP_H

#include "asterisk/module.h"

extern struct ast_module_info res_pjsip_module;

/* Objects of the types outlive the module's unloading, up to here. */
void pjsip_free(void);

#endif

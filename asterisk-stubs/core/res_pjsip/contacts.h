/* Where accounts are registered. */
#ifndef RES_PJSIP_CONTACTS_H
#define RES_PJSIP_CONTACTS_H

#include "asterisk/sorcery.h"

/* Objects of the type contact are in that instance from now on. */
void contacts_are_of(struct ast_sorcery *sorcery);

/* The type's handlers. */
void *contact_alloc(const char *id);
int contact_option(const struct aco_option *option, struct ast_variable *variable, void *object);
int contact_fields(const void *object, struct ast_variable **fields);

#endif

/* Changing single objects. */
#ifndef SORCERY_CHANGE_H
#define SORCERY_CHANGE_H

#include "asterisk/sorcery.h"

/* Creates or updates an object, deletes one, as ARI does: tells the type's observers. -1 if no wizard or type lets it. */
int sorcery_put(struct ast_sorcery *sorcery, const char *type, const char *id, struct ast_variable *fields);
int sorcery_delete(struct ast_sorcery *sorcery, const char *type, const char *id);

#endif

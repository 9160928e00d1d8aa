/* Making objects, and what is in them. */
#ifndef SORCERY_MAKE_H
#define SORCERY_MAKE_H

#include "asterisk/sorcery.h"

#include "sorcery/types.h"

/* Makes an object and sets its fields; NULL if the type refuses. */
void *sorcery_make(const struct ast_sorcery *sorcery, const char *type, const char *id, struct ast_variable *fields);
/* Without any fields but those that have a default. */
void *sorcery_make_unset(const struct type *type, const char *id);
/* 0, or -1 if the type refuses. */
int sorcery_set_fields(const struct ast_sorcery *sorcery, const struct type *type, void *object,
	struct ast_variable *fields);
/* What the type's fields say of the object. */
struct ast_variable *sorcery_object_set(const struct ast_sorcery *sorcery, const void *object);

#endif

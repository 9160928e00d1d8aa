/* Finding objects. */
#ifndef SORCERY_FIND_H
#define SORCERY_FIND_H

#include <stdbool.h>

#include "asterisk/sorcery.h"

void *sorcery_find(const struct ast_sorcery *sorcery, const char *type, const char *id);
struct ao2_container *sorcery_all(const struct ast_sorcery *sorcery, const char *type);

/* What a wizard's objects are searched for. */
struct sorcery_search {
	const struct ast_sorcery *sorcery;
	/* That the object's fields must hold; NULL is any object. */
	const struct ast_variable *fields;
	/* Where all that match go, or NULL if the first one is enough, which is then found. */
	struct ao2_container *all;
	void *found;
};

/* For table_each. */
bool sorcery_search_one(void *object, void *search);

#endif

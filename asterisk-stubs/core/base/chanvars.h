/* Name/value pairs as res_phoneprov takes them. */
#ifndef BASE_CHANVARS_H
#define BASE_CHANVARS_H

#include "asterisk/chanvars.h"

struct varshead *vars_create(void);
struct varshead *vars_clone(const struct varshead *vars);
void vars_destroy(struct varshead *vars);
void vars_add(struct varshead *vars, const char *name, const char *value);
/* All of that name. */
void vars_remove(struct varshead *vars, const char *name);
const char *vars_find(const struct varshead *vars, const char *name);

#endif

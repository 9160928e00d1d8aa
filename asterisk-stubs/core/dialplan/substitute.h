/* Variables and functions in templates. */
#ifndef DIALPLAN_SUBSTITUTE_H
#define DIALPLAN_SUBSTITUTE_H

#include <stddef.h>

#include "asterisk/chanvars.h"

#include "base/text.h"

/*
 * Replaces ${} in the template. more gives what a name stands for that is not among the variables, and may be NULL; data is
 * for it.
 */
void substitute(const struct varshead *vars, const char *(*more)(const char *name, void *data), void *data,
	const char *template, struct text *out);
#endif

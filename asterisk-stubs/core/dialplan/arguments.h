/* What stands between a function's parentheses, or behind a name in phoneprov.conf. */
#ifndef DIALPLAN_ARGUMENTS_H
#define DIALPLAN_ARGUMENTS_H

#include <stddef.h>

/*
 * Cuts args up at its commas in place, without quotes and backslashes; the last one is all that is left, as it is.
 * Absent ones are NULL.
 */
void separate_args(char *args, char **out, size_t count);

#endif

/* Functions of strings. */
#ifndef DIALPLAN_STRINGS_H
#define DIALPLAN_STRINGS_H

void strings_add_functions(void);

#endif

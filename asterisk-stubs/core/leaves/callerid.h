#ifndef LEAVES_CALLERID_H
#define LEAVES_CALLERID_H

#include <stddef.h>

/* Cuts "Name" <number> up; what is missing becomes "". */
void callerid_split(const char *value, char *name, size_t name_size, char *number, size_t number_size);

#endif

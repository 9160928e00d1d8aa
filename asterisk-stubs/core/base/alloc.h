/* Memory that never crosses the boundary: freed with free(), and NULL never comes back. */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

#include "base/macros.h"

char *core_asprintf(const char *format, ...) PRINTF_LIKE(1, 2);
char *core_strdup(const char *text);
/* Zeroed. */
void *core_alloc(size_t size);
void *core_grow(void *memory, size_t size);

#endif

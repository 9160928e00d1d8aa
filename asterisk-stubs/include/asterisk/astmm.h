/* Memory that may be handed across the boundary: allocated and freed by the host. */
#ifndef STUB_ASTMM_H
#define STUB_ASTMM_H

#include <stddef.h>

void *__ast_calloc(size_t nmemb, size_t size, const char *file, int lineno, const char *func);
char *__ast_strdup(const char *s, const char *file, int lineno, const char *func);
void __ast_free(void *ptr, const char *file, int lineno, const char *func);

#endif

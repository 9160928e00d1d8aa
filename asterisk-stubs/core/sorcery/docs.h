#ifndef SORCERY_DOCS_H
#define SORCERY_DOCS_H

#include <stdbool.h>

bool is_documented(const char *module, const char *type);

#endif

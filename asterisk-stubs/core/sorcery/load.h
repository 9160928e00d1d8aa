/* Loading objects. */
#ifndef SORCERY_LOAD_H
#define SORCERY_LOAD_H

#include <stdbool.h>

#include "asterisk/sorcery.h"

void sorcery_load(struct ast_sorcery *sorcery, bool reload);

#endif

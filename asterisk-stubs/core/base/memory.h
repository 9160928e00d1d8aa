/* Blocks that know their kind and side, and are poisoned when freed; NULL never comes back. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

#include "base/ledger.h"

void *block_alloc(size_t size, enum ledger_kind kind, enum side side);
void block_free(void *block);
/* The block is the core's from now on. */
void block_adopt(void *block);
enum side block_side(void *block);
/* A copy in a block of the core's, so that a use after its end meets poison. */
char *block_strdup(const char *text);

#endif

/* An object of a sorcery type: the type's own struct, and behind it what sorcery keeps about it. */
#ifndef SORCERY_OBJECT_H
#define SORCERY_OBJECT_H

#include <stddef.h>

#include "asterisk/sorcery.h"

#include "base/ledger.h"

void *sorcery_object_alloc(size_t size, ao2_destructor_fn destructor, enum side side);
void sorcery_object_name(void *object, const char *type, const char *id);
const char *sorcery_object_id(const void *object);
const char *sorcery_object_type(const void *object);

#endif

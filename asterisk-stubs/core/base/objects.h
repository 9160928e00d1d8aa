/* Reference-counted objects, and containers of them. */
#ifndef BASE_OBJECTS_H
#define BASE_OBJECTS_H

#include <stddef.h>

#include "asterisk/astobj2.h"

#include "base/ledger.h"

void *object_alloc(size_t size, ao2_destructor_fn destructor, enum side side);
void *object_hold(void *object);
/* Takes NULL. */
void object_release(void *object);
struct ao2_container *container_create(void);
/* Holds the object. */
void container_add(struct ao2_container *container, void *object);
int container_count(const struct ao2_container *container);
/* Borrowed. */
void *container_at(const struct ao2_container *container, int at);
void container_sort(struct ao2_container *container, int (*compare)(const void *left, const void *right));
/* Enters that the module was given a reference; NULL is none. */
void *given_to_module(void *object);
/* The object, and the reference to it, are the core's from now on. */
void object_adopt(void *object);

#endif

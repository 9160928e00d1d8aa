/* Objects by name, in buckets as Asterisk has them, so that they are walked in the same order. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct table;

struct table *table_create(size_t buckets, const char *(*name)(const void *object));
/* Releases what is left in it. */
void table_destroy(struct table *table);
/* Each of these locks the table, recursively. */
size_t table_count(struct table *table);
/* Holds the object; two may have one name. */
void table_add(struct table *table, void *object);
/* The first of that name, held for the caller, or NULL. */
void *table_find(struct table *table, const char *name);
/* Releases those for which it returns true, each at once; NULL means all. */
void table_remove(struct table *table, bool (*doomed)(const void *object, const void *data), const void *data);
/* Until it returns false. */
void table_each(struct table *table, bool (*call)(void *object, void *data), void *data);

#endif

/* Objects by name, in buckets as Asterisk has them, so that they are walked in the same order. */

#include "base/table.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/objects.h"
#include "base/text.h"

struct node {
	void *object;
	struct node *next;
};

struct table {
	pthread_mutex_t lock;
	const char *(*name)(const void *object);
	size_t count;
	size_t bucket_count;
	struct node *buckets[];
};

struct table *table_create(size_t buckets, const char *(*name)(const void *object))
{
	struct table *table = core_alloc(sizeof(*table) + buckets * sizeof(table->buckets[0]));
	pthread_mutexattr_t recursive;

	pthread_mutexattr_init(&recursive);
	pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&table->lock, &recursive);
	pthread_mutexattr_destroy(&recursive);
	table->name = name;
	table->bucket_count = buckets;
	return table;
}

void table_destroy(struct table *table)
{
	if (!table) {
		return;
	}
	table_remove(table, NULL, NULL);
	pthread_mutex_destroy(&table->lock);
	free(table);
}

static void lock(struct table *table)
{
	pthread_mutex_lock(&table->lock);
}

static void unlock(struct table *table)
{
	pthread_mutex_unlock(&table->lock);
}

size_t table_count(struct table *table)
{
	size_t count;

	lock(table);
	count = table->count;
	unlock(table);
	return count;
}

static struct node **bucket(struct table *table, const char *name)
{
	return &table->buckets[asterisk_hash(name) % table->bucket_count];
}

void table_add(struct table *table, void *object)
{
	struct node *node = core_alloc(sizeof(*node));
	struct node **at;

	node->object = object_hold(object);
	lock(table);
	at = bucket(table, table->name(object));
	while (*at) {
		at = &(*at)->next;
	}
	*at = node;
	table->count++;
	unlock(table);
}

void *table_find(struct table *table, const char *name)
{
	void *found = NULL;

	lock(table);
	for (struct node *node = *bucket(table, name); node; node = node->next) {
		if (!strcmp(table->name(node->object), name)) {
			found = object_hold(node->object);
			break;
		}
	}
	unlock(table);
	return found;
}

void table_remove(struct table *table, bool (*doomed)(const void *object, const void *data), const void *data)
{
	lock(table);
	for (size_t i = 0; i < table->bucket_count; i++) {
		struct node **at = &table->buckets[i];

		while (*at) {
			struct node *node = *at;

			if (doomed && !doomed(node->object, data)) {
				at = &node->next;
				continue;
			}
			*at = node->next;
			table->count--;
			object_release(node->object);
			free(node);
		}
	}
	unlock(table);
}

void table_each(struct table *table, bool (*call)(void *object, void *data), void *data)
{
	bool more = true;

	lock(table);
	for (size_t i = 0; more && i < table->bucket_count; i++) {
		for (struct node *node = table->buckets[i]; more && node; node = node->next) {
			more = call(node->object, data);
		}
	}
	unlock(table);
}

/* Who is told of loads. */

#include "sorcery/observers.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"

struct observers {
	pthread_rwlock_t lock;
	enum ledger_kind kind;
	size_t count;
	const void **callbacks;
};

struct observers *observers_create(enum ledger_kind kind)
{
	struct observers *observers = core_alloc(sizeof(*observers));

	pthread_rwlock_init(&observers->lock, NULL);
	observers->kind = kind;
	return observers;
}

void observers_destroy(struct observers *observers)
{
	pthread_rwlock_destroy(&observers->lock);
	free(observers->callbacks);
	free(observers);
}

void observers_add(struct observers *observers, const void *callbacks)
{
	pthread_rwlock_wrlock(&observers->lock);
	observers->callbacks = core_grow(observers->callbacks, (observers->count + 1) * sizeof(observers->callbacks[0]));
	observers->callbacks[observers->count++] = callbacks;
	ledger_enter(observers->kind, SIDE_MODULE, 1);
	pthread_rwlock_unlock(&observers->lock);
}

/* Waits for callbacks that are running: never call it from inside one. */
void observers_remove(struct observers *observers, const void *callbacks)
{
	pthread_rwlock_wrlock(&observers->lock);
	for (size_t i = 0; i < observers->count; i++) {
		if (observers->callbacks[i] == callbacks) {
			observers->count--;
			for (; i < observers->count; i++) {
				observers->callbacks[i] = observers->callbacks[i + 1];
			}
			ledger_enter(observers->kind, SIDE_MODULE, -1);
			break;
		}
	}
	pthread_rwlock_unlock(&observers->lock);
}

bool observers_any(struct observers *observers)
{
	bool any;

	pthread_rwlock_rdlock(&observers->lock);
	any = observers->count;
	pthread_rwlock_unlock(&observers->lock);
	return any;
}

void observers_each(struct observers *observers, void (*call)(const void *callbacks, void *data), void *data)
{
	pthread_rwlock_rdlock(&observers->lock);
	for (size_t i = 0; i < observers->count; i++) {
		call(observers->callbacks[i], data);
	}
	pthread_rwlock_unlock(&observers->lock);
}

/* Reference-counted objects, and containers of them. */

#include "base/objects.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/memory.h"

#define ALIVE 0x0b1ec7edu

struct object {
	uint32_t mark;
	atomic_int references;
	ao2_destructor_fn destructor;
	_Alignas(max_align_t) char data[];
};

struct ao2_container {
	size_t count;
	size_t room;
	void **objects;
};

void *object_alloc(size_t size, ao2_destructor_fn destructor, enum side side)
{
	struct object *object = block_alloc(sizeof(*object) + size, LEDGER_OBJECT, side);

	object->mark = ALIVE;
	atomic_init(&object->references, 1);
	object->destructor = destructor;
	return object->data;
}

static struct object *object_of(void *data)
{
	return (struct object *) ((char *) data - offsetof(struct object, data));
}

/* How many references there were before. */
static int add_references(void *data, int delta)
{
	struct object *object = object_of(data);
	int before;

	if (object->mark != ALIVE) {
		LOG(ERROR, "Bad magic number 0x%x for object %p", object->mark, data);
		abort();
	}
	before = atomic_fetch_add(&object->references, delta);
	if (before + delta < 0) {
		LOG(ERROR, "Invalid refcount %d on ao2 object %p", before + delta, data);
		abort();
	}
	if (before + delta == 0) {
		if (object->destructor) {
			object->destructor(data);
		}
		block_free(object);
	}
	return before;
}

void *object_hold(void *object)
{
	add_references(object, 1);
	return object;
}

void object_release(void *object)
{
	if (object) {
		add_references(object, -1);
	}
}

void *given_to_module(void *object)
{
	if (object) {
		ledger_enter(LEDGER_REFERENCE, SIDE_MODULE, 1);
	}
	return object;
}

static void *taken_from_module(void *object)
{
	if (object) {
		ledger_enter(LEDGER_REFERENCE, SIDE_MODULE, -1);
	}
	return object;
}

void object_adopt(void *object)
{
	taken_from_module(object);
	block_adopt(object_of(object));
}

static void container_destroy(void *object)
{
	struct ao2_container *container = object;

	for (size_t i = 0; i < container->count; i++) {
		object_release(container->objects[i]);
	}
	free(container->objects);
}

struct ao2_container *container_create(void)
{
	return object_alloc(sizeof(struct ao2_container), container_destroy, SIDE_CORE);
}

void container_add(struct ao2_container *container, void *object)
{
	if (container->count == container->room) {
		container->room = 2 * container->room + 8;
		container->objects = core_grow(container->objects, container->room * sizeof(container->objects[0]));
	}
	container->objects[container->count++] = object_hold(object);
}

int container_count(const struct ao2_container *container)
{
	return (int) container->count;
}

void *container_at(const struct ao2_container *container, int at)
{
	return container->objects[at];
}

void container_sort(struct ao2_container *container, int (*compare)(const void *left, const void *right))
{
	if (container->count) {
		qsort(container->objects, container->count, sizeof(container->objects[0]), compare);
	}
}

void *__ao2_alloc(size_t data_size, ao2_destructor_fn destructor_fn, unsigned int options, const char *tag,
	const char *file, int line, const char *func)
{
	(void) options, (void) tag, (void) file, (void) line, (void) func;
	if (fault_strikes(FAULT_ALLOC, __func__)) {
		return NULL;
	}
	return given_to_module(object_alloc(data_size, destructor_fn, SIDE_MODULE));
}

int __ao2_ref(void *o, int delta, const char *tag, const char *file, int line, const char *func)
{
	(void) tag, (void) file, (void) line, (void) func;
	if (!o) {
		LOG(ERROR, "Bad magic number for object (nil)");
		return -1;
	}
	ledger_enter(LEDGER_REFERENCE, SIDE_MODULE, delta);
	return add_references(o, delta);
}

void __ao2_cleanup(void *obj)
{
	object_release(taken_from_module(obj));
}

void __ao2_cleanup_debug(void *obj, const char *tag, const char *file, int line, const char *function)
{
	(void) tag, (void) file, (void) line, (void) function;
	__ao2_cleanup(obj);
}

struct ao2_container *__ao2_container_alloc_list(unsigned int ao2_options, unsigned int container_options,
	ao2_sort_fn *sort_fn, ao2_callback_fn *cmp_fn, const char *tag, const char *file, int line, const char *func)
{
	(void) ao2_options, (void) container_options, (void) sort_fn, (void) cmp_fn;
	(void) tag, (void) file, (void) line, (void) func;
	return fault_strikes(FAULT_ALLOC, __func__) ? NULL : given_to_module(container_create());
}

int ao2_container_count(struct ao2_container *c)
{
	return container_count(c);
}

struct ao2_iterator ao2_iterator_init(struct ao2_container *c, int flags)
{
	ledger_enter(LEDGER_ITERATOR, SIDE_MODULE, 1);
	return (struct ao2_iterator) { .c = object_hold(c), .flags = flags };
}

void ao2_iterator_destroy(struct ao2_iterator *iter)
{
	ledger_enter(LEDGER_ITERATOR, SIDE_MODULE, -1);
	object_release(iter->c);
	iter->c = NULL;
}

/* A container does not change once it was handed out: the place of the next object is all there is to remember. */
void *__ao2_iterator_next(struct ao2_iterator *iter, const char *tag, const char *file, int line, const char *func)
{
	size_t at = (size_t) (uintptr_t) iter->last_node;

	(void) tag, (void) file, (void) line, (void) func;
	if (at >= iter->c->count) {
		iter->complete = 1;
		return NULL;
	}
	iter->last_node = (void *) (uintptr_t) (at + 1);
	return given_to_module(object_hold(iter->c->objects[at]));
}

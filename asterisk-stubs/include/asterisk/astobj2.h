/* Reference-counted objects, and the containers in which several of them are returned. */
#ifndef STUB_ASTOBJ2_H
#define STUB_ASTOBJ2_H

#include <stddef.h>

typedef void (*ao2_destructor_fn)(void *vdoomed);

enum ao2_alloc_opts {
	AO2_ALLOC_OPT_LOCK_MUTEX = (0 << 0),
	AO2_ALLOC_OPT_LOCK_RWLOCK = (1 << 0),
	AO2_ALLOC_OPT_LOCK_NOLOCK = (2 << 0),
};

void *__ao2_alloc(size_t data_size, ao2_destructor_fn destructor_fn, unsigned int options,
	const char *tag, const char *file, int line, const char *func);

int __ao2_ref(void *o, int delta, const char *tag, const char *file, int line, const char *func);

/* Both drop one reference and take NULL. */
void __ao2_cleanup(void *obj);
void __ao2_cleanup_debug(void *obj, const char *tag, const char *file, int line, const char *function);

struct ao2_container;

int ao2_container_count(struct ao2_container *c);

struct ao2_iterator {
	struct ao2_container *c;
	void *last_node;
	int complete;
	int flags;
};

typedef int (ao2_callback_fn)(void *obj, void *arg, int flags);
typedef int (ao2_sort_fn)(const void *obj_left, const void *obj_right, int flags);

struct ao2_container *__ao2_container_alloc_list(unsigned int ao2_options, unsigned int container_options,
	ao2_sort_fn *sort_fn, ao2_callback_fn *cmp_fn, const char *tag, const char *file, int line, const char *func);
struct ao2_iterator ao2_iterator_init(struct ao2_container *c, int flags);
void ao2_iterator_destroy(struct ao2_iterator *iter);
void *__ao2_iterator_next(struct ao2_iterator *iter, const char *tag, const char *file, int line, const char *func);

#endif

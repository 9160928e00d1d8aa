/* A string that grows. */
#ifndef STUB_STRINGS_H
#define STUB_STRINGS_H

#include <stddef.h>

struct ast_threadstorage;

/* Of one that came from the allocator. */
#define DS_MALLOC ((struct ast_threadstorage *) 1)

/* Wherever it grows, it may move: functions take a pointer to the pointer. */
struct ast_str {
	size_t len;
	size_t used;
	struct ast_threadstorage *ts;
	char str[0];
};

#endif

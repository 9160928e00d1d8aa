/* Dynamic strings. */
#ifndef STUB_STRINGS_H
#define STUB_STRINGS_H

#include <stddef.h>

struct ast_threadstorage;

/* ts says whose memory it is; 1 is the allocator's. */
struct ast_str {
	size_t len;
	size_t used;
	struct ast_threadstorage *ts;
	char str[0];
};

#endif

#ifndef STUB_UTILS_H
#define STUB_UTILS_H

#include <stdint.h>

struct ast_flags {
	unsigned int flags;
};

struct ast_flags64 {
	uint64_t flags;
};

#endif

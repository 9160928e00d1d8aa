#ifndef STUB_VECTOR_H
#define STUB_VECTOR_H

#include <stddef.h>

#define AST_VECTOR(name, type) \
	struct name { \
		type *elems; \
		size_t max; \
		size_t current; \
	}

#endif

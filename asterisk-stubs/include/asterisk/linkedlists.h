#ifndef STUB_LINKEDLISTS_H
#define STUB_LINKEDLISTS_H

/* A list without a lock, and what a member of it embeds. */
#define AST_LIST_HEAD_NOLOCK(name, type) \
	struct name { \
		struct type *first; \
		struct type *last; \
	}

#define AST_LIST_ENTRY(type) \
	struct { \
		struct type *next; \
	}

#endif

/* A string that grows. */
#ifndef STUB_STRINGS_H
#define STUB_STRINGS_H

#include <stddef.h>
#include <sys/types.h>

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

struct ast_str *_ast_str_create(size_t init_len, const char *file, int lineno, const char *func);
/* Room for max_len bytes at most: 0 is any number, less than 0 what there is already. */
int ast_str_set(struct ast_str **buf, ssize_t max_len, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int ast_str_append(struct ast_str **buf, ssize_t max_len, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
char *ast_str_buffer(const struct ast_str *buf);

#endif

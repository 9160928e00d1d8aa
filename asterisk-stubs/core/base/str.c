/* Asterisk's own string that grows. */

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"

struct ast_str *str_create(size_t room, enum side side)
{
	struct ast_str *str = block_alloc(sizeof(*str) + room, LEDGER_MEMORY, side);

	str->len = room;
	str->ts = DS_MALLOC;
	return str;
}

/* The module's may fail to grow. */
static void grow(struct ast_str **str, size_t room)
{
	enum side side = block_side(*str);
	struct ast_str *grown;

	if (side == SIDE_MODULE && fault_strikes(FAULT_ALLOC, __func__)) {
		return;
	}
	grown = str_create(room, side);
	memcpy(grown->str, (*str)->str, (*str)->len);
	grown->used = (*str)->used;
	block_free(*str);
	*str = grown;
}

void str_reset(struct ast_str *str)
{
	str->used = 0;
	if (str->len) {
		str->str[0] = '\0';
	}
}

void str_make_room(struct ast_str **str, size_t room)
{
	if (room > (*str)->len) {
		grow(str, room);
	}
}

void str_add(struct ast_str **str, ssize_t most, const char *bytes, size_t count)
{
	size_t needed = (*str)->used + count + 1;

	if (needed > (*str)->len && most >= 0) {
		/* More than that, so that not every addition moves it. */
		size_t room = needed + needed / 2;

		str_make_room(str, most && room > (size_t) most ? (size_t) most : room);
	}
	if (!(*str)->len) {
		return;
	}
	if (needed > (*str)->len) {
		count = (*str)->len - (*str)->used - 1;
	}
	memcpy((*str)->str + (*str)->used, bytes, count);
	(*str)->used += count;
	(*str)->str[(*str)->used] = '\0';
}

static int add_format(struct ast_str **str, ssize_t most, const char *format, va_list args)
{
	char *text = NULL;
	int length = vasprintf(&text, format, args);

	if (length >= 0) {
		str_add(str, most, text, length);
		free(text);
	}
	return length;
}

struct ast_str *_ast_str_create(size_t init_len, const char *file, int lineno, const char *func)
{
	(void) file, (void) lineno, (void) func;
	return fault_strikes(FAULT_ALLOC, __func__) ? NULL : str_create(init_len, SIDE_MODULE);
}

int ast_str_set(struct ast_str **buf, ssize_t max_len, const char *fmt, ...)
{
	va_list args;
	int length;

	str_reset(*buf);
	va_start(args, fmt);
	length = add_format(buf, max_len, fmt, args);
	va_end(args);
	return length;
}

int ast_str_append(struct ast_str **buf, ssize_t max_len, const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = add_format(buf, max_len, fmt, args);
	va_end(args);
	return length;
}

char *ast_str_buffer(const struct ast_str *buf)
{
	/* Without room there is nothing behind it. */
	return buf->len ? (char *) buf->str : (char *) "";
}

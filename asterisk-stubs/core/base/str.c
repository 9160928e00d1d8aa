/* Asterisk's own string that grows. */

#include "base/str.h"

#include <string.h>

#include "base/memory.h"

struct ast_str *str_create(size_t room, enum side side)
{
	struct ast_str *str = block_alloc(sizeof(*str) + room, LEDGER_MEMORY, side);

	str->len = room;
	str->ts = DS_MALLOC;
	return str;
}

static void grow(struct ast_str **str, size_t room)
{
	struct ast_str *grown = str_create(room, block_side(*str));

	memcpy(grown->str, (*str)->str, (*str)->len);
	grown->used = (*str)->used;
	block_free(*str);
	*str = grown;
}

void str_add(struct ast_str **str, ssize_t most, const char *bytes, size_t count)
{
	size_t needed = (*str)->used + count + 1;

	if (needed > (*str)->len && most >= 0) {
		/* More than that, so that not every addition moves it. */
		size_t room = needed + needed / 2;

		if (most && room > (size_t) most) {
			room = most;
		}
		if (room > (*str)->len) {
			grow(str, room);
		}
	}
	if (needed > (*str)->len) {
		count = (*str)->len ? (*str)->len - (*str)->used - 1 : 0;
	}
	memcpy((*str)->str + (*str)->used, bytes, count);
	(*str)->used += count;
	if ((*str)->len) {
		(*str)->str[(*str)->used] = '\0';
	}
}

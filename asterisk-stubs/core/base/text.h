/* Strings, and one that grows. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

struct text {
	char *at;
	size_t length;
	size_t room;
};

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t count);
void text_add_format(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
/* So many bytes of its beginning. */
void text_drop(struct text *text, size_t count);
void text_free(struct text *text);
/* The text as a string, never NULL. */
const char *text_string(const struct text *text);

/* Without the white space at both ends; cuts the end off in place. */
char *strip(char *string);
bool is_empty(const char *string);
unsigned int asterisk_hash(const char *string);

#endif

/* Strings, and one that grows. */

#include "base/text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static void make_room(struct text *text, size_t count)
{
	if (text->length + count + 1 > text->room) {
		text->room = 2 * (text->length + count + 1);
		text->at = core_grow(text->at, text->room);
	}
}

void text_add_bytes(struct text *text, const char *bytes, size_t count)
{
	make_room(text, count);
	memcpy(text->at + text->length, bytes, count);
	text->length += count;
	text->at[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_add_format(struct text *text, const char *format, ...)
{
	va_list args;
	va_list again;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	make_room(text, length);
	vsnprintf(text->at + text->length, length + 1, format, again);
	text->length += length;
	va_end(again);
	va_end(args);
}

void text_drop(struct text *text, size_t count)
{
	if (count) {
		text->length -= count;
		memmove(text->at, text->at + count, text->length + 1);
	}
}

void text_free(struct text *text)
{
	free(text->at);
	*text = (struct text) { 0 };
}

const char *text_string(const struct text *text)
{
	return text->at ? text->at : "";
}

/* White space is what is not above a blank, as Asterisk sees it. */
static char *skip_blanks(const char *string)
{
	while (*string && (unsigned char) *string < 33) {
		string++;
	}
	return (char *) string;
}

char *strip(char *string)
{
	char *start = skip_blanks(string);
	char *end = start + strlen(start);

	while (end > start && (unsigned char) end[-1] < 33) {
		*--end = '\0';
	}
	return start;
}

bool is_empty(const char *string)
{
	return !string || !*string;
}

unsigned int asterisk_hash(const char *string)
{
	unsigned int hash = 5381;

	for (; *string; string++) {
		hash = (hash * 33) ^ (unsigned char) *string;
	}
	return hash & INT_MAX;
}

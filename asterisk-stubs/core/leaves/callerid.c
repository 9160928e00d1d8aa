/* "Name" <number>, as Asterisk reads it. */

#include "leaves/callerid.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asterisk/callerid.h"

#include "base/alloc.h"
#include "base/text.h"

/* Without one pair of double quotes around it. */
static char *strip_quotes(char *text)
{
	size_t length;

	text = strip(text);
	length = strlen(text);
	if (*text == '"' && length && text[length - 1] == '"') {
		text[length - 1] = '\0';
		/* A lone quote is both ends, and gone by now. */
		return length > 1 ? text + 1 : text;
	}
	return text;
}

/* Without what people write between digits. */
static void shrink(char *number)
{
	char *to = number;
	int brackets = 0;

	for (const char *from = number; *from; from++) {
		brackets += (*from == '[') - (*from == ']');
		if (strchr("( )", *from) || (*from == '-' && !brackets) || (*from == '.' && from[1])) {
			continue;
		}
		*to++ = *from;
	}
	*to = '\0';
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789*#+") == strlen(text);
}

static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (*from == '\\' && !*++from) {
			break;
		}
		*to++ = *from;
	}
	*to = '\0';
}

void callerid_split(const char *value, char *name, size_t name_size, char *number, size_t number_size)
{
	char *copy = core_strdup(value);
	char *whole = strip(copy);
	char *text = strip_quotes(whole);
	bool was_quoted = text != whole;
	char *bracket = strrchr(text, '<');
	char *name_part = NULL;
	char *number_part = NULL;

	if (bracket) {
		char *end = strrchr(bracket, '>');

		if (end) {
			*end = '\0';
		}
		*bracket = '\0';
		number_part = bracket + 1;
		name_part = text;
	} else {
		char shrunk[256];

		snprintf(shrunk, sizeof(shrunk), "%s", text);
		shrink(shrunk);
		if (!was_quoted && is_number(shrunk)) {
			number_part = text;
		} else {
			name_part = text;
		}
	}
	if (name_part) {
		name_part = strip_quotes(name_part);
		unescape(name_part);
	}
	if (number_part) {
		shrink(number_part);
	}
	snprintf(name, name_size, "%s", name_part ? name_part : "");
	snprintf(number, number_size, "%s", number_part ? number_part : "");
	free(copy);
}

char *ast_callerid_merge(char *buf, int bufsiz, const char *name, const char *num, const char *unknown)
{
	if (name && num) {
		/* As long as Asterisk lets an escaped name be. */
		char escaped[128];
		char *to = escaped;

		for (const char *from = name; *from && to < escaped + sizeof(escaped) - 1; from++) {
			if (*from == '"' || *from == '\\') {
				if (to == escaped + sizeof(escaped) - 2) {
					break;
				}
				*to++ = '\\';
			}
			*to++ = *from;
		}
		*to = '\0';
		snprintf(buf, bufsiz, "\"%s\" <%s>", escaped, num);
	} else {
		snprintf(buf, bufsiz, "%s", name ? name : num ? num : unknown ? unknown : "<unknown>");
	}
	return buf;
}

int ast_callerid_split(const char *src, char *name, int namelen, char *num, int numlen)
{
	callerid_split(src, name, namelen, num, numlen);
	return 0;
}

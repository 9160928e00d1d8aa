/* Arguments with a delimiter between them. */

#include "dialplan/arguments.h"

#include <stdbool.h>
#include <string.h>

#include "asterisk/app.h"

unsigned int __ast_app_separate_args(char *buf, char delim, int remove_chars, char **array, int arraylen)
{
	unsigned int last = arraylen - 1;
	unsigned int found = 0;
	int parentheses = 0;
	int brackets = 0;
	bool quoted = false;
	char *to = buf;

	if (!array || arraylen <= 0) {
		return 0;
	}
	memset(array, 0, arraylen * sizeof(*array));
	if (!buf || !*buf) {
		return 0;
	}
	array[found++] = buf;
	/* The last of as many as there is room for is all that is left. */
	for (const char *from = buf; *from && found <= last; from++) {
		bool is_quote = *from == '"' && delim != '"';

		if (*from == delim && !parentheses && !brackets && !quoted) {
			*to++ = '\0';
			array[found] = found == last ? (char *) from + 1 : to;
			found++;
			continue;
		}
		quoted ^= is_quote;
		if (*from == '\\' && from[1]) {
			if (!remove_chars) {
				*to++ = *from;
			}
			*to++ = *++from;
			continue;
		}
		parentheses += (*from == '(') - (*from == ')' && parentheses);
		brackets += (*from == '[') - (*from == ']' && brackets);
		if (!remove_chars || !(is_quote || *from == '\\')) {
			*to++ = *from;
		}
	}
	if (found <= last) {
		*to = '\0';
	}
	return found;
}

void separate_args(char *args, char **out, size_t count)
{
	__ast_app_separate_args(args, ',', 1, out, (int) count);
}

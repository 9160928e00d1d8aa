/* The words of a command line. */

#include "console/words.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"

/* Quotes hold words together, and make one of nothing; a backslash takes the next character as it is. */
int cli_split(char *line, const char **words)
{
	int count = 0;
	bool quoted = false;
	bool escaped = false;
	bool in_word = false;
	const char *from = line;
	char *to;

	while (isspace((unsigned char) *from)) {
		from++;
	}
	/* Never ahead of from: in front of a word there is at least the blank that ended the one before. */
	to = line + (from - line);
	for (; *from; from++) {
		bool blank = (*from == ' ' || *from == '\t') && !quoted && !escaped;

		if (blank) {
			if (in_word) {
				*to++ = '\0';
			}
			in_word = false;
			continue;
		}
		if (*from == '\\' && !escaped) {
			escaped = true;
			continue;
		}
		if (*from == '"' && !escaped) {
			quoted = !quoted;
			if (!quoted) {
				continue;
			}
		}
		if (!in_word) {
			if (count == CLI_MAX_WORDS) {
				LOG(WARNING, "Too many arguments, truncating at %s", from);
				break;
			}
			words[count++] = to;
			in_word = true;
		}
		if (*from != '"' || escaped) {
			*to++ = *from;
			escaped = false;
		}
	}
	*to = '\0';
	words[count] = NULL;
	return count;
}

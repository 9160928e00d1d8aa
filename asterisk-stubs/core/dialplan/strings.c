/* Functions of strings: TOUPPER and TOLOWER. */

#include "dialplan/strings.h"

#include <stdbool.h>

#include "asterisk/pbx.h"

#include "base/macros.h"
#include "base/str.h"
#include "dialplan/functions.h"

static void change_case(const char *text, bool upper, struct ast_str **out, ssize_t most)
{
	for (; *text; text++) {
		char changed = *text;

		if (upper && changed >= 'a' && changed <= 'z') {
			changed -= 'a' - 'A';
		} else if (!upper && changed >= 'A' && changed <= 'Z') {
			changed += 'a' - 'A';
		}
		str_add(out, most, &changed, 1);
	}
}

static int to_upper(struct ast_channel *channel, const char *name, char *args, struct ast_str **out, ssize_t most)
{
	(void) channel, (void) name;
	change_case(args, true, out, most);
	return 0;
}

static int to_lower(struct ast_channel *channel, const char *name, char *args, struct ast_str **out, ssize_t most)
{
	(void) channel, (void) name;
	change_case(args, false, out, most);
	return 0;
}

static struct ast_custom_function functions[] = {
	{ .name = "TOUPPER", .read2 = to_upper },
	{ .name = "TOLOWER", .read2 = to_lower },
};

void strings_add_functions(void)
{
	functions_add(functions, COUNT_OF(functions), NULL);
}

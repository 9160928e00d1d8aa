/* The names of AMI's classes. */

#include "core.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
	int class;
	const char *name;
} classes[] = {
	{ EVENT_FLAG_SYSTEM, "system" },
	{ EVENT_FLAG_CALL, "call" },
	{ EVENT_FLAG_LOG, "log" },
	{ EVENT_FLAG_VERBOSE, "verbose" },
	{ EVENT_FLAG_COMMAND, "command" },
	{ EVENT_FLAG_AGENT, "agent" },
	{ EVENT_FLAG_USER, "user" },
	{ EVENT_FLAG_CONFIG, "config" },
	{ EVENT_FLAG_DTMF, "dtmf" },
	{ EVENT_FLAG_REPORTING, "reporting" },
	{ EVENT_FLAG_CDR, "cdr" },
	{ EVENT_FLAG_DIALPLAN, "dialplan" },
	{ EVENT_FLAG_ORIGINATE, "originate" },
	{ EVENT_FLAG_AGI, "agi" },
	{ EVENT_FLAG_CC, "cc" },
	{ EVENT_FLAG_AOC, "aoc" },
	{ EVENT_FLAG_TEST, "test" },
	{ EVENT_FLAG_SECURITY, "security" },
	{ EVENT_FLAG_MESSAGE, "message" },
	/* Shares a bit with each: whatever belongs to some class is shown as one of all, too. */
	{ INT_MAX, "all" },
};

int classes_parse(const char *names)
{
	char *copy = core_strdup(names);
	char *rest = copy;
	char *name;
	int result = 0;

	while ((name = strsep(&rest, ","))) {
		for (size_t i = 0; i < COUNT_OF(classes); i++) {
			if (!strcmp(name, classes[i].name)) {
				result |= classes[i].class;
			}
		}
	}
	free(copy);
	return result;
}

static bool is_false(const char *text)
{
	static const char *const words[] = { "no", "false", "n", "f", "0", "off" };

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (!strcasecmp(text, words[i])) {
			return true;
		}
	}
	return false;
}

int classes_wanted(const char *text)
{
	if (is_empty(text)) {
		return -1;
	}
	if (strspn(text, "0123456789") == strlen(text)) {
		return atoi(text);
	}
	if (is_false(text)) {
		return 0;
	}
	return is_true(text) ? INT_MAX : classes_parse(text);
}

void classes_show(struct text *out, int shown)
{
	const char *comma = "";

	for (size_t i = 0; i < COUNT_OF(classes); i++) {
		if (shown & classes[i].class) {
			text_add_format(out, "%s%s", comma, classes[i].name);
			comma = ",";
		}
	}
	if (!*comma) {
		text_add(out, "<none>");
	}
}

/*
 * What a command line may go on with. Whoever has a keyboard asks by a command: `_command matchesarray "LINE" "WORD"` is
 * answered with the part that all completions of the line's last word share, then with each, then with _EOF_.
 */

#include "core.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asterisk/astmm.h"

/* A handler sees no more of the line: Asterisk has that much room for it. */
#define LINE_ROOM 80

struct completions {
	char **words;
	size_t count;
};

/* What the thread is collecting, if it is. */
static _Thread_local struct completions *collecting;

/* By name, those that were there first ahead of those that read the same. */
static void collect(const char *word)
{
	struct completions *to = collecting;
	size_t at = 0;

	while (at < to->count && strcasecmp(to->words[at], word) <= 0) {
		at++;
	}
	to->words = core_grow(to->words, (to->count + 1) * sizeof(*to->words));
	memmove(to->words + at + 1, to->words + at, (to->count - at) * sizeof(*to->words));
	to->words[at] = core_strdup(word);
	to->count++;
}

int ast_cli_completion_add(char *value)
{
	if (!value) {
		return 0;
	}
	if (!collecting) {
		block_free(value);
		return -1;
	}
	collect(value);
	block_free(value);
	return 0;
}

/* The text that the completion is asked for, cut up. */
struct asked {
	const char *line;
	const char *word;
	const char *words[CLI_MAX_WORDS + 1];
	int count;
	/* Of the word that is asked for; there may be nothing of it yet. */
	int pos;
};

/* Whether a command, whose words the line has, knows an n-th completion. */
static bool ask_handler(struct ast_cli_entry *entry, const struct asked *asked, int n)
{
	struct ast_cli_args args = {
		.argc = asked->count,
		.argv = asked->words,
		.line = asked->line,
		.word = asked->word,
		.pos = asked->pos,
		.n = n,
	};
	char *completion = NULL;

	/* The core's own complete nothing. */
	if (entry->module && module_running_ref(entry->module)) {
		completion = entry->handler(entry, CLI_GENERATE, &args);
		module_unref(entry->module);
	}
	if (completion) {
		collect(completion);
		block_free(completion);
	}
	return completion;
}

/* How many words the line has, not counting the one that is asked for, if those are the entry's; else -1. */
static int matching_words(const struct ast_cli_entry *entry, const char *const *words, int pos)
{
	int at;

	for (at = 0; at < pos && entry->cmda[at]; at++) {
		if (strcasecmp(entry->cmda[at], words[at])) {
			return -1;
		}
	}
	return at;
}

/*
 * Whether there is a completion of that number. As in Asterisk, what a handler has given does not count: the words of
 * commands behind it in the list are then offered for the wrong numbers, and not found.
 */
static bool collect_one(const struct asked *asked, int number)
{
	const char *begun = asked->words[asked->pos] ? asked->words[asked->pos] : "";
	int found = 0;

	for (struct ast_cli_entry *entry = cli_next(NULL); entry; entry = cli_next(entry)) {
		int at = *entry->command == '_' ? -1 : matching_words(entry, asked->words, asked->pos);

		if (at < 0) {
			continue;
		}
		if (!entry->cmda[at]) {
			if (ask_handler(entry, asked, number - found)) {
				return true;
			}
		} else if (!strncasecmp(entry->cmda[at], begun, strlen(begun)) && found++ == number) {
			collect(entry->cmda[at]);
			return true;
		}
	}
	return false;
}

static void collect_all(const char *text, const char *word)
{
	char *copy = core_strdup(text);
	struct asked asked = { .word = word };
	struct text joined = { 0 };
	char line[LINE_ROOM];
	bool ended;
	int number = 0;
	bool more;

	asked.count = cli_split(copy, asked.words, &ended);
	asked.pos = !is_empty(word) && asked.count ? asked.count - 1 : asked.count;
	cli_join(&joined, asked.words);
	snprintf(line, sizeof(line) - 1, "%s", text_string(&joined));
	if (ended) {
		strcat(line, " ");
	}
	asked.line = line;
	do {
		cli_lock();
		more = collect_one(&asked, number++);
		cli_unlock();
	} while (more);
	text_free(&joined);
	free(copy);
}

static void drop_repeated(struct completions *all)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->count; i++) {
		if (kept && !strcasecmp(all->words[kept - 1], all->words[i])) {
			free(all->words[i]);
		} else {
			all->words[kept++] = all->words[i];
		}
	}
	all->count = kept;
}

/* How much of the first one all others begin with. */
static size_t shared_length(const struct completions *all)
{
	const char *first = all->words[0];
	size_t length = strlen(first);

	for (size_t i = 1; i < all->count; i++) {
		size_t same = 0;

		while (same < length && toupper((unsigned char) first[same]) == toupper((unsigned char) all->words[i][same])) {
			same++;
		}
		length = same;
	}
	return length;
}

static char *matches_array(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	struct completions all = { 0 };
	struct text out = { 0 };

	if (cmd == CLI_INIT) {
		entry->command = "_command matchesarray";
		entry->usage = "Usage: _command matchesarray \"LINE\" WORD\n       Lists what the line's last word may become.\n";
		return NULL;
	}
	if (args->argc != entry->args + 2) {
		return CLI_SHOWUSAGE;
	}
	collecting = &all;
	collect_all(args->argv[entry->args], args->argv[entry->args + 1]);
	collecting = NULL;
	drop_repeated(&all);
	if (all.count) {
		text_add_format(&out, "%.*s ", (int) shared_length(&all), all.words[0]);
	}
	for (size_t i = 0; i < all.count; i++) {
		text_add_format(&out, "%s ", all.words[i]);
		free(all.words[i]);
	}
	free(all.words);
	text_add(&out, "_EOF_");
	ast_cli(args->fd, "%s", out.at);
	text_free(&out);
	return CLI_SUCCESS;
}

struct ast_cli_entry cli_completion_commands[1] = {
	{ .handler = matches_array, .summary = "Returns command matches array" },
};

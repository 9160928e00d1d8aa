/* Reading configuration files: sections, templates, inheritance, comments, files that are included. */

#include "base/config.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/categories.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/memory.h"
#include "base/seen.h"
#include "base/text.h"
#include "base/variables.h"

/* A longer line is skipped, as Asterisk does. */
#define LINE_ROOM 8192
/* So deep files may include each other, the first one not counted. */
#define DEEPEST_INCLUDE 10
/* So long a section's name may be. */
#define NAME_ROOM 80

static const char *directory;

void config_look_in(const char *name)
{
	directory = name;
}

struct reader {
	struct ast_config *config;
	const char *who_asked;
	const char *name;
	/* Goes on through all files of one #include. */
	int line;
	struct category *category;
	int comment_depth;
	enum side side;
};

static void inherit(struct reader *reader, struct category *category, const struct category *base)
{
	for (const struct ast_variable *variable = base->first; variable; variable = variable->next) {
		struct ast_variable *copy = variable_new(variable->name, variable->value, variable->file, reader->side);

		copy->lineno = variable->lineno;
		copy->inherited = 1;
		append_variable(category, copy);
	}
}

/* Adds what was gathered so far for a section that turned out to be an addition. */
static void move_variables(struct category *from, struct category *to)
{
	if (from->first) {
		append_variable(to, from->first);
		to->last = from->last;
		from->first = from->last = NULL;
	}
}

/* Where it stands: nothing says so of what is in the file that was asked for. */
static const char *place(const struct reader *reader)
{
	return reader->config->level == 1 ? "" : reader->name;
}

/* [name](!,+,base,...) */
static int read_header(struct reader *reader, char *line)
{
	char *end = strchr(line, ']');
	char *options;
	char *option;
	struct category *made;
	struct category *category;
	bool is_addition = false;

	if (!end) {
		LOG(WARNING, "parse error: no closing ']', line %d of %s", reader->line, reader->name);
		return -1;
	}
	*end = '\0';
	made = category = core_alloc(sizeof(*made));
	made->name = core_strdup(line + 1);
	if (strlen(made->name) >= NAME_ROOM) {
		made->name[NAME_ROOM - 1] = '\0';
	}
	options = end[1] == '(' ? end + 2 : NULL;
	if (options) {
		end = strchr(options, ')');
		if (!end) {
			LOG(WARNING, "parse error: no closing ')', line %d of %s", reader->line, reader->name);
			category_free(made);
			return -1;
		}
		*end = '\0';
	}
	while ((option = strsep(&options, ","))) {
		if (!strcmp(option, "!")) {
			category->template = true;
		} else if (*option == '+') {
			struct category *old = find_category(reader->config, line + 1, option[1] != '\0');

			if (!old) {
				LOG(WARNING, "Category addition requested, but category '%s' does not exist, line %d of %s",
					line + 1, reader->line, reader->name);
				category_free(made);
				return -1;
			}
			old->template |= made->template;
			move_variables(made, old);
			category = old;
			reader->config->current = old;
			is_addition = true;
		} else {
			struct category *base = find_category(reader->config, option, true);

			if (!base) {
				LOG(WARNING, "Inheritance requested, but category '%s' does not exist, line %d of %s", option,
					reader->line, reader->name);
				category_free(made);
				return -1;
			}
			inherit(reader, category, base);
		}
	}
	if (is_addition) {
		category_free(made);
	} else {
		append_category(reader->config, made);
	}
	reader->category = category;
	return 0;
}

/* name = value, name => value, name += value; a backslash in front takes the first character as it is. */
static int read_setting(struct reader *reader, char *line)
{
	bool escaped = *line == '\\';
	char *name = line + escaped;
	char *value;
	bool appends = false;
	bool is_object = false;
	struct ast_variable *variable;

	if (!reader->category) {
		LOG(WARNING, "parse error: No category context for line %d of %s", reader->line, reader->name);
		return -1;
	}
	if (escaped && *name < 33) {
		LOG(ERROR, "Invalid escape in line %d of %s", reader->line, reader->name);
		return -1;
	}
	value = strchr(name + escaped, '=');
	if (!value) {
		LOG(WARNING, "No '=' (equal sign) in line %d of %s", reader->line, reader->name);
		return 0;
	}
	if (value > name + escaped && value[-1] == '+') {
		appends = true;
		value[-1] = '\0';
	}
	*value++ = '\0';
	if (!appends && *value == '>') {
		is_object = true;
		value++;
	}
	name = strip(name);
	if (is_empty(name)) {
		LOG(WARNING, "No variable name in line %d of %s", reader->line, reader->name);
		return 0;
	}
	if (appends) {
		struct ast_variable *old = NULL;

		for (variable = reader->category->first; variable; variable = variable->next) {
			if (!strcmp(variable->name, name)) {
				old = variable;
			}
		}
		if (old) {
			char *joined = core_asprintf("%s%s", old->value, value);
			struct ast_variable *replacement = variable_new(name, strip(joined), place(reader), reader->side);
			struct ast_variable **at = &reader->category->first;

			free(joined);
			while (*at != old) {
				at = &(*at)->next;
			}
			replacement->lineno = reader->line;
			replacement->next = old->next;
			*at = replacement;
			if (reader->category->last == old) {
				reader->category->last = replacement;
			}
			old->next = NULL;
			variables_destroy(old);
			return 0;
		}
	}
	variable = variable_new(name, strip(value), place(reader), reader->side);
	variable->lineno = reader->line;
	variable->object = is_object;
	append_variable(reader->category, variable);
	return 0;
}

/* The line without its comments; NULL if all of it is one. ";--" opens one that "--;" closes, lines later even. */
static char *remove_comments(struct reader *reader, char *line)
{
	char *from = line;
	char *kept = reader->comment_depth ? NULL : line;
	char *mark;

	while ((mark = strchr(from, ';'))) {
		if (mark > from && mark[-1] == '\\') {
			memmove(mark - 1, mark, strlen(mark) + 1);
			from = mark;
		} else if (mark[1] == '-' && mark[2] == '-' && mark[3] != '-') {
			*mark = '\0';
			from = mark + 3;
			reader->comment_depth++;
		} else if (mark >= from + 2 && mark[-1] == '-' && mark[-2] == '-') {
			from = mark + 1;
			if (--reader->comment_depth) {
				continue;
			}
			if (kept) {
				char *end = kept + strlen(kept);

				memmove(end, from, strlen(from) + 1);
				from = end;
			} else {
				kept = from;
			}
		} else if (reader->comment_depth) {
			from = mark + 1;
		} else {
			*mark = '\0';
			from = mark;
		}
	}
	return kept;
}

static struct ast_config *load(struct ast_config *config, const char *filename, const char *who_asked, enum side side);

static char *path_of(const char *filename)
{
	return *filename == '/' || !directory ? core_strdup(filename) : core_asprintf("%s/%s", directory, filename);
}

static void note_include(const struct reader *reader, const char *filename)
{
	char *path = path_of(filename);

	seen_include(reader->name, reader->who_asked, path, strpbrk(path, "*?[{") != NULL);
	free(path);
}

/* #include FILE, #tryinclude FILE, #exec PROGRAM, which asterisk.conf does not allow here */
static int read_directive(struct reader *reader, char *line)
{
	char *word = line + 1;
	char *file = word;
	size_t length;
	bool must_be_there;

	while (*file && *file > 32) {
		file++;
	}
	if (*file) {
		*file++ = '\0';
		file = strip(file);
	}
	must_be_there = !strcasecmp(word, "include");
	if (!strcasecmp(word, "exec")) {
		LOG(WARNING, "Cannot perform #exec unless execincludes option is enabled in asterisk.conf (options section)!");
		return 0;
	}
	if (!must_be_there && strcasecmp(word, "tryinclude")) {
		LOG(WARNING, "Unknown directive '#%s' at line %d of %s", word, reader->line, reader->name);
		return 0;
	}
	if (is_empty(file)) {
		LOG(WARNING, "Directive '#%s' needs an argument (filename) at line %d of %s", word, reader->line, reader->name);
		return 0;
	}
	length = strlen(file);
	if ((*file == '"' && file[length - 1] == '"') || (*file == '<' && file[length - 1] == '>')) {
		file[length - 1] = '\0';
		file++;
	}
	note_include(reader, file);
	if (!load(reader->config, file, reader->who_asked, reader->side) && must_be_there) {
		LOG(ERROR, "The file '%s' was listed as a #include but it does not exist.", file);
		return -1;
	}
	return 0;
}

static int read_lines(struct reader *reader, FILE *file)
{
	char buffer[LINE_ROOM];

	while (!feof(file)) {
		char *line = buffer;
		size_t length;

		reader->line++;
		if (!fgets(buffer, sizeof(buffer), file)) {
			continue;
		}
		length = strlen(buffer);
		if (length == sizeof(buffer) - 1 && buffer[length - 1] != '\n') {
			LOG(WARNING, "Line %d too long, skipping. It begins with: %.32s...", reader->line, buffer);
			while (fgets(buffer, sizeof(buffer), file)) {
				length = strlen(buffer);
				if (length != sizeof(buffer) - 1 || buffer[length - 1] == '\n') {
					break;
				}
			}
			continue;
		}
		if (reader->line == 1 && !strncmp(line, "\xef\xbb\xbf", 3)) {
			line += 3;
		}
		line = remove_comments(reader, line);
		if (!line || is_empty(line = strip(line))) {
			continue;
		}
		if (*line == '[') {
			if (read_header(reader, line)) {
				return -1;
			}
		} else if (*line == '#') {
			if (read_directive(reader, line)) {
				return -1;
			}
		} else if (read_setting(reader, line)) {
			return -1;
		}
	}
	return 0;
}

static FILE *open_to_read(const char *path, const char *who_asked)
{
	struct stat stats;
	FILE *file;

	if (stat(path, &stats)) {
		return NULL;
	}
	if (!S_ISREG(stats.st_mode)) {
		LOG(WARNING, "'%s' is not a regular file, ignoring", path);
		return NULL;
	}
	seen_now(path, who_asked, &stats);
	file = fopen(path, "re");
	if (!file) {
		LOG(VERBOSE, "Parsing '%s': Not found (%s)", path, strerror(errno));
	}
	return file;
}

/* Reads all files of that name, which may be a pattern, into the configuration. An error in one of them breaks it and those
 * behind it off: whoever included them goes on all the same. */
static struct ast_config *load(struct ast_config *config, const char *filename, const char *who_asked, enum side side)
{
	struct reader reader = { .config = config, .who_asked = who_asked, .category = config->current, .side = side };
	struct ast_config *result = NULL;
	char *path;
	glob_t found;

	if (config->level == DEEPEST_INCLUDE + 1) {
		LOG(WARNING, "Maximum Include level (%d) exceeded", DEEPEST_INCLUDE);
		return NULL;
	}
	config->level++;
	path = path_of(filename);
	if (!glob(path, GLOB_NOMAGIC | GLOB_BRACE, NULL, &found)) {
		for (size_t i = 0; i < found.gl_pathc && result != CONFIG_STATUS_FILEINVALID; i++) {
			FILE *file = open_to_read(found.gl_pathv[i], who_asked);

			if (!file) {
				continue;
			}
			reader.name = found.gl_pathv[i];
			result = read_lines(&reader, file) ? CONFIG_STATUS_FILEINVALID : config;
			if (reader.comment_depth) {
				LOG(WARNING, "Unterminated comment detected in %s", reader.name);
			}
			fclose(file);
		}
		globfree(&found);
	}
	free(path);
	if (result != CONFIG_STATUS_FILEINVALID) {
		config->level--;
	}
	return result;
}

static struct ast_config *read_file(const char *filename, const char *who_asked, bool unchanged_is_enough,
	enum side side)
{
	char *path = path_of(filename);
	bool is_known = unchanged_is_enough && seen_unchanged(path, who_asked);
	struct ast_config *config;
	struct ast_config *result;

	free(path);
	if (is_known) {
		return CONFIG_STATUS_FILEUNCHANGED;
	}
	config = block_alloc(sizeof(*config), LEDGER_CONFIG, side);
	result = load(config, filename, who_asked, side);
	if (result != config) {
		config_free(config);
	}
	return result;
}

struct ast_config *config_read(const char *filename, const char *who_asked, bool unchanged_is_enough)
{
	return read_file(filename, who_asked, unchanged_is_enough, SIDE_CORE);
}

struct ast_config *ast_config_load2(const char *filename, const char *who_asked, struct ast_flags flags)
{
	if (fault_strikes(FAULT_ALLOC, __func__)) {
		return NULL;
	}
	return read_file(filename, who_asked, flags.flags & CONFIG_FLAG_FILEUNCHANGED, SIDE_MODULE);
}

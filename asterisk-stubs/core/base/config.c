/* Configuration files: sections, templates, inheritance, comments. */

#include "base/config.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/variables.h"

/* A longer line is skipped, as Asterisk does. */
#define LINE_ROOM 8192

/* What a file looked like when somebody read it last. */
struct seen_file {
	struct seen_file *next;
	char *name;
	char *who_asked;
	struct timespec changed;
	off_t size;
};

static struct seen_file *seen_files;
static pthread_mutex_t seen_lock = PTHREAD_MUTEX_INITIALIZER;

static const char *directory;

void config_look_in(const char *name)
{
	directory = name;
}

struct reader {
	struct ast_config *config;
	const char *name;
	int line;
	struct category *category;
	int comment_depth;
	enum side side;
};

/* Whether the file is as it was when the same asked last; remembers how it is now. */
static bool is_unchanged(const char *name, const char *who_asked, const struct stat *now)
{
	struct seen_file *seen;
	bool same;

	pthread_mutex_lock(&seen_lock);
	for (seen = seen_files; seen; seen = seen->next) {
		if (!strcmp(seen->name, name) && !strcmp(seen->who_asked, who_asked)) {
			break;
		}
	}
	if (!seen) {
		seen = core_alloc(sizeof(*seen));
		seen->name = core_strdup(name);
		seen->who_asked = core_strdup(who_asked);
		seen->next = seen_files;
		seen_files = seen;
	}
	same = seen->size == now->st_size && seen->changed.tv_sec == now->st_mtim.tv_sec
		&& seen->changed.tv_nsec == now->st_mtim.tv_nsec;
	seen->size = now->st_size;
	seen->changed = now->st_mtim;
	pthread_mutex_unlock(&seen_lock);
	return same;
}

void config_forget_files(void)
{
	while (seen_files) {
		struct seen_file *seen = seen_files;

		seen_files = seen->next;
		free(seen->name);
		free(seen->who_asked);
		free(seen);
	}
}

static struct category *find_category(const struct ast_config *config, const char *name, bool or_template)
{
	for (struct category *category = config->first; category; category = category->next) {
		if ((or_template || !category->template) && !strcasecmp(category->name, name)) {
			return category;
		}
	}
	return NULL;
}

static void append_variable(struct category *category, struct ast_variable *variable)
{
	if (category->last) {
		category->last->next = variable;
	} else {
		category->first = variable;
	}
	category->last = variable;
}

static void append_category(struct ast_config *config, struct category *category)
{
	if (config->last) {
		config->last->next = category;
	} else {
		config->first = category;
	}
	config->last = category;
}

void category_free(struct category *category)
{
	variables_destroy(category->first);
	free(category->name);
	free(category);
}

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
			struct category *old = find_category(reader->config, made->name, false);

			if (!old) {
				LOG(WARNING, "Category addition requested, but category '%s' does not exist, line %d of %s",
					made->name, reader->line, reader->name);
				category_free(made);
				return -1;
			}
			old->template |= made->template;
			move_variables(made, old);
			category = old;
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
	if (escaped && (unsigned char) *name < 33) {
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
			struct ast_variable *replacement = variable_new(name, strip(joined), "", reader->side);
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
	variable = variable_new(name, strip(value), "", reader->side);
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

static int read_lines(struct reader *reader, FILE *file)
{
	char buffer[LINE_ROOM];

	while (fgets(buffer, sizeof(buffer), file)) {
		char *line = buffer;
		size_t length = strlen(buffer);

		reader->line++;
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
			LOG(WARNING, "Unknown directive '%s' at line %d of %s", line, reader->line, reader->name);
		} else if (read_setting(reader, line)) {
			return -1;
		}
	}
	if (reader->comment_depth) {
		LOG(WARNING, "Unterminated comment detected in %s", reader->name);
	}
	return 0;
}

static struct ast_config *read_file(const char *filename, const char *who_asked, bool unchanged_is_enough,
	enum side side)
{
	char *path = *filename == '/' || !directory ? core_strdup(filename) : core_asprintf("%s/%s", directory, filename);
	struct reader reader = { .name = path, .side = side };
	struct ast_config *result = NULL;
	struct stat stats;
	FILE *file = NULL;

	if (stat(path, &stats)) {
		goto done;
	}
	if (!S_ISREG(stats.st_mode)) {
		LOG(WARNING, "'%s' is not a regular file, ignoring", path);
		goto done;
	}
	if (is_unchanged(path, who_asked, &stats) && unchanged_is_enough) {
		result = CONFIG_STATUS_FILEUNCHANGED;
		goto done;
	}
	file = fopen(path, "re");
	if (!file) {
		LOG(VERBOSE, "Parsing '%s': Not found (%s)", path, strerror(errno));
		goto done;
	}
	result = reader.config = block_alloc(sizeof(*result), LEDGER_CONFIG, side);
	if (read_lines(&reader, file)) {
		config_free(result);
		result = CONFIG_STATUS_FILEINVALID;
	}
	fclose(file);
done:
	free(path);
	return result;
}

struct ast_config *config_read(const char *filename, const char *who_asked, bool unchanged_is_enough)
{
	return read_file(filename, who_asked, unchanged_is_enough, SIDE_CORE);
}

void config_free(struct ast_config *config)
{
	struct category *category;

	if (!config) {
		return;
	}
	while ((category = config->first)) {
		config->first = category->next;
		category_free(category);
	}
	block_free(config);
}

struct category *config_category(const struct ast_config *config, const char *name)
{
	return find_category(config, name, false);
}

const char *config_value(const struct ast_config *config, const char *category, const char *name)
{
	const struct category *found = config_category(config, category);

	return found ? variables_find(found->first, name) : NULL;
}

bool is_true(const char *value)
{
	static const char *const words[] = { "yes", "true", "y", "t", "1", "on" };

	for (size_t i = 0; value && i < COUNT_OF(words); i++) {
		if (!strcasecmp(value, words[i])) {
			return true;
		}
	}
	return false;
}

struct ast_config *ast_config_load2(const char *filename, const char *who_asked, struct ast_flags flags)
{
	if (fault_strikes(FAULT_ALLOC, __func__)) {
		return NULL;
	}
	return read_file(filename, who_asked, flags.flags & CONFIG_FLAG_FILEUNCHANGED, SIDE_MODULE);
}

void ast_config_destroy(struct ast_config *cfg)
{
	config_free(cfg);
}

/* The section after the one whose very name was returned before. */
char *ast_category_browse(struct ast_config *config, const char *prev_name)
{
	struct category *category = config->first;

	if (prev_name) {
		while (category && category->name != prev_name) {
			category = category->next;
		}
		category = category ? category->next : NULL;
	}
	while (category && category->template) {
		category = category->next;
	}
	return category ? category->name : NULL;
}

struct ast_variable *ast_variable_browse(const struct ast_config *config, const char *category_name)
{
	struct category *category;

	for (category = config->first; category; category = category->next) {
		if (category->name == category_name) {
			return category->first;
		}
	}
	category = config_category(config, category_name);
	return category ? category->first : NULL;
}

const char *ast_variable_retrieve(struct ast_config *config, const char *category, const char *variable)
{
	return variables_find(ast_variable_browse(config, category), variable);
}

/* As in Asterisk, a row may have the name of another: sections are walked by themselves. */
struct ast_category *ast_category_browse_filtered(struct ast_config *config, const char *category_name,
	struct ast_category *prev, const char *filter)
{
	struct category *category = prev ? ((struct category *) prev)->next : config->first;

	(void) category_name, (void) filter;
	while (category && category->template) {
		category = category->next;
	}
	return (struct ast_category *) category;
}

struct ast_variable *ast_category_first(struct ast_category *cat)
{
	return ((struct category *) cat)->first;
}

/* The log file, in Asterisk's manner, and the debug levels. */

#include "core.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

int option_debug;
struct ast_flags64 ast_options;

static FILE *file;
static pthread_mutex_t file_lock = PTHREAD_MUTEX_INITIALIZER;

struct debug_level {
	struct debug_level *next;
	unsigned int level;
	char module[];
};

static struct debug_level *debug_levels;
static pthread_mutex_t debug_lock = PTHREAD_MUTEX_INITIALIZER;

void log_open(void)
{
	char *name = core_asprintf("%s/full", paths.log);

	file = fopen(name, "ae");
	if (!file) {
		fprintf(stderr, "asterisk-stub: unable to write %s\n", name);
		exit(1);
	}
	setvbuf(file, NULL, _IOLBF, 0);
	free(name);
}

void log_close(void)
{
	pthread_mutex_lock(&file_lock);
	fclose(file);
	file = NULL;
	pthread_mutex_unlock(&file_lock);
}

static void write_line(int level, const char *source, const char *format, va_list args)
{
	static const char *const names[] = {
		[__LOG_DEBUG] = "DEBUG",
		[__LOG_NOTICE] = "NOTICE",
		[__LOG_WARNING] = "WARNING",
		[__LOG_ERROR] = "ERROR",
		[__LOG_VERBOSE] = "VERBOSE",
	};
	const char *name = level >= 0 && level < (int) COUNT_OF(names) ? names[level] : NULL;
	/* The core's own sources come with their whole path; a module's are shown as it names them. */
	const char *base = *source == '/' ? strrchr(source, '/') : NULL;
	time_t now = time(NULL);
	struct tm local;
	char date[32];
	char *message = NULL;
	int length = vasprintf(&message, format, args);

	if (length < 0) {
		return;
	}
	if (length && message[length - 1] == '\n') {
		message[length - 1] = '\0';
	}
	strftime(date, sizeof(date), "%b %e %H:%M:%S", localtime_r(&now, &local));
	pthread_mutex_lock(&file_lock);
	fprintf(file ? file : stderr, "[%s] %s[%d] %s: %s\n", date, name ? name : "UNKNOWN", (int) gettid(),
		base ? base + 1 : source, message);
	pthread_mutex_unlock(&file_lock);
	free(message);
}

void log_write(int level, const char *source, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(level, source, format, args);
	va_end(args);
}

void ast_log(int level, const char *source, int line, const char *function, const char *fmt, ...)
{
	va_list args;

	(void) line, (void) function;
	va_start(args, fmt);
	write_line(level, source, fmt, args);
	va_end(args);
}

static struct debug_level **find_level(const char *module)
{
	struct debug_level **at = &debug_levels;

	while (*at && strcasecmp((*at)->module, module)) {
		at = &(*at)->next;
	}
	return at;
}

unsigned int ast_debug_get_by_module(const char *module)
{
	struct debug_level *found;
	unsigned int level;

	pthread_mutex_lock(&debug_lock);
	found = *find_level(module);
	level = found ? found->level : 0;
	pthread_mutex_unlock(&debug_lock);
	return level;
}

static void remove_level(struct debug_level **at)
{
	struct debug_level *doomed = *at;

	*at = doomed->next;
	free(doomed);
}

/* The level that the module had before. */
static unsigned int set_level(const char *module, unsigned int level)
{
	struct debug_level **at;
	unsigned int before = 0;

	pthread_mutex_lock(&debug_lock);
	at = find_level(module);
	if (*at) {
		before = (*at)->level;
		remove_level(at);
	}
	if (level) {
		struct debug_level *added = core_alloc(sizeof(*added) + strlen(module) + 1);

		strcpy(added->module, module);
		added->level = level;
		added->next = debug_levels;
		debug_levels = added;
	}
	if (debug_levels) {
		ast_options.flags |= AST_OPT_FLAG_DEBUG_MODULE;
	} else {
		ast_options.flags &= ~(uint64_t) AST_OPT_FLAG_DEBUG_MODULE;
	}
	pthread_mutex_unlock(&debug_lock);
	return before;
}

void debug_levels_free(void)
{
	while (debug_levels) {
		remove_level(&debug_levels);
	}
}

static char *set_debug(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	const char *const *argv;
	int level;

	if (cmd == CLI_INIT) {
		entry->command = "core set debug";
		entry->usage = "Usage: core set debug LEVEL|off [MODULE]\n"
			"       Sets how much is logged, by all modules or by one.\n";
		return NULL;
	}
	if (args->argc < entry->args + 1 || args->argc > entry->args + 2) {
		return CLI_SHOWUSAGE;
	}
	argv = args->argv + entry->args;
	if (!strcasecmp(argv[0], "off")) {
		level = 0;
	} else if (sscanf(argv[0], "%30d", &level) != 1) {
		return CLI_SHOWUSAGE;
	}
	if (args->argc == entry->args + 2) {
		char *module = core_strdup(argv[1]);
		size_t length = strlen(module);

		if (length > 3 && !strcasecmp(module + length - 3, ".so")) {
			module[length - 3] = '\0';
		}
		ast_cli(args->fd, "Core debug was %u and has been set to %d for '%s'.\n", set_level(module, level), level,
			module);
		free(module);
	} else {
		ast_cli(args->fd, "Core debug was %d and is now %d.\n", option_debug, level);
		option_debug = level;
	}
	return CLI_SUCCESS;
}

static char *log_mark(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	if (cmd == CLI_INIT) {
		entry->command = "stub log-mark";
		entry->usage = "Usage: stub log-mark TEXT\n       Writes the text to the log.\n";
		return NULL;
	}
	if (args->argc != entry->args + 1) {
		return CLI_SHOWUSAGE;
	}
	LOG(NOTICE, "MARK %s", args->argv[entry->args]);
	return CLI_SUCCESS;
}

struct ast_cli_entry logger_commands[2] = {
	{ .handler = set_debug },
	{ .handler = log_mark },
};

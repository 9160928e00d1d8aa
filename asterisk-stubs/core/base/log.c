/* The log file, in Asterisk's manner. */

#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"

static FILE *file;
static pthread_mutex_t file_lock = PTHREAD_MUTEX_INITIALIZER;

void log_open(const char *directory)
{
	char *name = core_asprintf("%s/full", directory);

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

/* Memory that never crosses the boundary. */

#include "base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_die(void *memory)
{
	if (!memory) {
		fputs("asterisk-stub: out of memory\n", stderr);
		abort();
	}
	return memory;
}

void *core_alloc(size_t size)
{
	return or_die(calloc(1, size));
}

void *core_grow(void *memory, size_t size)
{
	return or_die(realloc(memory, size));
}

char *core_strdup(const char *text)
{
	return or_die(strdup(text));
}

char *core_asprintf(const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0) {
		text = NULL;
	}
	va_end(args);
	return or_die(text);
}

#ifndef STUB_LOGGER_H
#define STUB_LOGGER_H

#include "asterisk/options.h"

/* The levels, in the order in which the host numbers them. */
#define __LOG_DEBUG 0
#define __LOG_NOTICE 2
#define __LOG_WARNING 3
#define __LOG_ERROR 4
#define __LOG_VERBOSE 5

void ast_log(int level, const char *file, int line, const char *function, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* The debug level that was set for one module; 0 if none was. */
unsigned int ast_debug_get_by_module(const char *module);

#endif

#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "asterisk/logger.h"

#include "base/macros.h"

void log_open(const char *directory);
void log_close(void);
void log_write(int level, const char *file, const char *format, ...) PRINTF_LIKE(3, 4);

#define LOG(level, ...) log_write(__LOG_##level, __FILE_NAME__, __VA_ARGS__)

#endif

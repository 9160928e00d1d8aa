#ifndef BASE_MACROS_H
#define BASE_MACROS_H

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))

#endif

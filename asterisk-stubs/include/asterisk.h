/* What every other header of this tree may take for granted. */
#ifndef STUB_ASTERISK_H
#define STUB_ASTERISK_H

#include "asterisk/autoconfig.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "asterisk/astmm.h"

struct ast_module;
struct ast_variable;

int ast_shutting_down(void);

#endif

#ifndef STUB_OPTIONS_H
#define STUB_OPTIONS_H

#include "asterisk/autoconfig.h"
#include "asterisk/utils.h"

enum ast_option_flags {
	/* The boot is over. */
	AST_OPT_FLAG_FULLY_BOOTED = (1 << 9),
	/* Some module has a debug level of its own. */
	AST_OPT_FLAG_DEBUG_MODULE = (1 << 23),
	/* A reload locks the configuration directory; never set here. */
	AST_OPT_FLAG_LOCK_CONFIG_DIR = (1 << 29),
};

extern struct ast_flags64 ast_options;

extern int option_debug;

#endif

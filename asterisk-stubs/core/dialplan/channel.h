/* Made-up channels, with variables for functions to find. */
#ifndef DIALPLAN_CHANNEL_H
#define DIALPLAN_CHANNEL_H

#include "asterisk/chanvars.h"

#include "base/ledger.h"

struct ast_channel {
	struct varshead vars;
};

struct ast_channel *channel_create(enum side side);

#endif

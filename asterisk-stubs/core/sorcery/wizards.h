/* Where objects are kept. */
#ifndef SORCERY_WIZARDS_H
#define SORCERY_WIZARDS_H

#include "asterisk/sorcery.h"

/* Reads files: every load of a changed one makes every object anew. */
extern const struct ast_sorcery_wizard config_wizard;
/* Keeps what is created. */
extern const struct ast_sorcery_wizard memory_wizard;
/* Asks a database. */
extern const struct ast_sorcery_wizard realtime_wizard;

#endif

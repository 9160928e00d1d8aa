/* An instance, and which wizards its types have. */
#ifndef SORCERY_INSTANCE_H
#define SORCERY_INSTANCE_H

#include <stddef.h>

#include "asterisk/sorcery.h"

/* With those wizards, of which it holds copies. */
struct ast_sorcery *sorcery_open(const char *module, const struct ast_sorcery_wizard *const *wizards, size_t count);
void sorcery_close(struct ast_sorcery *sorcery);
enum ast_sorcery_apply_result sorcery_apply_default(struct ast_sorcery *sorcery, const char *type, const char *module,
	const char *wizard, const char *args);

#endif

/*
 * Which sorcery types have documentation: Asterisk refuses to register one that has none, and looks for it under the
 * module that made the type, which is another one if sorcery.conf names the type in a foreign section.
 */

#include "sorcery/docs.h"

#include <string.h>

#include "base/log.h"
#include "base/macros.h"

static const struct {
	const char *module;
	const char *type;
} documented[] = {
	{ "res_pjsip", "auth" },
	{ "res_pjsip", "aor" },
	{ "res_pjsip", "transport" },
	{ "res_pjsip", "endpoint" },
	{ "res_pjsip_phoneprov_provider", "phoneprov" },
};

bool is_documented(const char *module, const char *type)
{
	for (size_t i = 0; i < COUNT_OF(documented); i++) {
		if (!strcmp(documented[i].module, module) && !strcmp(documented[i].type, type)) {
			return true;
		}
	}
	LOG(WARNING, "Cannot update type '%s' in module '%s' because it has no existing documentation!", type, module);
	return false;
}

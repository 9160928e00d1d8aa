/* Which Asterisk this one claims to be. */

#include "asterisk/ast_version.h"

#include "base/paths.h"

const char *ast_get_version(void)
{
	return paths.version;
}

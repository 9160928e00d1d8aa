/* Which Asterisk this one claims to be. */

#include <stdio.h>

#include "asterisk/ast_version.h"

#include "base/paths.h"

const char *ast_get_version(void)
{
	return paths.version;
}

const char *ast_get_version_num(void)
{
	static _Thread_local char digits[32];
	unsigned int major = 0;
	unsigned int minor = 0;
	unsigned int patch = 0;

	sscanf(paths.version, "%u.%u.%u", &major, &minor, &patch);
	snprintf(digits, sizeof(digits), "%u%02u%02u", major, minor, patch);
	return digits;
}

/* Files under DATADIR/phoneprov. As in Asterisk, a name is put behind that as it is written, and a file is read each time. */

#include "res_phoneprov/templates.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/paths.h"
#include "base/text.h"

char *phoneprov_read_template(const char *name, size_t *length)
{
	char *path = core_asprintf("%s/phoneprov/%s", paths.data, name);
	struct text content = { 0 };
	char buffer[8192];
	size_t count;
	FILE *file = fopen(path, "re");

	if (!file) {
		LOG(WARNING, "Could not load file: %s (-1)", path);
		free(path);
		return NULL;
	}
	free(path);
	text_add(&content, "");
	while ((count = fread(buffer, 1, sizeof(buffer), file))) {
		text_add_bytes(&content, buffer, count);
	}
	fclose(file);
	*length = content.length;
	return content.at;
}

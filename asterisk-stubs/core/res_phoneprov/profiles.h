/* Which files a phone of some make asks for, and what fills them. */
#ifndef RES_PHONEPROV_PROFILES_H
#define RES_PHONEPROV_PROFILES_H

#include "asterisk/chanvars.h"

#include "base/table.h"

struct phoneprov_file {
	char *format;
	char *template;
	char *mime_type;
	struct phoneprov_file *next;
};

struct profile {
	char *name;
	char *default_mime_type;
	char *static_dir;
	struct varshead *vars;
	struct phoneprov_file *static_files;
	struct phoneprov_file *dynamic_files;
};

/* Adds a profile for each section of phoneprov.conf, and a route for each static file; -1 if there is none. */
int profiles_read(struct table *profiles, void (*add_route)(struct phoneprov_file *file, struct profile *profile));
const char *profile_name(const void *profile);

#endif

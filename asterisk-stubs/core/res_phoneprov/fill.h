/* Filling templates, file names and setvars. */
#ifndef RES_PHONEPROV_FILL_H
#define RES_PHONEPROV_FILL_H

#include "asterisk/chanvars.h"

#include "base/text.h"

struct user;

/* Whose file this thread makes, and the address that the phone has reached us at: known for lines of that phone only. */
struct request {
	const struct user *user;
	const char *server;
};

/* NULL when the file is made. */
void phoneprov_set_request(const struct request *request);

/* Fills a template for a line of that phone; NULL is one that is being added. */
void phoneprov_fill(const struct user *user, const struct varshead *vars, const char *template, struct text *out);

#endif

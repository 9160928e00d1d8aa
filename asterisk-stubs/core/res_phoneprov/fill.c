/* Filling templates, file names and setvars. */

#include "res_phoneprov/fill.h"

#include <stddef.h>
#include <string.h>

#include "dialplan/substitute.h"

/* By the time that a function fills a part of the file, there is no other way to know whose it is. */
static _Thread_local const struct request *current;

void phoneprov_set_request(const struct request *request)
{
	current = request;
}

static const char *server_of_request(const char *name, void *data)
{
	(void) data;
	return strcmp(name, "SERVER") ? NULL : current->server;
}

void phoneprov_fill(const struct user *user, const struct varshead *vars, const char *template, struct text *out)
{
	substitute(vars, current && current->user == user ? server_of_request : NULL, NULL, template, out);
}

/* What templates, file names and setvars of res_phoneprov may call. */

#include "core.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

static const char *server_of_request(const struct scope *scope, const char *name)
{
	const struct phoneprov_request *request = scope->data;

	return strcmp(name, phoneprov_variable(AST_PHONEPROV_STD_SERVER)) ? NULL : request->server;
}

static bool call_function(const struct scope *scope, const char *name, char *args, struct text *out);

void phoneprov_fill(const struct phoneprov_request *request, const struct user *user, const struct varshead *vars,
	const char *template, struct text *out)
{
	struct scope scope = {
		.vars = vars,
		.more = request->user == user ? server_of_request : NULL,
		.function = call_function,
		.data = (void *) request,
	};

	substitute(&scope, template, out);
}

/* PP_EACH_EXTENSION(mac,template): the template once for every line of the phone */
static void each_extension(const struct phoneprov_request *request, char *data, struct text *out)
{
	char *args[2];
	struct user *user;
	char *template;
	size_t length;

	separate_args(data, args, COUNT_OF(args));
	if (is_empty(args[0]) || is_empty(args[1])) {
		LOG(WARNING, "PP_EACH_EXTENSION requires both a macaddress and template filename.");
		return;
	}
	user = phoneprov_user(args[0]);
	if (!user) {
		LOG(WARNING, "Could not find user with mac = '%s'", args[0]);
		return;
	}
	template = phoneprov_read_template(args[1], &length);
	if (template) {
		for (const struct line *line = user->lines; line; line = line->next) {
			phoneprov_fill(request, user, line->vars, template, out);
		}
	}
	free(template);
	object_release(user);
}

struct each_user {
	const struct phoneprov_request *request;
	const char *string;
	const char *excluded;
	struct text *out;
};

static bool add_user(struct user *user, void *data)
{
	struct each_user *each = data;

	if (!is_empty(each->excluded) && !strcasecmp(user->mac, each->excluded)) {
		return false;
	}
	phoneprov_fill(each->request, user, user->lines->vars, each->string, each->out);
	return true;
}

/* PP_EACH_USER(string,mac): the string, in which %{ stands for ${, once for every phone but that */
static void each_user(const struct phoneprov_request *request, char *data, struct text *out)
{
	char *args[2];
	struct each_user each = { .request = request, .out = out };
	char *mark;

	separate_args(data, args, COUNT_OF(args));
	if (!args[0]) {
		return;
	}
	while ((mark = strstr(args[0], "%{"))) {
		*mark = '$';
	}
	each.string = args[0];
	each.excluded = args[1];
	phoneprov_each_user(add_user, &each);
}

static void change_case(char *text, bool upper, struct text *out)
{
	for (; *text; text++) {
		char changed = *text;

		if (upper && changed >= 'a' && changed <= 'z') {
			changed -= 'a' - 'A';
		} else if (!upper && changed >= 'A' && changed <= 'Z') {
			changed += 'a' - 'A';
		}
		text_add_bytes(out, &changed, 1);
	}
}

static bool call_function(const struct scope *scope, const char *name, char *args, struct text *out)
{
	if (!strcmp(name, "PP_EACH_EXTENSION")) {
		each_extension(scope->data, args, out);
	} else if (!strcmp(name, "PP_EACH_USER")) {
		each_user(scope->data, args, out);
	} else if (!strcmp(name, "TOUPPER")) {
		change_case(args, true, out);
	} else if (!strcmp(name, "TOLOWER")) {
		change_case(args, false, out);
	} else {
		return false;
	}
	return true;
}

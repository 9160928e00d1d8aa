/* What templates may call: PP_EACH_EXTENSION and PP_EACH_USER. */

#include "res_phoneprov/functions.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asterisk/pbx.h"

#include "base/log.h"
#include "base/macros.h"
#include "base/objects.h"
#include "base/str.h"
#include "base/text.h"
#include "dialplan/arguments.h"
#include "dialplan/functions.h"
#include "res_phoneprov/fill.h"
#include "res_phoneprov/templates.h"
#include "res_phoneprov/users.h"

/* PP_EACH_EXTENSION(mac,template): the template once for every line of the phone */
static void add_extensions(char *data, struct text *out)
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
	user = users_find(args[0]);
	if (!user) {
		LOG(WARNING, "Could not find user with mac = '%s'", args[0]);
		return;
	}
	template = phoneprov_read_template(args[1], &length);
	if (template) {
		user_begin_reading(user);
		for (const struct line *line = user->lines; line; line = line->next) {
			phoneprov_fill(user, line->vars, template, out);
		}
		user_end_reading(user);
	}
	free(template);
	object_release(user);
}

struct each_user {
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
	user_begin_reading(user);
	phoneprov_fill(user, user->lines->vars, each->string, each->out);
	user_end_reading(user);
	return true;
}

/* PP_EACH_USER(string,mac): the string, in which %{ stands for ${, once for every phone but that */
static void add_users(char *data, struct text *out)
{
	char *args[2];
	struct each_user each = { .out = out };
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
	users_each(add_user, &each);
}

/* The text that it adds is what a function gives. */
static int give(void (*add)(char *data, struct text *out), char *data, struct ast_str **out, ssize_t most)
{
	struct text text = { 0 };

	add(data, &text);
	str_add(out, most, text_string(&text), text.length);
	text_free(&text);
	return 0;
}

static int each_extension(struct ast_channel *channel, const char *name, char *data, struct ast_str **out, ssize_t most)
{
	(void) channel, (void) name;
	return give(add_extensions, data, out, most);
}

static int each_user(struct ast_channel *channel, const char *name, char *data, struct ast_str **out, ssize_t most)
{
	(void) channel, (void) name;
	return give(add_users, data, out, most);
}

static struct ast_custom_function functions[] = {
	{ .name = "PP_EACH_EXTENSION", .read2 = each_extension },
	{ .name = "PP_EACH_USER", .read2 = each_user },
};

void phoneprov_add_functions(struct ast_module *module)
{
	functions_add(functions, COUNT_OF(functions), module);
}

void phoneprov_remove_functions(void)
{
	functions_remove(functions, COUNT_OF(functions));
}

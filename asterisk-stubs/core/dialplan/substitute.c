/* ${NAME}, ${NAME:offset:length} and ${FUNCTION(args)} in templates. What cannot be resolved becomes nothing. */

#include "dialplan/substitute.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "asterisk/ast_expr.h"
#include "asterisk/pbx.h"

#include "base/log.h"
#include "base/str.h"
#include "dialplan/channel.h"
#include "dialplan/functions.h"

struct scope {
	const struct varshead *vars;
	const char *(*more)(const char *name, void *data);
	void *data;
};

/* A name may begin with one or two underscores that do not count. */
static const char *plain_name(const char *name)
{
	if (*name == '_') {
		name++;
	}
	if (*name == '_') {
		name++;
	}
	return name;
}

static const char *look_up(const struct scope *scope, const char *name)
{
	for (const struct ast_var_t *var = scope->vars->first; var; var = var->entries.next) {
		if (!strcmp(plain_name(var->name), name)) {
			return var->value;
		}
	}
	return scope->more ? scope->more(name, scope->data) : NULL;
}

/* Cuts ":offset:length" off; it may not stand inside parentheses. True if what is left is a function. */
static bool parse_name(char *name, int *offset, int *length)
{
	int depth = 0;
	bool is_function = false;

	*offset = 0;
	*length = INT_MAX;
	for (; *name; name++) {
		if (*name == '(') {
			depth++;
			is_function = true;
		} else if (*name == ')') {
			depth--;
		} else if (*name == ':' && !depth) {
			*name = '\0';
			sscanf(name + 1, "%30d:%30d", offset, length);
			break;
		}
	}
	return is_function;
}

/* A negative offset counts from the end, a negative length leaves that many out. */
static void add_part(struct text *out, const char *value, int offset, int length)
{
	long size = strlen(value);
	long from = offset < 0 ? size + offset : offset;
	long count;

	if (from < 0) {
		from = 0;
	}
	if (from >= size) {
		return;
	}
	count = length < 0 ? size - from + length : length;
	if (count > size - from) {
		count = size - from;
	}
	if (count > 0) {
		text_add_bytes(out, value + from, count);
	}
}

static void call_function(const struct scope *scope, char *call, struct text *out)
{
	char *args = strchr(call, '(');
	char *end = strrchr(args, ')');

	*args++ = '\0';
	if (end) {
		*end = '\0';
	} else {
		LOG(WARNING, "Can't find trailing parenthesis for function '%s(%s'?", call, args);
	}
	function_read(scope->vars, call, args, out);
}

static void resolve(const struct scope *scope, char *name, struct text *out)
{
	struct text value = { 0 };
	int offset;
	int length;

	if (parse_name(name, &offset, &length)) {
		call_function(scope, name, &value);
	} else {
		const char *found = look_up(scope, name);

		if (found) {
			text_add(&value, found);
		}
	}
	add_part(out, text_string(&value), offset, length);
	text_free(&value);
}

/* The end of what opens before start: behind its closing bracket, or the end of the text. */
static const char *find_end(const char *start, char open, char close, bool *closed, bool *nested)
{
	const char *at = start;
	int depth = 1;

	*nested = false;
	while (depth && *at) {
		if (*at == '$' && (at[1] == '{' || at[1] == '[')) {
			*nested = true;
			depth += at[1] == open;
			at++;
		} else if (*at == open) {
			depth++;
		} else if (*at == close) {
			depth--;
		}
		at++;
	}
	*closed = !depth;
	return at;
}

static void fill(const struct scope *scope, const char *template, struct text *out)
{
	while (*template) {
		const char *dollar = strchr(template, '$');
		const char *end;
		bool closed;
		bool nested;
		bool is_variable;
		struct text name = { 0 };

		if (!dollar) {
			text_add(out, template);
			return;
		}
		if (dollar[1] != '{' && dollar[1] != '[') {
			text_add_bytes(out, template, dollar - template + 1);
			template = dollar + 1;
			continue;
		}
		text_add_bytes(out, template, dollar - template);
		is_variable = dollar[1] == '{';
		end = is_variable ? find_end(dollar + 2, '{', '}', &closed, &nested)
			: find_end(dollar + 2, '[', ']', &closed, &nested);
		if (!closed) {
			LOG(WARNING, "Error in extension logic (missing '%c')", is_variable ? '}' : ']');
		}
		template = end;
		/* Expressions are not evaluated here: they become nothing. */
		if (is_variable) {
			text_add_bytes(&name, dollar + 2, end - dollar - 2 - closed);
			if (nested) {
				struct text inner = { 0 };

				fill(scope, text_string(&name), &inner);
				text_free(&name);
				name = inner;
				text_add(&name, "");
			}
			resolve(scope, name.at, out);
		}
		text_free(&name);
	}
}

void substitute(const struct varshead *vars, const char *(*more)(const char *name, void *data), void *data,
	const char *template, struct text *out)
{
	const struct scope scope = { vars, more, data };

	fill(&scope, template, out);
}

void pbx_substitute_variables_varshead(struct varshead *headp, const char *cp1, char *cp2, int count)
{
	struct text out = { 0 };

	substitute(headp, NULL, NULL, cp1, &out);
	snprintf(cp2, count + 1, "%s", text_string(&out));
	text_free(&out);
}

void ast_str_substitute_variables_varshead(struct ast_str **buf, ssize_t maxlen, struct varshead *headp, const char *templ)
{
	struct text out = { 0 };

	substitute(headp, NULL, NULL, templ, &out);
	str_reset(*buf);
	str_add(buf, maxlen, text_string(&out), out.length);
	text_free(&out);
}

/* The name is taken as it is: one with an offset behind it is none of a variable. */
const char *ast_str_retrieve_variable(struct ast_str **buf, ssize_t maxlen, struct ast_channel *chan, struct varshead *headp,
	const char *var)
{
	const struct scope scope = { .vars = chan ? &chan->vars : headp };
	const char *value = scope.vars ? look_up(&scope, var) : NULL;

	if (!value) {
		return NULL;
	}
	str_reset(*buf);
	str_add(buf, maxlen, value, strlen(value));
	return ast_str_buffer(*buf);
}

/* Not evaluated here: the result is the expression. */
int ast_str_expr(struct ast_str **str, ssize_t maxlen, struct ast_channel *chan, char *expr)
{
	(void) chan;
	str_reset(*str);
	str_add(str, maxlen, expr, strlen(expr));
	return (int) (*str)->used;
}

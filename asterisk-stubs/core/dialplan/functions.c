/* Dialplan functions: who has which, and who may read it. */

#include "dialplan/functions.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "base/ledger.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/objects.h"
#include "base/paths.h"
#include "base/str.h"
#include "dialplan/channel.h"
#include "modules/module.h"

/* Of what a function that names no size gives to a template. */
#define USUAL_ROOM 4096

static struct ast_custom_function *functions;
static pthread_rwlock_t functions_lock = PTHREAD_RWLOCK_INITIALIZER;

static _Thread_local bool inhibited;

/* Registering */

static struct ast_custom_function *find(const char *name)
{
	struct ast_custom_function *function;

	pthread_rwlock_rdlock(&functions_lock);
	function = functions;
	while (function && strcmp(function->name, name)) {
		function = function->acflist.next;
	}
	pthread_rwlock_unlock(&functions_lock);
	return function;
}

static int add(struct ast_custom_function *function, struct ast_module *module)
{
	struct ast_custom_function **at = &functions;
	int result = -1;

	function->mod = module;
	function->docsrc = is_empty(function->synopsis) && is_empty(function->desc) ? AST_XML_DOC : AST_STATIC_DOC;
	pthread_rwlock_wrlock(&functions_lock);
	while (*at && strcmp((*at)->name, function->name) < 0) {
		at = &(*at)->acflist.next;
	}
	if (*at && !strcmp((*at)->name, function->name)) {
		LOG(ERROR, "Function %s already registered.", function->name);
	} else {
		function->acflist.next = *at;
		*at = function;
		result = 0;
	}
	pthread_rwlock_unlock(&functions_lock);
	return result;
}

/* Does not wait for those who read it. */
static int take_out(struct ast_custom_function *function)
{
	struct ast_custom_function **at = &functions;
	int result = -1;

	pthread_rwlock_wrlock(&functions_lock);
	while (*at && *at != function) {
		at = &(*at)->acflist.next;
	}
	if (*at) {
		*at = function->acflist.next;
		function->acflist.next = NULL;
		result = 0;
	}
	pthread_rwlock_unlock(&functions_lock);
	return result;
}

void functions_add(struct ast_custom_function *own, size_t count, struct ast_module *module)
{
	for (size_t i = 0; i < count; i++) {
		add(&own[i], module);
	}
}

void functions_remove(struct ast_custom_function *own, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		take_out(&own[i]);
	}
}

int __ast_custom_function_register(struct ast_custom_function *acf, struct ast_module *mod)
{
	if (fault_strikes(FAULT_REGISTER, __func__) || add(acf, mod)) {
		return -1;
	}
	ledger_enter(LEDGER_FUNCTION, SIDE_MODULE, 1);
	return 0;
}

int __ast_custom_function_register_escalating(struct ast_custom_function *acf,
	enum ast_custom_function_escalation escalation, struct ast_module *mod)
{
	if (__ast_custom_function_register(acf, mod)) {
		return -1;
	}
	/* What was set before stays. */
	acf->read_escalates |= escalation == AST_CFE_READ || escalation == AST_CFE_BOTH;
	acf->write_escalates |= escalation == AST_CFE_WRITE || escalation == AST_CFE_BOTH;
	return 0;
}

int ast_custom_function_unregister(struct ast_custom_function *acf)
{
	if (take_out(acf)) {
		return -1;
	}
	ledger_enter(LEDGER_FUNCTION, SIDE_MODULE, -1);
	return 0;
}

struct ast_custom_function *ast_custom_function_find(const char *name)
{
	return find(name);
}

/* Who may read what */

bool functions_inhibit_escalations(bool inhibit)
{
	bool before = inhibited;

	inhibited = inhibit;
	return before;
}

int ast_thread_inhibit_escalations(void)
{
	inhibited = true;
	return 0;
}

int ast_thread_inhibit_escalations_swap(int inhibit)
{
	return functions_inhibit_escalations(inhibit);
}

/* The function, if it is there and may be read; says so if not. */
static struct ast_custom_function *find_readable(const char *name)
{
	struct ast_custom_function *function = find(name);

	if (!function) {
		LOG(ERROR, "Function %s not registered", name);
	} else if (!function->read && !function->read2) {
		LOG(ERROR, "Function %s cannot be read", name);
	} else if (function->read_escalates && inhibited && !paths.live_dangerously) {
		LOG(ERROR, "Dangerous function %s read blocked", name);
	} else {
		return function;
	}
	return NULL;
}

/* Reading */

/* What it gives is a string, however long the room is that it was given. */
static int read_plainly(struct ast_custom_function *function, struct ast_channel *channel, const char *name, char *args,
	struct ast_str **out, ssize_t most)
{
	size_t own = function->read_max ? function->read_max : USUAL_ROOM;
	int result;

	if (most >= 0) {
		str_make_room(out, most ? (size_t) most : own);
	}
	result = function->read(channel, name, args, (*out)->str, (*out)->len);
	(*out)->used = strlen((*out)->str);
	return result;
}

/* Running or not: after the call the function may be gone, but not its module. */
static int read_growing(struct ast_custom_function *function, struct ast_channel *channel, const char *name, char *args,
	struct ast_str **out, ssize_t most)
{
	struct ast_module *module = function->mod;
	int result;

	str_reset(*out);
	module_use(module);
	result = function->read2 ? function->read2(channel, name, args, out, most)
		: read_plainly(function, channel, name, args, out, most);
	module_unref(module);
	return result;
}

static int read_into(struct ast_custom_function *function, struct ast_channel *channel, const char *name, char *args,
	char *value, size_t size)
{
	struct ast_module *module = function->mod;
	int result;

	module_use(module);
	if (function->read) {
		result = function->read(channel, name, args, value, size);
	} else {
		struct ast_str *out = str_create(USUAL_ROOM, SIDE_CORE);

		result = function->read2(channel, name, args, &out, 0);
		snprintf(value, size, "%s", out->str);
		block_free(out);
	}
	module_unref(module);
	return result;
}

/* Cuts a call's name off, and gives what is between the parentheses; NULL if there are none. */
static char *cut_args(char *call)
{
	char *args = strchr(call, '(');
	char *end;

	if (!args) {
		LOG(WARNING, "Function '%s' doesn't contain parentheses.  Assuming null argument.", call);
		return NULL;
	}
	*args++ = '\0';
	end = strrchr(args, ')');
	if (end) {
		*end = '\0';
	} else {
		LOG(WARNING, "Can't find trailing parenthesis for function '%s(%s'?", call, args);
	}
	return args;
}

void function_read(const struct varshead *vars, const char *name, char *args, struct text *out)
{
	struct ast_custom_function *function = find_readable(name);
	struct ast_channel *channel;
	struct ast_str *value;

	if (!function) {
		return;
	}
	channel = channel_create(SIDE_CORE);
	value = str_create(USUAL_ROOM, SIDE_CORE);
	/* Lent, not given. */
	channel->vars = *vars;
	if (!read_growing(function, channel, name, args, &value, 0)) {
		text_add(out, value->str);
	}
	channel->vars = (struct varshead) { 0 };
	object_release(channel);
	block_free(value);
}

int ast_func_read(struct ast_channel *chan, const char *function, char *workspace, size_t len)
{
	char *name = core_strdup(function);
	char *args = cut_args(name);
	struct ast_custom_function *found = find_readable(name);
	int result = found ? read_into(found, chan, name, args, workspace, len) : -1;

	free(name);
	return result;
}

int ast_func_read2(struct ast_channel *chan, const char *function, struct ast_str **str, ssize_t maxlen)
{
	char *name = core_strdup(function);
	char *args = cut_args(name);
	struct ast_custom_function *found = find_readable(name);
	int result = found ? read_growing(found, chan, name, args, str, maxlen) : -1;

	free(name);
	return result;
}

/* Dialplan functions: who has which, and who may read it. */

#include "core.h"

#include <stdlib.h>
#include <string.h>

#include "asterisk/pbx.h"

/* Of what a function that names no size gives to a template. */
#define USUAL_ROOM 4096

static struct ast_custom_function *functions;
static pthread_rwlock_t functions_lock = PTHREAD_RWLOCK_INITIALIZER;

/* In asterisk.conf: every thread may read everything. */
static bool live_dangerously;
static _Thread_local bool inhibited;

/* A channel that nobody looks into: functions get one even where there is none. */
static char dummy;
static struct ast_channel *const dummy_channel = (struct ast_channel *) &dummy;

void functions_start(void)
{
	live_dangerously = paths.live_dangerously;
	if (live_dangerously) {
		LOG(WARNING, "Privilege escalation protection disabled!");
	}
}

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

int __ast_custom_function_register(struct ast_custom_function *acf, struct ast_module *mod)
{
	struct ast_custom_function **at = &functions;
	int result = -1;

	if (fault_strikes(FAULT_REGISTER, __func__)) {
		return -1;
	}
	acf->mod = mod;
	acf->docsrc = is_empty(acf->synopsis) && is_empty(acf->desc) ? AST_XML_DOC : AST_STATIC_DOC;
	pthread_rwlock_wrlock(&functions_lock);
	while (*at && strcmp((*at)->name, acf->name) < 0) {
		at = &(*at)->acflist.next;
	}
	if (*at && !strcmp((*at)->name, acf->name)) {
		LOG(ERROR, "Function %s already registered.", acf->name);
	} else {
		acf->acflist.next = *at;
		*at = acf;
		ledger_enter(LEDGER_FUNCTION, SIDE_MODULE, 1);
		result = 0;
	}
	pthread_rwlock_unlock(&functions_lock);
	return result;
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

/* Does not wait for those who read it. */
int ast_custom_function_unregister(struct ast_custom_function *acf)
{
	struct ast_custom_function **at = &functions;
	int result = -1;

	pthread_rwlock_wrlock(&functions_lock);
	while (*at && *at != acf) {
		at = &(*at)->acflist.next;
	}
	if (*at) {
		*at = acf->acflist.next;
		acf->acflist.next = NULL;
		ledger_enter(LEDGER_FUNCTION, SIDE_MODULE, -1);
		result = 0;
	}
	pthread_rwlock_unlock(&functions_lock);
	return result;
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
	} else if (!function->read) {
		/* Reading into a string that grows is nothing that is offered here. */
		LOG(ERROR, "Function %s cannot be read", name);
	} else if (function->read_escalates && inhibited && !live_dangerously) {
		LOG(ERROR, "Dangerous function %s read blocked", name);
	} else {
		return function;
	}
	return NULL;
}

/* Reading */

static int read_function(struct ast_custom_function *function, struct ast_channel *channel, const char *name,
	char *args, char *value, size_t size)
{
	struct ast_module *module = function->mod;
	int result;

	/* Running or not. After the call the function may be gone, but not the module. */
	module_use(module);
	result = function->read(channel, name, args, value, size);
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

static int read_call(struct ast_channel *channel, const char *call, char *value, size_t size)
{
	char *name = core_strdup(call);
	char *args = cut_args(name);
	struct ast_custom_function *function = find_readable(name);
	int result = function ? read_function(function, channel, name, args, value, size) : -1;

	free(name);
	return result;
}

void function_read(const char *name, char *args, struct text *out)
{
	struct ast_custom_function *function = find_readable(name);
	size_t size;
	char *value;

	if (!function) {
		return;
	}
	size = function->read_max ? function->read_max : USUAL_ROOM;
	value = core_alloc(size);
	if (!read_function(function, dummy_channel, name, args, value, size)) {
		text_add(out, value);
	}
	free(value);
}

int ast_func_read(struct ast_channel *chan, const char *function, char *workspace, size_t len)
{
	return read_call(chan, function, workspace, len);
}

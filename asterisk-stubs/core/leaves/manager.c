/* AMI, of which there is none: who has registered which action, and events that nobody hears. */

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "asterisk/manager.h"

#include "base/alloc.h"
#include "base/fault.h"
#include "base/ledger.h"
#include "base/log.h"

static struct action {
	char *name;
	struct action *next;
} *actions;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct action **find(const char *name)
{
	struct action **at = &actions;

	while (*at && strcasecmp((*at)->name, name)) {
		at = &(*at)->next;
	}
	return at;
}

int ast_manager_register2(const char *action, int authority, int (*func)(struct mansession *s, const struct message *m),
	struct ast_module *module, const char *synopsis, const char *description)
{
	struct action **at;
	bool is_new;

	(void) authority, (void) func, (void) module, (void) synopsis, (void) description;
	if (fault_strikes(FAULT_REGISTER, __func__)) {
		return -1;
	}
	pthread_mutex_lock(&lock);
	at = find(action);
	is_new = !*at;
	if (is_new) {
		*at = core_alloc(sizeof(**at));
		(*at)->name = core_strdup(action);
		ledger_enter(LEDGER_MANAGER_ACTION, SIDE_MODULE, 1);
	}
	pthread_mutex_unlock(&lock);
	if (!is_new) {
		LOG(WARNING, "Manager: Action '%s' already registered", action);
	}
	return is_new ? 0 : -1;
}

int ast_manager_unregister(const char *action)
{
	struct action **at;
	struct action *removed;

	pthread_mutex_lock(&lock);
	at = find(action);
	removed = *at;
	if (removed) {
		*at = removed->next;
		ledger_enter(LEDGER_MANAGER_ACTION, SIDE_MODULE, -1);
	}
	pthread_mutex_unlock(&lock);
	if (removed) {
		free(removed->name);
		free(removed);
	}
	return 0;
}

/* The text is made all the same: so that what is handed in for it is read. */
int __ast_manager_event_multichan(int category, const char *event, int chancount, struct ast_channel **chans,
	const char *file, int line, const char *func, const char *contents, ...)
{
	char *body;
	va_list args;
	int length;

	(void) category, (void) event, (void) chancount, (void) chans, (void) file, (void) line, (void) func;
	if (fault_strikes(FAULT_ALLOC, __func__)) {
		return -1;
	}
	va_start(args, contents);
	length = vasprintf(&body, contents, args);
	va_end(args);
	if (length < 0) {
		return -1;
	}
	free(body);
	return 0;
}

/* Without sessions no action is ever run. What actions answer with is here for the loader, which binds all that it can. */

const char *astman_get_header(const struct message *m, char *var)
{
	(void) m, (void) var;
	return "";
}

void astman_append(struct mansession *s, const char *fmt, ...)
{
	(void) s, (void) fmt;
}

void astman_send_error(struct mansession *s, const struct message *m, char *error)
{
	(void) s, (void) m, (void) error;
}

void astman_send_ack(struct mansession *s, const struct message *m, char *msg)
{
	(void) s, (void) m, (void) msg;
}

void astman_send_listack(struct mansession *s, const struct message *m, char *msg, char *listflag)
{
	(void) s, (void) m, (void) msg, (void) listflag;
}

void astman_send_list_complete_start(struct mansession *s, const struct message *m, const char *event_name, int count)
{
	(void) s, (void) m, (void) event_name, (void) count;
}

void astman_send_list_complete_end(struct mansession *s)
{
	(void) s;
}

/* The actions: who has registered which. */

#include "core.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct action *actions;
static pthread_rwlock_t actions_lock = PTHREAD_RWLOCK_INITIALIZER;

static void destroy(void *data)
{
	struct action *action = data;

	pthread_mutex_destroy(&action->lock);
	free(action->name);
	free(action->synopsis);
}

static struct action *create(const char *name, int classes,
	int (*run)(struct mansession *, const struct message *), struct ast_module *module, const char *synopsis)
{
	struct action *action = object_alloc(sizeof(*action), destroy, SIDE_CORE);

	action->name = core_strdup(name);
	action->synopsis = core_strdup(synopsis ? synopsis : "");
	action->classes = classes;
	action->run = run;
	action->module = module;
	action->registered = true;
	pthread_mutex_init(&action->lock, NULL);
	return action;
}

/* By name. */
static struct action **place_of(const char *name)
{
	struct action **at = &actions;

	while (*at && strcasecmp((*at)->name, name) < 0) {
		at = &(*at)->next;
	}
	return at;
}

static bool is_at(struct action *const *at, const char *name)
{
	return *at && !strcasecmp((*at)->name, name);
}

int manager_add_action(const char *name, int classes, int (*run)(struct mansession *, const struct message *),
	struct ast_module *module, const char *synopsis)
{
	struct action **at;
	int result = -1;

	pthread_rwlock_wrlock(&actions_lock);
	at = place_of(name);
	if (is_at(at, name)) {
		LOG(WARNING, "Manager: Action '%s' already registered", name);
	} else {
		struct action *action = create(name, classes, run, module, synopsis);

		action->next = *at;
		*at = action;
		result = 0;
	}
	pthread_rwlock_unlock(&actions_lock);
	return result;
}

/* Does not wait for sessions that are in it: it is for the module's use count to keep it until they are out. */
bool manager_remove_action(const char *name)
{
	struct action **at;
	struct action *removed = NULL;

	pthread_rwlock_wrlock(&actions_lock);
	at = place_of(name);
	if (is_at(at, name)) {
		removed = *at;
		*at = removed->next;
	}
	pthread_rwlock_unlock(&actions_lock);
	if (!removed) {
		return false;
	}
	pthread_mutex_lock(&removed->lock);
	removed->registered = false;
	pthread_mutex_unlock(&removed->lock);
	object_release(removed);
	return true;
}

struct action *manager_find_action(const char *name)
{
	struct action *const *at;
	struct action *found = NULL;

	pthread_rwlock_rdlock(&actions_lock);
	at = place_of(name);
	if (is_at(at, name)) {
		found = object_hold(*at);
	}
	pthread_rwlock_unlock(&actions_lock);
	return found;
}

void manager_each_action(void (*call)(const struct action *action, void *data), void *data)
{
	pthread_rwlock_rdlock(&actions_lock);
	for (const struct action *action = actions; action; action = action->next) {
		call(action, data);
	}
	pthread_rwlock_unlock(&actions_lock);
}

void manager_remove_all_actions(void)
{
	while (actions) {
		struct action *action = actions;

		actions = action->next;
		object_release(action);
	}
}

int ast_manager_register2(const char *action, int authority, int (*func)(struct mansession *s, const struct message *m),
	struct ast_module *module, const char *synopsis, const char *description)
{
	(void) description;
	if (fault_strikes(FAULT_REGISTER, __func__) || manager_add_action(action, authority, func, module, synopsis)) {
		return -1;
	}
	ledger_enter(LEDGER_MANAGER_ACTION, SIDE_MODULE, 1);
	return 0;
}

int ast_manager_unregister(const char *action)
{
	if (manager_remove_action(action)) {
		ledger_enter(LEDGER_MANAGER_ACTION, SIDE_MODULE, -1);
	}
	return 0;
}

/* AMI: where the server listens, and who may log in. */

#include "core.h"

#include <stdlib.h>
#include <strings.h>

static struct server *server;
static struct manager_user *users;

static void add_user(const struct category *category)
{
	const char *may_read = variables_find(category->first, "read");
	const char *may_write = variables_find(category->first, "write");
	const char *secret = variables_find(category->first, "secret");
	struct manager_user *user = core_alloc(sizeof(*user));

	user->name = core_strdup(category->name);
	user->secret = secret ? core_strdup(secret) : NULL;
	user->may_read = may_read ? classes_parse(may_read) : 0;
	user->may_write = may_write ? classes_parse(may_write) : 0;
	user->next = users;
	users = user;
}

const struct manager_user *manager_find_user(const char *name)
{
	const struct manager_user *user = users;

	while (user && strcasecmp(user->name, name)) {
		user = user->next;
	}
	return user;
}

void manager_start(void)
{
	struct ast_config *config = config_read("manager.conf", "manager", false);
	const char *address;
	const char *port;

	manager_add_builtin_actions();
	if (!config || config == CONFIG_STATUS_FILEINVALID) {
		return;
	}
	for (const struct category *category = config->first; category; category = category->next) {
		if (!category->template && strcasecmp(category->name, "general")) {
			add_user(category);
		}
	}
	address = config_value(config, "general", "bindaddr");
	port = config_value(config, "general", "port");
	if (is_true(config_value(config, "general", "enabled"))) {
		server = server_start("AMI", address ? address : "0.0.0.0", port ? atoi(port) : 5038, manager_serve);
	}
	config_free(config);
}

void manager_stop(void)
{
	server_stop(server);
	manager_remove_all_actions();
	while (users) {
		struct manager_user *user = users;

		users = user->next;
		free(user->name);
		free(user->secret);
		free(user);
	}
}

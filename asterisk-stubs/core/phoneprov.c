/* res_phoneprov: providers, their phones, and the routes to them. Its defects are kept. */

#include "core.h"

#include <stdlib.h>
#include <string.h>

#define FEW_BUCKETS 17
#define MANY_BUCKETS 563

struct provider {
	char *name;
	ast_phoneprov_load_users_cb load_users;
};

/* NULL when the module is not loaded, or when a reload of it has failed and left it dead. */
static struct table *providers;
static struct table *profiles;
static struct table *users;
static struct table *routes;

static pthread_rwlock_t requests = PTHREAD_RWLOCK_INITIALIZER;

/* Phones of which a reference was lost: they live on, as in Asterisk, but are not leaked at the end. */
static struct lost {
	struct user *user;
	struct lost *next;
} *lost;
static pthread_mutex_t lost_lock = PTHREAD_MUTEX_INITIALIZER;

static const char *const variable_names[] = {
	[AST_PHONEPROV_STD_MAC] = "MAC",
	[AST_PHONEPROV_STD_PROFILE] = "PROFILE",
	[AST_PHONEPROV_STD_USERNAME] = "USERNAME",
	[AST_PHONEPROV_STD_DISPLAY_NAME] = "DISPLAY_NAME",
	[AST_PHONEPROV_STD_SECRET] = "SECRET",
	[AST_PHONEPROV_STD_LABEL] = "LABEL",
	[AST_PHONEPROV_STD_CALLERID] = "CALLERID",
	[AST_PHONEPROV_STD_TIMEZONE] = "TIMEZONE",
	[AST_PHONEPROV_STD_LINENUMBER] = "LINE",
	[AST_PHONEPROV_STD_LINEKEYS] = "LINEKEYS",
	[AST_PHONEPROV_STD_SERVER] = "SERVER",
	[AST_PHONEPROV_STD_SERVER_PORT] = "SERVER_PORT",
	[AST_PHONEPROV_STD_SERVER_IFACE] = "SERVER_IFACE",
	[AST_PHONEPROV_STD_VOICEMAIL_EXTEN] = "VOICEMAIL_EXTEN",
	[AST_PHONEPROV_STD_EXTENSION_LENGTH] = "EXTENSION_LENGTH",
	[AST_PHONEPROV_STD_TZOFFSET] = "TZOFFSET",
	[AST_PHONEPROV_STD_DST_ENABLE] = "DST_ENABLE",
	[AST_PHONEPROV_STD_DST_START_MONTH] = "DST_START_MONTH",
	[AST_PHONEPROV_STD_DST_START_MDAY] = "DST_START_MDAY",
	[AST_PHONEPROV_STD_DST_START_HOUR] = "DST_START_HOUR",
	[AST_PHONEPROV_STD_DST_END_MONTH] = "DST_END_MONTH",
	[AST_PHONEPROV_STD_DST_END_MDAY] = "DST_END_MDAY",
	[AST_PHONEPROV_STD_DST_END_HOUR] = "DST_END_HOUR",
};

const char *phoneprov_variable(enum ast_phoneprov_std_variables variable)
{
	return (unsigned int) variable < COUNT_OF(variable_names) ? variable_names[variable] : NULL;
}

static char *keep(const char *text)
{
	return strcpy(block_alloc(strlen(text) + 1, LEDGER_MEMORY, SIDE_CORE), text);
}

/* Routes */

static const char *route_uri(const void *object)
{
	const struct route *route = object;

	return route->uri;
}

static void route_destroy(void *object)
{
	struct route *route = object;

	block_free(route->uri);
}

static void add_route(const char *uri, struct phoneprov_file *file, struct user *user, struct profile *profile)
{
	struct route *route = object_alloc(sizeof(*route), route_destroy, SIDE_CORE);

	route->uri = keep(uri);
	route->file = file;
	route->user = user;
	route->profile = profile;
	table_add(routes, route);
	object_release(route);
}

static void add_static_route(struct phoneprov_file *file, struct profile *profile)
{
	add_route(file->format, file, NULL, profile);
}

struct route *phoneprov_route(const char *uri)
{
	return routes ? table_find(routes, uri) : NULL;
}

struct route_visit {
	void (*call)(const struct route *route, void *data);
	void *data;
};

static bool visit_route(void *object, void *data)
{
	struct route_visit *visit = data;

	visit->call(object, visit->data);
	return true;
}

void phoneprov_each_route(void (*call)(const struct route *route, void *data), void *data)
{
	struct route_visit visit = { call, data };

	if (routes) {
		table_each(routes, visit_route, &visit);
	}
}

static bool leads_to(const void *object, const void *mac)
{
	const struct route *route = object;

	return route->user && !strcmp(route->user->mac, mac);
}

/* Users */

static const char *user_mac(const void *object)
{
	const struct user *user = object;

	return user->mac;
}

static void free_line(struct line *line)
{
	vars_destroy(line->vars);
	block_free(line);
}

static void user_destroy(void *object)
{
	struct user *user = object;
	struct line *line;

	while ((line = user->made)) {
		user->made = line->next_made;
		free_line(line);
	}
	object_release(user->profile);
	if (routes) {
		table_remove(routes, leads_to, user->mac);
	}
	block_free(user->mac);
	block_free(user->provider);
}

static struct user *create_user(const char *mac, const char *provider, struct profile *profile)
{
	struct user *user = object_alloc(sizeof(*user), user_destroy, SIDE_CORE);

	user->mac = keep(mac);
	user->provider = keep(provider);
	user->profile = object_hold(profile);
	return user;
}

struct user *phoneprov_user(const char *mac)
{
	return users ? table_find(users, mac) : NULL;
}

struct user_visit {
	bool (*call)(struct user *user, void *data);
	void *data;
};

static bool visit_user(void *object, void *data)
{
	struct user_visit *visit = data;

	object_hold(object);
	if (visit->call(object, visit->data)) {
		object_release(object);
	} else {
		struct lost *entry = core_alloc(sizeof(*entry));

		entry->user = object;
		pthread_mutex_lock(&lost_lock);
		entry->next = lost;
		lost = entry;
		pthread_mutex_unlock(&lost_lock);
	}
	return true;
}

void phoneprov_each_user(bool (*call)(struct user *user, void *data), void *data)
{
	struct user_visit visit = { call, data };

	if (users) {
		table_each(users, visit_user, &visit);
	}
}

static void free_lost(void)
{
	while (lost) {
		struct lost *entry = lost;

		lost = entry->next;
		object_release(entry->user);
		free(entry);
	}
}

static struct line *create_line(const struct varshead *vars)
{
	struct line *line = block_alloc(sizeof(*line), LEDGER_MEMORY, SIDE_CORE);
	const char *index;

	line->vars = vars_clone(vars);
	index = vars_find(line->vars, phoneprov_variable(AST_PHONEPROV_STD_LINENUMBER));
	if (index) {
		sscanf(index, "%d", &line->index);
	} else {
		vars_add(line->vars, phoneprov_variable(AST_PHONEPROV_STD_LINENUMBER), "1");
		line->index = 1;
	}
	if (!vars_find(line->vars, phoneprov_variable(AST_PHONEPROV_STD_LINEKEYS))) {
		vars_add(line->vars, phoneprov_variable(AST_PHONEPROV_STD_LINEKEYS), "1");
	}
	/* Every zone is UTC here. */
	vars_add(line->vars, phoneprov_variable(AST_PHONEPROV_STD_TZOFFSET), "0");
	return line;
}

static const struct phoneprov_request no_request;

/* The profile's own variables may speak of the line's. */
static void add_profile_variables(struct line *line, const struct profile *profile)
{
	for (const struct ast_var_t *var = profile->vars->first; var; var = var->entries.next) {
		struct text value = { 0 };

		if (!vars_find(line->vars, var->name)) {
			phoneprov_fill(&no_request, NULL, line->vars, var->value, &value);
			vars_add(line->vars, var->name, text_string(&value));
			text_free(&value);
		}
	}
}

/*
 * In order of their index. The walk goes on after it has inserted, as Asterisk's does: with two or more higher lines
 * behind it, the new one is inserted again, and the first of them is lost.
 */
static int insert_line(struct user *user, struct line *line)
{
	struct line *previous = NULL;
	struct line *next;

	if (!user->lines) {
		user->lines = line;
		return 0;
	}
	for (struct line *current = user->lines; current; previous = current, current = next) {
		next = current->next;
		if (line->index < current->index) {
			if (previous) {
				line->next = previous->next;
				previous->next = line;
			} else {
				line->next = user->lines;
				user->lines = line;
			}
		} else if (line->index == current->index) {
			LOG(WARNING, "Duplicate linenumber=%d for %s", line->index, user->mac);
			return -1;
		} else if (!current->next) {
			current->next = line;
		}
	}
	return 0;
}

static int add_line(struct user *user, const char *name, const struct varshead *vars)
{
	struct line *line = create_line(vars);

	add_profile_variables(line, user->profile);
	if (insert_line(user, line)) {
		LOG(WARNING, "Could not add extension '%s' to user '%s'", name, user->mac);
		free_line(line);
		return -1;
	}
	line->next_made = user->made;
	user->made = line;
	return 0;
}

/* From the first line only: the others are not there yet. */
static void add_user_routes(struct user *user)
{
	for (struct phoneprov_file *file = user->profile->dynamic_files; file; file = file->next) {
		struct text uri = { 0 };

		phoneprov_fill(&no_request, NULL, user->lines->vars, file->format, &uri);
		add_route(uri.length ? uri.at : file->format, file, user, user->profile);
		text_free(&uri);
	}
}

/* Providers */

static const char *provider_name(const void *object)
{
	const struct provider *provider = object;

	return provider->name;
}

static void provider_destroy(void *object)
{
	struct provider *provider = object;

	block_free(provider->name);
	ledger_enter(LEDGER_PROVIDER, SIDE_MODULE, -1);
}

static bool is_named(const void *object, const void *name)
{
	return !strcmp(provider_name(object), name);
}

static bool is_of_provider(const void *object, const void *name)
{
	const struct user *user = object;

	return !strcmp(user->provider, name);
}

const char *ast_phoneprov_std_variable_lookup(enum ast_phoneprov_std_variables var)
{
	return phoneprov_variable(var);
}

int ast_phoneprov_provider_register(char *name, ast_phoneprov_load_users_cb load_users)
{
	struct provider *provider;

	if (is_empty(name)) {
		LOG(ERROR, "Provider name can't be empty.");
		return -1;
	}
	if (!providers) {
		LOG(WARNING, "Provider '%s' cannot be registered: res_phoneprov not loaded.", name);
		return -1;
	}
	provider = table_find(providers, name);
	if (provider) {
		LOG(ERROR, "There is already a provider registered named '%s'.", name);
		object_release(provider);
		return -1;
	}
	if (fault_strikes(FAULT_REGISTER, __func__)) {
		LOG(ERROR, "Unable to allocate sufficient memory for provider '%s'.", name);
		return -1;
	}
	provider = object_alloc(sizeof(*provider), provider_destroy, SIDE_CORE);
	ledger_enter(LEDGER_PROVIDER, SIDE_MODULE, 1);
	provider->name = keep(name);
	provider->load_users = load_users;
	table_add(providers, provider);
	object_release(provider);
	if (load_users()) {
		LOG(ERROR, "Unable to load provider '%s' users. Register aborted.", name);
		ast_phoneprov_provider_unregister(name);
		return -1;
	}
	return 0;
}

void ast_phoneprov_delete_extensions(char *name)
{
	if (users) {
		table_remove(users, is_of_provider, name);
	}
}

void ast_phoneprov_provider_unregister(char *name)
{
	if (providers) {
		ast_phoneprov_delete_extensions(name);
		table_remove(providers, is_named, name);
	}
}

struct extension {
	const char *provider;
	const char *mac;
};

static bool is_extension(const void *object, const void *data)
{
	const struct user *user = object;
	const struct extension *wanted = data;

	return !strcmp(user->provider, wanted->provider) && !strcmp(user->mac, wanted->mac);
}

void ast_phoneprov_delete_extension(char *name, char *mac)
{
	struct extension wanted = { name, mac };

	if (users) {
		table_remove(users, is_extension, &wanted);
	}
}

/* With the provider and the profile that were found. */
static int add_extension(const char *provider, struct profile *profile, const char *mac, const char *name,
	const struct varshead *vars)
{
	struct user *user = table_find(users, mac);
	int result;

	if (user && strcmp(user->provider, provider)) {
		LOG(ERROR, "MAC address '%s' was already added by provider '%s' - skipping", user->mac, user->provider);
		result = -1;
	} else if (user) {
		result = add_line(user, name, vars);
	} else {
		user = create_user(mac, provider, profile);
		result = add_line(user, name, vars);
		if (!result) {
			add_user_routes(user);
			table_add(users, user);
		}
	}
	object_release(user);
	return result;
}

int ast_phoneprov_add_extension(char *name, struct varshead *vars)
{
	const char *username;
	const char *mac;
	const char *profile_variable;
	struct provider *provider;
	struct profile *profile;
	int result;

	if (is_empty(name)) {
		LOG(ERROR, "Provider name can't be empty.");
		return -1;
	}
	if (!vars) {
		LOG(ERROR, "Variable list can't be empty.");
		return -1;
	}
	username = vars_find(vars, phoneprov_variable(AST_PHONEPROV_STD_USERNAME));
	if (!username) {
		LOG(ERROR, "Extension name can't be empty.");
		return -1;
	}
	mac = vars_find(vars, phoneprov_variable(AST_PHONEPROV_STD_MAC));
	if (!mac) {
		LOG(ERROR, "MAC Address can't be empty.");
		return -1;
	}
	provider = providers ? table_find(providers, name) : NULL;
	object_release(provider);
	if (!provider) {
		LOG(ERROR, "Provider '%s' wasn't found in the registry.", name);
		return -1;
	}
	profile_variable = vars_find(vars, phoneprov_variable(AST_PHONEPROV_STD_PROFILE));
	if (!profile_variable) {
		LOG(ERROR, "No profile could be found for user '%s' - skipping.", username);
		return -1;
	}
	profile = table_find(profiles, profile_variable);
	if (!profile) {
		LOG(ERROR, "Could not look up profile '%s' - skipping.", profile_variable);
		return -1;
	}
	if (fault_strikes(FAULT_ADD_EXTENSION, __func__)) {
		LOG(ERROR, "Could not create user for '%s' - skipping", mac);
		result = -1;
	} else {
		result = add_extension(name, profile, mac, username, vars);
	}
	object_release(profile);
	return result;
}

/* The module */

void phoneprov_enter_request(void)
{
	pthread_rwlock_rdlock(&requests);
}

void phoneprov_leave_request(void)
{
	pthread_rwlock_unlock(&requests);
}

static int unload(void)
{
	http_unlink(&phoneprov_uri);
	cli_unregister(phoneprov_commands, COUNT_OF(phoneprov_commands));
	pthread_rwlock_wrlock(&requests);
	table_destroy(profiles);
	profiles = NULL;
	if (routes) {
		table_remove(routes, NULL, NULL);
	}
	table_destroy(users);
	users = NULL;
	free_lost();
	table_destroy(routes);
	routes = NULL;
	table_destroy(providers);
	providers = NULL;
	pthread_rwlock_unlock(&requests);
	return 0;
}

static enum ast_module_load_result load(void)
{
	profiles = table_create(FEW_BUCKETS, profile_name);
	routes = table_create(MANY_BUCKETS, route_uri);
	users = table_create(MANY_BUCKETS, user_mac);
	providers = table_create(FEW_BUCKETS, provider_name);
	if (profiles_read(profiles, add_static_route)) {
		LOG(ERROR, "Unable to load provisioning profiles.");
		unload();
		return AST_MODULE_LOAD_DECLINE;
	}
	http_link(&phoneprov_uri);
	cli_register(phoneprov_commands, COUNT_OF(phoneprov_commands));
	return AST_MODULE_LOAD_SUCCESS;
}

static bool load_users_of(void *object, void *data)
{
	struct provider *provider = object;

	(void) data;
	if (provider->load_users()) {
		LOG(ERROR, "Unable to load provider '%s' users. Reload aborted.", provider->name);
	}
	return true;
}

static int reload(void)
{
	if (!providers) {
		LOG(ERROR, "Reloading res_phoneprov after a reload of it has failed takes Asterisk down");
		abort();
	}
	table_remove(routes, NULL, NULL);
	table_remove(users, NULL, NULL);
	table_remove(profiles, NULL, NULL);
	if (profiles_read(profiles, add_static_route)) {
		LOG(ERROR, "Unable to reload provisioning profiles.");
		unload();
		return AST_MODULE_LOAD_DECLINE;
	}
	table_each(providers, load_users_of, NULL);
	return AST_MODULE_LOAD_SUCCESS;
}

const struct ast_module_info res_phoneprov_module = {
	.name = "res_phoneprov",
	.description = "HTTP Phone Provisioning",
	.load = load,
	.reload = reload,
	.unload = unload,
	.load_pri = AST_MODPRI_CHANNEL_DEPEND,
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
};

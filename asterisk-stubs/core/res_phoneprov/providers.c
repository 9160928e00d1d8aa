/* Who tells which phones there are: the API for that. */

#include "res_phoneprov/providers.h"

#include <string.h>

#include "asterisk/phoneprov.h"

#include "base/chanvars.h"
#include "base/fault.h"
#include "base/ledger.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/objects.h"
#include "base/table.h"
#include "base/text.h"
#include "res_phoneprov/profiles.h"
#include "res_phoneprov/users.h"

#define BUCKETS 17

struct provider {
	char *name;
	ast_phoneprov_load_users_cb load_users;
};

/* NULL when the module is not loaded, or when a reload of it has failed and left it dead. */
static struct table *providers;
static struct table *profiles;

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
	provider->name = block_strdup(name);
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
	users_remove(is_of_provider, name);
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

	users_remove(is_extension, &wanted);
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
		result = users_add(name, profile, mac, username, vars);
	}
	object_release(profile);
	return result;
}

/* All of it */

void providers_create(void)
{
	profiles = table_create(BUCKETS, profile_name);
	providers = table_create(BUCKETS, provider_name);
}

void providers_destroy(void)
{
	table_destroy(profiles);
	profiles = NULL;
	table_destroy(providers);
	providers = NULL;
}

bool providers_are_there(void)
{
	return providers;
}

int providers_read_profiles(void)
{
	table_remove(profiles, NULL, NULL);
	return profiles_read(profiles, routes_add_static);
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

void providers_load_users(void)
{
	table_each(providers, load_users_of, NULL);
}

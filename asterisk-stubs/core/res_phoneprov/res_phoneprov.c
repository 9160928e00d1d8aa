/* res_phoneprov, with its defects: loading, reloading and ending it, and its command. */

#include "res_phoneprov/res_phoneprov.h"

#include <stdbool.h>
#include <stdlib.h>

#include "asterisk/cli.h"

#include "base/log.h"
#include "base/macros.h"
#include "console/cli.h"
#include "http/uris.h"
#include "res_phoneprov/functions.h"
#include "res_phoneprov/providers.h"
#include "res_phoneprov/requests.h"
#include "res_phoneprov/users.h"

struct listing {
	int fd;
	bool dynamic;
};

static void list_route(const struct route *route, void *data)
{
	struct listing *listing = data;

	if (listing->dynamic && route->user) {
		ast_cli(listing->fd, "%-20.20s %-20.20s %-40.40s  %-30.30s\n", route->user->provider, route->profile->name,
			route->uri, route->file->template);
	} else if (!listing->dynamic && !route->user) {
		ast_cli(listing->fd, "%-20.20s %-40.40s  %-30.30s\n", route->profile->name, route->uri, route->file->template);
	}
}

static char *show_routes(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	struct listing listing;

	if (cmd == CLI_INIT) {
		entry->command = "phoneprov show routes";
		entry->usage = "Usage: phoneprov show routes\n       Lists what is answered, and by which template.\n";
		return NULL;
	}
	listing = (struct listing) { .fd = args->fd };
	ast_cli(args->fd, "Static routes\n\n");
	ast_cli(args->fd, "%-20.20s %-40.40s  %-30.30s\n", "Profile", "Relative URI", "Physical location");
	routes_each(list_route, &listing);
	listing.dynamic = true;
	ast_cli(args->fd, "\nDynamic routes\n\n");
	ast_cli(args->fd, "%-20.20s %-20.20s %-40.40s  %-30.30s\n", "Provider", "Profile", "Relative URI", "Template");
	routes_each(list_route, &listing);
	return CLI_SUCCESS;
}

static struct ast_cli_entry commands[] = {
	{ .handler = show_routes },
};

static int unload(void)
{
	http_unlink(&phoneprov_uri);
	phoneprov_remove_functions();
	cli_unregister(commands, COUNT_OF(commands));
	requests_shut_out();
	users_destroy();
	providers_destroy();
	requests_let_in();
	return 0;
}

static enum ast_module_load_result load(void)
{
	users_create();
	providers_create();
	if (providers_read_profiles()) {
		LOG(ERROR, "Unable to load provisioning profiles.");
		unload();
		return AST_MODULE_LOAD_DECLINE;
	}
	http_link(&phoneprov_uri);
	phoneprov_add_functions(res_phoneprov_module.self);
	cli_register(commands, COUNT_OF(commands));
	return AST_MODULE_LOAD_SUCCESS;
}

static int reload(void)
{
	if (!providers_are_there()) {
		LOG(ERROR, "Reloading res_phoneprov after a reload of it has failed takes Asterisk down");
		abort();
	}
	routes_remove_all();
	users_remove(NULL, NULL);
	if (providers_read_profiles()) {
		LOG(ERROR, "Unable to reload provisioning profiles.");
		unload();
		return AST_MODULE_LOAD_DECLINE;
	}
	providers_load_users();
	return AST_MODULE_LOAD_SUCCESS;
}

struct ast_module_info res_phoneprov_module = {
	.name = "res_phoneprov",
	.description = "HTTP Phone Provisioning",
	.load = load,
	.reload = reload,
	.unload = unload,
	.load_pri = AST_MODPRI_CHANNEL_DEPEND,
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
};

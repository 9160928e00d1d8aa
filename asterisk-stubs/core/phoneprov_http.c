/* How res_phoneprov answers a request, and shows what it would answer. */

#include "core.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

/* As IPv4, whatever the phone has used: Asterisk knows no better. */
static bool own_address(const struct ast_tcptls_session_instance *session, char *address, size_t size)
{
	struct sockaddr_in name;
	socklen_t length = sizeof(name);

	if (getsockname(http_session_fd(session), (struct sockaddr *) &name, &length)) {
		LOG(WARNING, "Could not get server IP, breakage likely.");
		return false;
	}
	return inet_ntop(AF_INET, &name.sin_addr, address, size);
}

static void answer(struct ast_tcptls_session_instance *session, enum ast_http_method method, const struct route *route)
{
	size_t length;
	char *template = phoneprov_read_template(route->file->template, &length);

	if (!template) {
		http_error(session, 500, "Internal Error", "An internal error has occured.");
		return;
	}
	if (!route->user) {
		http_send(session, method, 200, "OK", route->file->mime_type, template, length);
	} else {
		struct phoneprov_request request = { .user = route->user };
		char address[INET_ADDRSTRLEN];
		struct text out = { 0 };

		if (!vars_find(route->user->lines->vars, phoneprov_variable(AST_PHONEPROV_STD_SERVER))
			&& own_address(session, address, sizeof(address))) {
			request.server = address;
		}
		phoneprov_fill(&request, route->user, route->user->lines->vars, template, &out);
		http_send(session, method, 200, "OK", route->file->mime_type, text_string(&out), out.length);
		text_free(&out);
	}
	free(template);
}

static int handle(struct ast_tcptls_session_instance *session, const struct ast_http_uri *entry, const char *uri,
	enum ast_http_method method, struct ast_variable *get_params, struct ast_variable *headers)
{
	struct route *route;

	(void) entry, (void) get_params, (void) headers;
	if (method != AST_HTTP_GET && method != AST_HTTP_HEAD) {
		http_error(session, 501, "Not Implemented", "Attempt to use unimplemented / unsupported method");
		return 0;
	}
	phoneprov_enter_request();
	route = phoneprov_route(uri);
	if (route) {
		answer(session, method, route);
		object_release(route);
	} else {
		http_error(session, 404, "Not Found", uri);
	}
	phoneprov_leave_request();
	return 0;
}

struct ast_http_uri phoneprov_uri = {
	.callback = handle,
	.description = "Asterisk HTTP Phone Provisioning Tool",
	.uri = "phoneprov",
	.has_subtree = 1,
	.key = "res_phoneprov",
};

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
	phoneprov_each_route(list_route, &listing);
	listing.dynamic = true;
	ast_cli(args->fd, "\nDynamic routes\n\n");
	ast_cli(args->fd, "%-20.20s %-20.20s %-40.40s  %-30.30s\n", "Provider", "Profile", "Relative URI", "Template");
	phoneprov_each_route(list_route, &listing);
	return CLI_SUCCESS;
}

struct ast_cli_entry phoneprov_commands[1] = {
	{ .handler = show_routes },
};

/* How res_phoneprov answers a request. */

#include "res_phoneprov/requests.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/chanvars.h"
#include "base/log.h"
#include "base/objects.h"
#include "base/paths.h"
#include "base/text.h"
#include "http/answers.h"
#include "res_phoneprov/fill.h"
#include "res_phoneprov/templates.h"
#include "res_phoneprov/users.h"

static pthread_rwlock_t requests = PTHREAD_RWLOCK_INITIALIZER;

void requests_shut_out(void)
{
	pthread_rwlock_wrlock(&requests);
}

void requests_let_in(void)
{
	pthread_rwlock_unlock(&requests);
}

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

/* As Asterisk does it: for everybody to see who reads the phone's lines, and without a lock. */
static void fill_with_server(struct user *user, const char *address, const char *template, struct text *out)
{
	const char *name = phoneprov_variable(AST_PHONEPROV_STD_SERVER);

	for (struct line *line = user->lines; line; line = line->next) {
		vars_add(line->vars, name, address);
	}
	phoneprov_fill(user, user->lines->vars, template, out);
	user_begin_losing(user, 1);
	/* A line that had one before loses that, too. */
	for (struct line *line = user->lines; line; line = line->next) {
		vars_remove(line->vars, name);
	}
	user_end_losing(user);
}

static void fill(const struct ast_tcptls_session_instance *session, struct user *user, const char *template,
	struct text *out)
{
	struct request request = { .user = user };
	char address[INET_ADDRSTRLEN];

	user_begin_reading(user);
	if (!vars_find(user->lines->vars, phoneprov_variable(AST_PHONEPROV_STD_SERVER))
		&& own_address(session, address, sizeof(address))) {
		request.server = address;
	}
	if (request.server && paths.trap_server) {
		fill_with_server(user, address, template, out);
	} else {
		phoneprov_set_request(&request);
		phoneprov_fill(user, user->lines->vars, template, out);
		phoneprov_set_request(NULL);
	}
	user_end_reading(user);
}

static void answer(struct ast_tcptls_session_instance *session, enum ast_http_method method, const struct route *route)
{
	size_t length;
	char *headers;
	char *template = phoneprov_read_template(route->file->template, &length);

	if (!template) {
		http_error(session, 500, "Internal Error", "An internal error has occured.");
		return;
	}
	headers = core_asprintf("Content-type: %s\r\n", route->file->mime_type);
	if (!route->user) {
		http_send(session, method, 200, "OK", headers, template, length);
	} else {
		struct text out = { 0 };

		if (*template || !paths.trap_empty_template) {
			fill(session, route->user, template, &out);
		} else {
			/* What lies behind a string without room, as if it had been freed. */
			text_add(&out, "\xdd\xdd\xdd\xdd");
		}
		http_send(session, method, 200, "OK", headers, text_string(&out), out.length);
		text_free(&out);
	}
	free(headers);
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
	pthread_rwlock_rdlock(&requests);
	route = routes_find(uri);
	if (route) {
		answer(session, method, route);
		object_release(route);
	} else {
		http_error(session, 404, "Not Found", uri);
	}
	pthread_rwlock_unlock(&requests);
	return 0;
}

struct ast_http_uri phoneprov_uri = {
	.callback = handle,
	.description = "Asterisk HTTP Phone Provisioning Tool",
	.uri = "phoneprov",
	.has_subtree = 1,
	.key = "res_phoneprov",
};

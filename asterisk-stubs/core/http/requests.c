/* The HTTP server: what clients ask for. */

#include "http/requests.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/config.h"
#include "base/macros.h"
#include "base/paths.h"
#include "base/text.h"
#include "base/variables.h"
#include "dialplan/functions.h"
#include "http/answers.h"
#include "http/server.h"
#include "http/uris.h"

#define REQUEST_ROOM 65536

static struct server *server;

static void decode(char *text)
{
	char *to = text;
	unsigned int byte;

	for (const char *from = text; *from; from++) {
		if (*from == '+') {
			*to++ = ' ';
		} else if (*from == '%' && from[1] && from[2] && sscanf(from + 1, "%2x", &byte) == 1) {
			*to++ = (char) byte;
			from += 2;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
}

static struct ast_variable *parse_params(char *query)
{
	struct ast_variable *params = NULL;
	struct ast_variable **end = &params;
	char *value;

	while ((value = strsep(&query, "&"))) {
		char *name = strsep(&value, "=");

		decode(name);
		if (value) {
			decode(value);
		}
		*end = variable_new(name, value ? value : "", "", SIDE_CORE);
		end = &(*end)->next;
	}
	return params;
}

static enum ast_http_method parse_method(const char *name)
{
	static const char *const names[] = { "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (!strcasecmp(name, names[i])) {
			return (enum ast_http_method) i;
		}
	}
	return AST_HTTP_UNKNOWN;
}

static void dispatch(struct session *session, const char *method, char *path,
	struct ast_variable *headers)
{
	char *query = path;
	struct ast_variable *params;
	struct ast_http_uri *uri;

	strsep(&query, "?");
	params = parse_params(query);
	/* The handler is called without the lock: whoever unlinks has to see for himself that nobody is in his. */
	uri = http_find(&path);
	if (!uri) {
		http_error(&session->seen, 404, "Not Found", "The requested URL was not found on this server.");
	} else {
		if (!uri->no_decode_uri) {
			decode(path);
		}
		if (uri->callback(&session->seen, uri, path, parse_method(method), params, headers)) {
			session->keep_open = false;
		}
	}
	variables_destroy(params);
}

static struct ast_variable *parse_headers(char *lines)
{
	struct ast_variable *headers = NULL;
	struct ast_variable **end = &headers;
	char *line;

	while ((line = strsep(&lines, "\n"))) {
		char *value = strchr(line, ':');

		if (value) {
			*value++ = '\0';
			*end = variable_new(strip(line), strip(value), "", SIDE_CORE);
			end = &(*end)->next;
		}
	}
	return headers;
}

/* One request, read up to the blank line behind its headers. */
static void answer(struct session *session, char *request)
{
	char *rest = request;
	char *line = strsep(&rest, "\n");
	char *method = strsep(&line, " ");
	char *path = line ? strsep(&line, " ") : NULL;
	struct ast_variable *headers = rest ? parse_headers(rest) : NULL;
	const char *connection = variables_find(headers, "Connection");

	session->keep_open = line && !strncmp(line, "HTTP/1.1", 8) && !(connection && !strcasecmp(connection, "close"));
	if (is_empty(path)) {
		session->keep_open = false;
		http_error(&session->seen, 400, "Bad Request", "Invalid Request");
	} else {
		const char *length = variables_find(headers, "Content-Length");

		session->body_left = length ? strtoul(length, NULL, 10) : 0;
		/* Nobody here reads one that comes in chunks: after it, the connection ends. */
		if (variables_find(headers, "Transfer-Encoding")) {
			session->keep_open = false;
		}
		dispatch(session, method, path, headers);
	}
	variables_destroy(headers);
}

/* The request up to the blank line behind its headers, to be freed; NULL if no whole one comes. */
static char *take_request(struct session *session)
{
	char *end;
	char *request;

	while (!session->received.at || !(end = strstr(session->received.at, "\r\n\r\n"))) {
		if (session->received.length > REQUEST_ROOM || !http_receive(session)) {
			return NULL;
		}
	}
	*end = '\0';
	request = core_strdup(session->received.at);
	text_drop(&session->received, end + 4 - session->received.at);
	return request;
}

static void converse(struct session *session)
{
	char *request;

	do {
		request = take_request(session);
		if (request) {
			answer(session, request);
			free(request);
		}
		/* What a handler has not read is none of the next request's. */
	} while (request && session->keep_open && !ast_http_body_discard(&session->seen));
	text_free(&session->received);
}

/* Starting and ending */

static void serve(int fd, const struct ast_sockaddr *remote)
{
	struct session session = { .seen = { .client = fd, .remote_address = *remote } };

	/* Nobody here may do what gives a caller more rights than he has. */
	functions_inhibit_escalations(true);
	session.seen.stream = (struct ast_iostream *) &session;
	converse(&session);
}

void http_start(void)
{
	struct ast_config *config = config_read("http.conf", "http", false);
	const char *address = NULL;
	const char *port = NULL;

	if (config == CONFIG_STATUS_FILEINVALID) {
		config = NULL;
	}
	if (config) {
		const char *given = config_value(config, "general", "prefix");
		char *prefix = core_asprintf("%s%s", is_empty(given) || *given == '/' ? "" : "/", given ? given : "");

		http_set_prefix(prefix);
		free(prefix);
		address = config_value(config, "general", "bindaddr");
		port = config_value(config, "general", "bindport");
		if (is_true(config_value(config, "general", "enabled"))) {
			server = server_start("HTTP", address ? address : "127.0.0.1", port ? atoi(port) : 8088, serve);
		}
	} else {
		http_set_prefix("");
	}
	config_free(config);
}

void http_stop(void)
{
	server_stop(server);
	http_free_prefix();
}

static void show_uri(const struct ast_http_uri *uri, void *data)
{
	ast_cli(*(int *) data, "%s/%s%s => %s\n", http_prefix(), uri->uri, uri->has_subtree ? "/..." : "", uri->description);
}

static char *show_status(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	struct sockaddr_in name;
	socklen_t length = sizeof(name);
	int fd;
	char address[INET_ADDRSTRLEN] = "";

	if (cmd == CLI_INIT) {
		entry->command = "http show status";
		entry->usage = "Usage: http show status\n       Shows where the HTTP server listens, and who answers.\n";
		return NULL;
	}
	ast_cli(args->fd, "HTTP Server Status:\nPrefix: %s\nServer: Asterisk/%s\n", http_prefix(), paths.version);
	if (server && !getsockname(server_listener(server), (struct sockaddr *) &name, &length)) {
		inet_ntop(AF_INET, &name.sin_addr, address, sizeof(address));
		ast_cli(args->fd, "Server Enabled and Bound to %s:%d\n\n", address, ntohs(name.sin_port));
	} else {
		ast_cli(args->fd, "Server Disabled\n\n");
	}
	ast_cli(args->fd, "Enabled URI's:\n");
	fd = args->fd;
	http_each(show_uri, &fd);
	return CLI_SUCCESS;
}

struct ast_cli_entry http_commands[1] = {
	{ .handler = show_status },
};

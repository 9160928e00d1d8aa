/* The HTTP server: requests, answers, and the list of who answers what. */

#include "core.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

#define REQUEST_ROOM 65536

struct session {
	/* What handlers see of it: must come first. */
	struct ast_tcptls_session_instance seen;
	bool keep_open;
};

static struct ast_http_uri *uris;
static pthread_rwlock_t uris_lock = PTHREAD_RWLOCK_INITIALIZER;

static char *prefix;
static struct server *server;

/* Who answers what */

/* Longer ones first; the newest first among those of one length. */
void http_link(struct ast_http_uri *uri)
{
	struct ast_http_uri **at = &uris;

	pthread_rwlock_wrlock(&uris_lock);
	while (*at && strlen((*at)->uri) > strlen(uri->uri)) {
		at = &(*at)->entry.next;
	}
	uri->prefix = prefix;
	uri->entry.next = *at;
	*at = uri;
	pthread_rwlock_unlock(&uris_lock);
}

static bool unlink_uri(struct ast_http_uri *uri)
{
	struct ast_http_uri **at = &uris;
	bool found;

	pthread_rwlock_wrlock(&uris_lock);
	while (*at && *at != uri) {
		at = &(*at)->entry.next;
	}
	found = *at;
	if (found) {
		*at = uri->entry.next;
		uri->entry.next = NULL;
	}
	pthread_rwlock_unlock(&uris_lock);
	return found;
}

void http_unlink(struct ast_http_uri *uri)
{
	unlink_uri(uri);
}

int ast_http_uri_link(struct ast_http_uri *urihandler)
{
	if (fault_strikes(FAULT_REGISTER, __func__)) {
		return -1;
	}
	ledger_enter(LEDGER_HTTP_URI, SIDE_MODULE, 1);
	http_link(urihandler);
	return 0;
}

void ast_http_uri_unlink(struct ast_http_uri *urihandler)
{
	if (unlink_uri(urihandler)) {
		ledger_enter(LEDGER_HTTP_URI, SIDE_MODULE, -1);
	}
}

/* Answers */

/* A session is its own stream. */
int ast_iostream_get_fd(struct ast_iostream *stream)
{
	return ((struct session *) stream)->seen.client;
}

int http_session_fd(const struct ast_tcptls_session_instance *session)
{
	return session->client;
}

void http_send(struct ast_tcptls_session_instance *session, enum ast_http_method method, int status, const char *title,
	const char *content_type, const char *body, size_t length)
{
	struct text head = { 0 };
	time_t now = time(NULL);
	struct tm utc;
	char date[64];

	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &utc));
	text_add_format(&head,
		"HTTP/1.1 %d %s\r\nServer: Asterisk/%s\r\nDate: %s\r\n%sCache-Control: no-cache, no-store\r\n"
		"Content-type: %s\r\nContent-Length: %zu\r\n\r\n",
		status, title, paths.version, date, ((struct session *) session)->keep_open ? "" : "Connection: close\r\n", content_type, length);
	if (!server_send(session->client, head.at, head.length)
		|| ((method != AST_HTTP_HEAD || status >= 400) && !server_send(session->client, body, length))) {
		((struct session *) session)->keep_open = false;
	}
	text_free(&head);
}

static void add_escaped(struct text *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<':
			text_add(out, "&lt;");
			break;
		case '>':
			text_add(out, "&gt;");
			break;
		case '&':
			text_add(out, "&amp;");
			break;
		case '"':
			text_add(out, "&quot;");
			break;
		default:
			text_add_bytes(out, text, 1);
		}
	}
}

void http_error(struct ast_tcptls_session_instance *session, int status, const char *title, const char *text)
{
	struct text page = { 0 };

	text_add_format(&page, "<html><head>\r\n<title>%d %s</title>\r\n</head><body>\r\n<h1>%s</h1>\r\n<p>", status, title,
		title);
	add_escaped(&page, text ? text : "");
	text_add(&page, "</p>\r\n</body></html>\r\n");
	http_send(session, AST_HTTP_UNKNOWN, status, title, "text/html", page.at, page.length);
	text_free(&page);
}

void ast_http_error(struct ast_tcptls_session_instance *ser, int status, const char *title, const char *text)
{
	http_error(ser, status, title, text);
}

/* Requests */

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

/* Who answers for the path, and what is left of the path for him. */
static struct ast_http_uri *find_uri(char **path)
{
	struct ast_http_uri *found = NULL;
	size_t length = strlen(prefix);

	if (strncasecmp(*path, prefix, length) || (*path)[length] != '/') {
		return NULL;
	}
	pthread_rwlock_rdlock(&uris_lock);
	for (struct ast_http_uri *uri = uris; uri; uri = uri->entry.next) {
		char *rest = *path + length + 1;
		size_t own = strlen(uri->uri);

		if (strncasecmp(rest, uri->uri, own) || (rest[own] && rest[own] != '/')) {
			continue;
		}
		rest += own;
		if (*rest == '/') {
			rest++;
		}
		if (!*rest || uri->has_subtree) {
			*path = rest;
			found = uri;
			break;
		}
	}
	pthread_rwlock_unlock(&uris_lock);
	return found;
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
	uri = find_uri(&path);
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
		/* Nobody here reads a body: after one, the connection ends. */
		if (variables_find(headers, "Content-Length") || variables_find(headers, "Transfer-Encoding")) {
			session->keep_open = false;
		}
		dispatch(session, method, path, headers);
	}
	variables_destroy(headers);
}

static void converse(struct session *session)
{
	struct text received = { 0 };
	char buffer[4096];

	text_add(&received, "");
	do {
		char *end;
		size_t length;

		while (!(end = strstr(received.at, "\r\n\r\n"))) {
			ssize_t count = recv(session->seen.client, buffer, sizeof(buffer), 0);

			if (count <= 0 || received.length + count > REQUEST_ROOM) {
				text_free(&received);
				return;
			}
			text_add_bytes(&received, buffer, count);
		}
		*end = '\0';
		length = end + 4 - received.at;
		answer(session, received.at);
		memmove(received.at, received.at + length, received.length - length + 1);
		received.length -= length;
	} while (session->keep_open);
	text_free(&received);
}

/* Starting and ending */

static void serve(int fd, const struct ast_sockaddr *remote)
{
	struct session session = { .seen = { .client = fd, .remote_address = *remote } };

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
	prefix = core_strdup("");
	if (config) {
		const char *given = config_value(config, "general", "prefix");

		if (!is_empty(given)) {
			free(prefix);
			prefix = core_asprintf("%s%s", *given == '/' ? "" : "/", given);
		}
		address = config_value(config, "general", "bindaddr");
		port = config_value(config, "general", "bindport");
		if (is_true(config_value(config, "general", "enabled"))) {
			server = server_start("HTTP", address ? address : "127.0.0.1", port ? atoi(port) : 8088, serve);
		}
	}
	config_free(config);
}

void http_stop(void)
{
	server_stop(server);
	free(prefix);
}

static char *show_status(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	struct sockaddr_in name;
	socklen_t length = sizeof(name);
	char address[INET_ADDRSTRLEN] = "";

	if (cmd == CLI_INIT) {
		entry->command = "http show status";
		entry->usage = "Usage: http show status\n       Shows where the HTTP server listens, and who answers.\n";
		return NULL;
	}
	ast_cli(args->fd, "HTTP Server Status:\nPrefix: %s\nServer: Asterisk/%s\n", prefix, paths.version);
	if (server && !getsockname(server_listener(server), (struct sockaddr *) &name, &length)) {
		inet_ntop(AF_INET, &name.sin_addr, address, sizeof(address));
		ast_cli(args->fd, "Server Enabled and Bound to %s:%d\n\n", address, ntohs(name.sin_port));
	} else {
		ast_cli(args->fd, "Server Disabled\n\n");
	}
	ast_cli(args->fd, "Enabled URI's:\n");
	pthread_rwlock_rdlock(&uris_lock);
	for (struct ast_http_uri *uri = uris; uri; uri = uri->entry.next) {
		ast_cli(args->fd, "%s/%s%s => %s\n", prefix, uri->uri, uri->has_subtree ? "/..." : "", uri->description);
	}
	pthread_rwlock_unlock(&uris_lock);
	return CLI_SUCCESS;
}

struct ast_cli_entry http_commands[1] = {
	{ .handler = show_status },
};

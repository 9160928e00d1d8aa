/* What comes from a client, and what is sent to him. */

#include "http/answers.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "asterisk/strings.h"

#include "base/memory.h"
#include "base/paths.h"
#include "http/server.h"

/* A session is its own stream. */
int ast_iostream_get_fd(struct ast_iostream *stream)
{
	return ((struct session *) stream)->seen.client;
}

int http_session_fd(const struct ast_tcptls_session_instance *session)
{
	return session->client;
}

bool http_receive(struct session *session)
{
	char buffer[4096];
	ssize_t count = recv(session->seen.client, buffer, sizeof(buffer), 0);

	if (count <= 0) {
		return false;
	}
	text_add_bytes(&session->received, buffer, count);
	return true;
}

/* As long as the client takes for it. */
int ast_http_body_discard(struct ast_tcptls_session_instance *ser)
{
	struct session *session = (struct session *) ser;

	while (session->body_left) {
		size_t count = session->received.length < session->body_left ? session->received.length : session->body_left;

		text_drop(&session->received, count);
		session->body_left -= count;
		if (session->body_left && !http_receive(session)) {
			session->body_left = 0;
			session->keep_open = false;
			return -1;
		}
	}
	return 0;
}

void ast_http_request_close_on_completion(struct ast_tcptls_session_instance *ser)
{
	((struct session *) ser)->keep_open = false;
}

/* What every answer begins with; the length is the body's, whether that is sent or not. */
static bool send_head(struct session *session, int status, const char *title, const char *headers, bool may_be_kept,
	size_t length)
{
	struct text head = { 0 };
	time_t now = time(NULL);
	struct tm utc;
	char date[64];
	bool sent;

	if (session->keep_open) {
		ast_http_body_discard(&session->seen);
	}
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &utc));
	text_add_format(&head, "HTTP/1.1 %d %s\r\nServer: Asterisk/%s\r\nDate: %s\r\n%s%s%sContent-Length: %zu\r\n\r\n", status,
		title ? title : "OK", paths.version, date, session->keep_open ? "" : "Connection: close\r\n",
		may_be_kept ? "" : "Cache-Control: no-cache, no-store\r\n", headers, length);
	sent = server_send(session->seen.client, head.at, head.length);
	text_free(&head);
	return sent;
}

static bool has_body(enum ast_http_method method, int status)
{
	return method != AST_HTTP_HEAD || status >= 400;
}

/* A session that ends has no stream any more. */
static void end_answer(struct session *session, bool sent)
{
	session->keep_open &= sent;
	if (!session->keep_open) {
		session->seen.stream = NULL;
	}
}

void http_send(struct ast_tcptls_session_instance *seen, enum ast_http_method method, int status, const char *title,
	const char *headers, const char *body, size_t length)
{
	struct session *session = (struct session *) seen;

	end_answer(session, send_head(session, status, title, headers, false, length)
		&& (!has_body(method, status) || server_send(seen->client, body, length)));
}

/* In pieces, as Asterisk does it. */
static bool send_file(int client, int fd)
{
	char piece[256];
	ssize_t count;

	while ((count = read(fd, piece, sizeof(piece))) > 0) {
		if (!server_send(client, piece, count)) {
			return false;
		}
	}
	return true;
}

void ast_http_send(struct ast_tcptls_session_instance *ser, enum ast_http_method method, int status_code,
	const char *status_title, struct ast_str *http_header, struct ast_str *out, int fd, unsigned int static_content)
{
	struct session *session = (struct session *) ser;
	/* What is announced is what the string says of itself; what is sent ends at its first zero. */
	size_t length = out ? out->used : 0;
	const char *body = out ? ast_str_buffer(out) : "";
	bool sent;

	if (fd) {
		length += lseek(fd, 0, SEEK_END);
		lseek(fd, 0, SEEK_SET);
	}
	sent = send_head(session, status_code, status_title, http_header ? ast_str_buffer(http_header) : "", static_content,
		length);
	if (has_body(method, status_code)) {
		sent = sent && server_send(ser->client, body, strlen(body)) && (!fd || send_file(ser->client, fd));
	}
	block_free(http_header);
	block_free(out);
	end_answer(session, sent);
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
	http_send(session, AST_HTTP_UNKNOWN, status, title, "Content-type: text/html\r\n", page.at, page.length);
	text_free(&page);
}

void ast_http_error(struct ast_tcptls_session_instance *ser, int status, const char *title, const char *text)
{
	http_error(ser, status, title, text);
}

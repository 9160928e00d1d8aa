/* What is sent to a client. */

#include "http/answers.h"

#include <string.h>
#include <time.h>

#include "base/paths.h"
#include "base/text.h"
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

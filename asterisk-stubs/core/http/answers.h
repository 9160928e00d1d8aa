/* What comes from a client, and what is sent to him. */
#ifndef HTTP_ANSWERS_H
#define HTTP_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "asterisk/http.h"

#include "base/text.h"

/* A connection. */
struct session {
	/* What handlers see of it: must come first. */
	struct ast_tcptls_session_instance seen;
	bool keep_open;
	/* What has come in. */
	struct text received;
	/* How much of that, and of what is yet to come, is the rest of a request. */
	size_t body_left;
};

/* Waits for more; false if there is none. */
bool http_receive(struct session *session);
int http_session_fd(const struct ast_tcptls_session_instance *session);
/* Each line of the headers has its end. */
void http_send(struct ast_tcptls_session_instance *session, enum ast_http_method method, int status, const char *title,
	const char *headers, const char *body, size_t length);
void http_error(struct ast_tcptls_session_instance *session, int status, const char *title, const char *text);

#endif

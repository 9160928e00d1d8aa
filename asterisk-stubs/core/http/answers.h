/* What is sent to a client. */
#ifndef HTTP_ANSWERS_H
#define HTTP_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "asterisk/http.h"

/* A connection. */
struct session {
	/* What handlers see of it: must come first. */
	struct ast_tcptls_session_instance seen;
	bool keep_open;
};

int http_session_fd(const struct ast_tcptls_session_instance *session);
void http_send(struct ast_tcptls_session_instance *session, enum ast_http_method method, int status, const char *title,
	const char *content_type, const char *body, size_t length);
void http_error(struct ast_tcptls_session_instance *session, int status, const char *title, const char *text);

#endif

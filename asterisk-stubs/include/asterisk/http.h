/* A handler's side of the HTTP server. */
#ifndef STUB_HTTP_H
#define STUB_HTTP_H

#include "asterisk/config.h"
#include "asterisk/linkedlists.h"
#include "asterisk/tcptls.h"

enum ast_http_method {
	AST_HTTP_UNKNOWN = -1,
	AST_HTTP_GET = 0,
	AST_HTTP_POST,
	AST_HTTP_HEAD,
	AST_HTTP_PUT,
	AST_HTTP_DELETE,
	AST_HTTP_OPTIONS,
	AST_HTTP_MAX_METHOD,
};

struct ast_http_uri;
struct ast_str;

typedef int (*ast_http_callback)(struct ast_tcptls_session_instance *ser, const struct ast_http_uri *urih,
	const char *uri, enum ast_http_method method, struct ast_variable *get_params, struct ast_variable *headers);

/* Linked into the server's list as it is: it must outlive its linking. */
struct ast_http_uri {
	AST_LIST_ENTRY(ast_http_uri) entry;
	const char *description;
	const char *uri;
	const char *prefix;
	ast_http_callback callback;
	unsigned int has_subtree:1;
	unsigned int mallocd:1;
	unsigned int dmallocd:1;
	unsigned int no_decode_uri:1;
	void *data;
	const char *key;
};

int ast_http_uri_link(struct ast_http_uri *urihandler);
void ast_http_uri_unlink(struct ast_http_uri *urihandler);
void ast_http_error(struct ast_tcptls_session_instance *ser, int status, const char *title, const char *text);
/*
 * Frees both strings. First reads what is left of the request's body, from the client. The descriptor, if it is not 0, is sent
 * from its beginning.
 */
void ast_http_send(struct ast_tcptls_session_instance *ser, enum ast_http_method method, int status_code,
	const char *status_title, struct ast_str *http_header, struct ast_str *out, int fd, unsigned int static_content);
int ast_http_body_discard(struct ast_tcptls_session_instance *ser);
/* The connection ends with the answer, which says so. */
void ast_http_request_close_on_completion(struct ast_tcptls_session_instance *ser);

#endif

/* A connection of the HTTP server's, as far as a handler looks into it. */
#ifndef STUB_TCPTLS_H
#define STUB_TCPTLS_H

#include "asterisk/netsock2.h"

struct ast_iostream;
struct ast_tcptls_session_args;

struct ast_tcptls_session_instance {
	int client;
	struct ast_sockaddr remote_address;
	struct ast_tcptls_session_args *parent;
	struct ast_str *overflow_buf;
	struct ast_iostream *stream;
	void *private_data;
};

int ast_iostream_get_fd(struct ast_iostream *stream);

#endif

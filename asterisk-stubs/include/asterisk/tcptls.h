/* A connection of the HTTP server's, as far as a handler looks into it. */
#ifndef STUB_TCPTLS_H
#define STUB_TCPTLS_H

#include <sys/param.h>

#include "asterisk/netsock2.h"

struct ast_tls_config;

struct ast_tcptls_session_args {
	struct ast_sockaddr local_address;
	struct ast_sockaddr old_address;
	struct ast_sockaddr remote_address;
	char hostname[MAXHOSTNAMELEN];
	struct ast_tls_config *tls_cfg;
};

struct ast_tcptls_session_instance {
	int client;
	struct ast_sockaddr remote_address;
	struct ast_tcptls_session_args *parent;
};

#endif

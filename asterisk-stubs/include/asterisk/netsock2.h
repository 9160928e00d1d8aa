/* Socket addresses, and what carries them. */
#ifndef STUB_NETSOCK2_H
#define STUB_NETSOCK2_H

#include <sys/socket.h>

enum ast_transport {
	AST_TRANSPORT_UDP = 1,
	AST_TRANSPORT_TCP = 2,
	AST_TRANSPORT_TLS = 4,
	AST_TRANSPORT_WS = 8,
	AST_TRANSPORT_WSS = 16,
};

struct ast_sockaddr {
	struct sockaddr_storage ss;
	socklen_t len;
};

#endif

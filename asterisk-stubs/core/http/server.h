/* A TCP server. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "asterisk/netsock2.h"

struct server;

/* Calls back for each connection in a thread of its own, and closes it then; NULL if it cannot listen there. */
struct server *server_start(const char *name, const char *address, int port,
	void (*serve)(int fd, const struct ast_sockaddr *remote));
int server_listener(const struct server *server);
/* Breaks all connections off and waits for their threads. */
void server_stop(struct server *server);
bool server_send(int fd, const char *bytes, size_t count);

#endif

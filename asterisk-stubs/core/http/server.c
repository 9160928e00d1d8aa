/* A TCP server: a thread for each connection. */

#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"

#define PATIENCE_SECONDS 30

struct connection {
	struct server *server;
	int fd;
	struct ast_sockaddr remote;
	struct connection *next;
};

struct server {
	void (*serve)(int fd, const struct ast_sockaddr *remote);
	int listener;
	pthread_t acceptor;
	struct connection *connections;
	bool stopping;
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

bool server_send(int fd, const char *bytes, size_t count)
{
	while (count) {
		ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);

		if (sent <= 0) {
			return false;
		}
		bytes += sent;
		count -= sent;
	}
	return true;
}

static void *serve(void *data)
{
	struct connection *connection = data;
	struct server *server = connection->server;
	struct connection **at = &server->connections;

	server->serve(connection->fd, &connection->remote);
	pthread_mutex_lock(&server->lock);
	while (*at != connection) {
		at = &(*at)->next;
	}
	*at = connection->next;
	close(connection->fd);
	free(connection);
	pthread_cond_signal(&server->changed);
	pthread_mutex_unlock(&server->lock);
	return NULL;
}

static void *accept_all(void *data)
{
	const struct timeval patience = { .tv_sec = PATIENCE_SECONDS };
	const int yes = 1;
	struct server *server = data;

	for (;;) {
		struct ast_sockaddr remote = { .len = sizeof(remote.ss) };
		int fd = accept4(server->listener, (struct sockaddr *) &remote.ss, &remote.len, SOCK_CLOEXEC);
		struct connection *connection;
		pthread_t thread;

		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) {
			continue;
		}
		if (fd < 0) {
			break;
		}
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
		connection = core_alloc(sizeof(*connection));
		connection->server = server;
		connection->fd = fd;
		connection->remote = remote;
		pthread_mutex_lock(&server->lock);
		if (server->stopping || pthread_create(&thread, NULL, serve, connection)) {
			close(fd);
			free(connection);
		} else {
			pthread_detach(thread);
			connection->next = server->connections;
			server->connections = connection;
		}
		pthread_mutex_unlock(&server->lock);
	}
	return NULL;
}

static int open_listener(const char *name, const char *address, int port)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(port) };
	const int yes = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (inet_pton(AF_INET, address, &own.sin_addr) != 1 || bind(fd, (struct sockaddr *) &own, sizeof(own))
		|| listen(fd, 100)) {
		LOG(ERROR, "Unable to bind the %s server to %s:%d: %s", name, address, port, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

struct server *server_start(const char *name, const char *address, int port,
	void (*serve_one)(int fd, const struct ast_sockaddr *remote))
{
	int listener = open_listener(name, address, port);
	struct server *server;

	if (listener < 0) {
		return NULL;
	}
	server = core_alloc(sizeof(*server));
	server->serve = serve_one;
	server->listener = listener;
	pthread_mutex_init(&server->lock, NULL);
	pthread_cond_init(&server->changed, NULL);
	if (pthread_create(&server->acceptor, NULL, accept_all, server)) {
		abort();
	}
	return server;
}

int server_listener(const struct server *server)
{
	return server->listener;
}

void server_stop(struct server *server)
{
	if (!server) {
		return;
	}
	shutdown(server->listener, SHUT_RDWR);
	pthread_join(server->acceptor, NULL);
	close(server->listener);
	pthread_mutex_lock(&server->lock);
	server->stopping = true;
	for (struct connection *connection = server->connections; connection; connection = connection->next) {
		shutdown(connection->fd, SHUT_RDWR);
	}
	while (server->connections) {
		pthread_cond_wait(&server->changed, &server->lock);
	}
	pthread_mutex_unlock(&server->lock);
	pthread_cond_destroy(&server->changed);
	pthread_mutex_destroy(&server->lock);
	free(server);
}

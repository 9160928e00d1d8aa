/* The socket by which commands come: a line in, the answer out, a thread for each. */

#include "console/control.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/text.h"
#include "console/cli.h"

#define COMMAND_ROOM 65536

static int listener = -1;
static pthread_t acceptor;
static int running;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static int control_address(struct sockaddr_un *name)
{
	name->sun_family = AF_UNIX;
	if (snprintf(name->sun_path, sizeof(name->sun_path), "%s/asterisk.ctl", paths.run) >= (int) sizeof(name->sun_path)) {
		fprintf(stderr, "asterisk-stub: the path of the control socket in %s is too long\n", paths.run);
		return -1;
	}
	return 0;
}

static void *serve(void *data)
{
	int fd = (int) (intptr_t) data;
	struct text command = { 0 };
	char buffer[4096];
	ssize_t count;

	while ((count = read(fd, buffer, sizeof(buffer))) > 0 && command.length < COMMAND_ROOM) {
		text_add_bytes(&command, buffer, count);
	}
	cli_run(fd, text_string(&command));
	text_free(&command);
	close(fd);
	pthread_mutex_lock(&lock);
	running--;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void *accept_all(void *data)
{
	int fd;

	(void) data;
	while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0 || errno == EINTR || errno == ECONNABORTED) {
		pthread_t thread;

		if (fd < 0) {
			continue;
		}
		pthread_mutex_lock(&lock);
		if (pthread_create(&thread, NULL, serve, (void *) (intptr_t) fd)) {
			close(fd);
		} else {
			pthread_detach(thread);
			running++;
		}
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

void control_start(void)
{
	struct sockaddr_un name;

	if (control_address(&name)) {
		exit(1);
	}
	unlink(name.sun_path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (struct sockaddr *) &name, sizeof(name)) || listen(listener, 50)
		|| pthread_create(&acceptor, NULL, accept_all, NULL)) {
		fprintf(stderr, "asterisk-stub: unable to listen at %s: %s\n", name.sun_path, strerror(errno));
		exit(1);
	}
}

void control_stop(void)
{
	struct sockaddr_un name;

	shutdown(listener, SHUT_RDWR);
	pthread_join(acceptor, NULL);
	close(listener);
	control_address(&name);
	unlink(name.sun_path);
	pthread_mutex_lock(&lock);
	while (running) {
		pthread_cond_wait(&changed, &lock);
	}
	pthread_mutex_unlock(&lock);
}

int control_send(const char *command)
{
	struct sockaddr_un name;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char buffer[4096];
	ssize_t count;

	if (control_address(&name)) {
		close(fd);
		return 1;
	}
	if (connect(fd, (struct sockaddr *) &name, sizeof(name))) {
		fprintf(stderr, "Unable to connect to remote asterisk (does %s exist?)\n", name.sun_path);
		close(fd);
		return 1;
	}
	for (size_t left = strlen(command); left; left -= count, command += count) {
		count = write(fd, command, left);
		if (count <= 0) {
			close(fd);
			return 1;
		}
	}
	shutdown(fd, SHUT_WR);
	while ((count = read(fd, buffer, sizeof(buffer))) > 0) {
		fwrite(buffer, 1, count, stdout);
	}
	close(fd);
	return 0;
}

/* A client's session: the messages that it sends, and what comes of them. */

#include "core.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#define GREETING "Asterisk Call Manager/11.0.0\r\n"
/* Of a line, with what ends it. */
#define LINE_ROOM 1024

/* What has come in of a client's next line. */
struct input {
	char bytes[LINE_ROOM + 1];
	size_t length;
	/* A line of the message that is being read was. */
	bool too_long;
};

static bool is_one_of(const char *name, const char *const *names)
{
	while (*names && strcasecmp(name, *names)) {
		names++;
	}
	return *names;
}

/* What the action returns; it is told to the client if it may not be run. */
static int run(struct mansession *session, const struct message *message, struct action *action)
{
	bool acted = false;
	int result = 0;

	if ((session->may_write & action->classes) || !action->classes) {
		struct ast_module *module = NULL;

		/* That the module has just gone ends the session, in Asterisk too. */
		result = -1;
		pthread_mutex_lock(&action->lock);
		if (action->registered) {
			module = action->module ? module_running_ref(action->module) : NULL;
			acted = module || !action->module;
		}
		pthread_mutex_unlock(&action->lock);
		if (acted) {
			result = action->run(session, message);
			module_unref(module);
		}
	}
	if (!acted) {
		astman_send_error(session, message, "Permission denied");
	}
	return result;
}

/* Whether the session goes on. */
static bool process(struct mansession *session, const struct message *message)
{
	static const char *const of_strangers[] = { "Login", "Logoff", "Challenge", NULL };
	const char *name = manager_header(message, "Action", true);
	struct action *action;
	int result = 0;

	if (!*name) {
		astman_send_error(session, message, "Missing action in request");
		return true;
	}
	if (ast_shutting_down()) {
		LOG(ERROR, "Unable to process manager action '%s'. Asterisk is shutting down.", name);
		astman_send_error(session, message, "Asterisk is shutting down");
		return true;
	}
	if (!session->authenticated && !is_one_of(name, of_strangers)) {
		astman_send_error(session, message, "Permission denied");
		return true;
	}
	action = manager_find_action(name);
	if (action) {
		result = run(session, message, action);
		object_release(action);
	} else {
		char text[512];

		snprintf(text, sizeof(text),
			"Invalid/unknown command: %s. Use Action: ListCommands to show available commands.", name);
		astman_send_error(session, message, text);
	}
	if (result) {
		return false;
	}
	if (!*manager_header(message, "SuppressEvents", false)) {
		manager_send_events(session);
	}
	return true;
}

/* The line without its end, if there is a whole one. */
static bool take_line(struct input *input, char *line)
{
	char *end = memchr(input->bytes, '\n', input->length);
	size_t length;

	if (!end) {
		return false;
	}
	length = end - input->bytes;
	memcpy(line, input->bytes, length);
	line[length] = '\0';
	if (length && line[length - 1] == '\r') {
		line[length - 1] = '\0';
	}
	input->length -= length + 1;
	memmove(input->bytes, end + 1, input->length);
	return true;
}

/* Sends events meanwhile. False at the end of all. */
static bool receive(struct mansession *session, struct input *input)
{
	struct pollfd waiting[] = {
		{ .fd = session->fd, .events = POLLIN },
		{ .fd = session->bell, .events = POLLIN },
	};
	ssize_t count = 0;

	if (input->length == LINE_ROOM) {
		LOG(WARNING, "Discarding message from %s. Line too long: %.25s...", session->address, input->bytes);
		input->bytes[0] = input->bytes[LINE_ROOM - 1];
		input->length = 1;
		input->too_long = true;
	}
	while (!count) {
		if (poll(waiting, COUNT_OF(waiting), -1) < 0) {
			if (errno == EINTR) {
				continue;
			}
			return false;
		}
		if (waiting[1].revents) {
			manager_send_events(session);
		}
		if (waiting[0].revents) {
			count = recv(session->fd, input->bytes + input->length, LINE_ROOM - input->length, 0);
			if (count <= 0) {
				return false;
			}
		}
	}
	input->length += count;
	return true;
}

static void forget(struct message *message)
{
	while (message->hdrcount) {
		free((char *) message->headers[--message->hdrcount]);
	}
}

/* One message and its answer. Whether the session goes on. */
static bool converse(struct mansession *session, struct input *input)
{
	struct message message = { 0 };
	char line[LINE_ROOM + 1];
	bool too_many = false;
	bool goes_on = true;

	for (;;) {
		while (!take_line(input, line)) {
			if (!receive(session, input)) {
				forget(&message);
				return false;
			}
		}
		if (!*line) {
			break;
		}
		if (message.hdrcount == COUNT_OF(message.headers)) {
			too_many = true;
		} else {
			message.headers[message.hdrcount++] = core_strdup(line);
		}
	}
	if (too_many) {
		astman_send_error(session, &message, "Too many lines in message or allocation failure");
	} else if (input->too_long) {
		astman_send_error(session, &message, "Failed to parse message: line too long");
		input->too_long = false;
	} else {
		goes_on = process(session, &message);
	}
	forget(&message);
	return goes_on && !session->broken;
}

void manager_serve(int fd, const struct ast_sockaddr *remote)
{
	struct mansession session = { .fd = fd };
	struct input input = { .length = 0 };

	getnameinfo((const struct sockaddr *) &remote->ss, remote->len, session.address, sizeof(session.address), NULL, 0,
		NI_NUMERICHOST);
	manager_start_events(&session);
	astman_append(&session, "%s", GREETING);
	while (converse(&session, &input)) {
	}
	manager_stop_events(&session);
}

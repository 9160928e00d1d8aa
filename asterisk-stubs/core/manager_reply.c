/* What an action reads of its message, and how it answers. */

#include "core.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *manager_header(const struct message *message, const char *name, bool skip_empty)
{
	size_t length = strlen(name);

	for (unsigned int i = 0; i < message->hdrcount; i++) {
		const char *value = message->headers[i];

		if (strncasecmp(value, name, length) || value[length] != ':') {
			continue;
		}
		value += length + 1;
		while (*value && (unsigned char) *value < 33) {
			value++;
		}
		if (*value || !skip_empty) {
			return value;
		}
	}
	return "";
}

const char *astman_get_header(const struct message *m, char *var)
{
	return manager_header(m, var, false);
}

static void send_text(struct mansession *session, const char *text, size_t length)
{
	if (!session->broken && !server_send(session->fd, text, length)) {
		session->broken = true;
	}
}

void astman_append(struct mansession *s, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;
	int length;

	va_start(args, fmt);
	length = vasprintf(&text, fmt, args);
	va_end(args);
	if (length >= 0) {
		send_text(s, text, length);
		free(text);
	}
}

static void add_action_id(struct text *out, const struct message *message)
{
	const char *id = manager_header(message, "ActionID", false);

	if (*id) {
		text_add_format(out, "ActionID: %s\r\n", id);
	}
}

/* All of it at once: nothing may come between these lines. */
static void respond(struct mansession *session, const struct message *message, const char *response,
	const char *list, const char *text, bool ends)
{
	struct text out = { 0 };

	text_add_format(&out, "Response: %s\r\n", response);
	add_action_id(&out, message);
	if (list) {
		text_add_format(&out, "EventList: %s\r\n", list);
	}
	if (text) {
		text_add_format(&out, "Message: %s\r\n", text);
	}
	if (ends) {
		text_add(&out, "\r\n");
	}
	send_text(session, out.at, out.length);
	text_free(&out);
}

void manager_start_response(struct mansession *session, const struct message *message, const char *response)
{
	respond(session, message, response, NULL, NULL, false);
}

void astman_send_error(struct mansession *s, const struct message *m, char *error)
{
	respond(s, m, "Error", NULL, error, true);
}

void astman_send_ack(struct mansession *s, const struct message *m, char *msg)
{
	respond(s, m, "Success", NULL, msg, true);
}

void astman_send_listack(struct mansession *s, const struct message *m, char *msg, char *listflag)
{
	respond(s, m, "Success", listflag, msg, true);
}

void astman_send_list_complete_start(struct mansession *s, const struct message *m, const char *event_name, int count)
{
	struct text out = { 0 };

	text_add_format(&out, "Event: %s\r\n", event_name);
	add_action_id(&out, m);
	text_add_format(&out, "EventList: Complete\r\nListItems: %d\r\n", count);
	send_text(s, out.at, out.length);
	text_free(&out);
}

void astman_send_list_complete_end(struct mansession *s)
{
	send_text(s, "\r\n", 2);
}

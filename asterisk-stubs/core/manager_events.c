/* Events: each session has a queue of those that wait for it. */

#include "core.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct manager_event {
	int class;
	struct manager_event *next;
	char text[];
};

static struct mansession *sessions;
static pthread_mutex_t sessions_lock = PTHREAD_MUTEX_INITIALIZER;

static void queue_event(struct mansession *session, int class, const struct text *text)
{
	pthread_mutex_lock(&session->lock);
	if ((session->wanted & class) == class) {
		struct manager_event *event = core_alloc(sizeof(*event) + text->length + 1);

		event->class = class;
		memcpy(event->text, text->at, text->length + 1);
		if (session->last_event) {
			session->last_event->next = event;
		} else {
			session->first_event = event;
		}
		session->last_event = event;
		eventfd_write(session->bell, 1);
	}
	pthread_mutex_unlock(&session->lock);
}

int __ast_manager_event_multichan(int category, const char *event, int chancount, struct ast_channel **chans,
	const char *file, int line, const char *func, const char *contents, ...)
{
	struct text text = { 0 };
	char *body = NULL;
	va_list args;
	int result = -1;

	(void) chancount, (void) chans, (void) file, (void) line, (void) func;
	pthread_mutex_lock(&sessions_lock);
	if (!sessions) {
		result = 0;
	} else if (!fault_strikes(FAULT_ALLOC, __func__)) {
		va_start(args, contents);
		result = vasprintf(&body, contents, args) < 0 ? -1 : 0;
		va_end(args);
	}
	if (body) {
		text_add_format(&text, "Event: %s\r\nPrivilege: ", event);
		classes_show(&text, category);
		text_add_format(&text, "\r\n%s\r\n", body);
		free(body);
		for (struct mansession *session = sessions; session; session = session->next) {
			queue_event(session, category, &text);
		}
		text_free(&text);
	}
	pthread_mutex_unlock(&sessions_lock);
	return result;
}

/* Only the session's own thread sends, so that nothing gets into the middle of an answer. */
void manager_send_events(struct mansession *session)
{
	struct manager_event *event;
	eventfd_t rings;
	int wanted;

	pthread_mutex_lock(&session->lock);
	eventfd_read(session->bell, &rings);
	event = session->first_event;
	session->first_event = session->last_event = NULL;
	wanted = session->wanted;
	pthread_mutex_unlock(&session->lock);
	while (event) {
		struct manager_event *next = event->next;

		if ((wanted & event->class) == event->class) {
			astman_append(session, "%s", event->text);
		}
		free(event);
		event = next;
	}
}

void manager_want_events(struct mansession *session, int classes)
{
	pthread_mutex_lock(&session->lock);
	session->wanted = session->may_read & classes;
	pthread_mutex_unlock(&session->lock);
}

void manager_start_events(struct mansession *session)
{
	pthread_mutex_init(&session->lock, NULL);
	session->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_lock(&sessions_lock);
	session->next = sessions;
	sessions = session;
	pthread_mutex_unlock(&sessions_lock);
}

void manager_stop_events(struct mansession *session)
{
	struct mansession **at = &sessions;

	pthread_mutex_lock(&sessions_lock);
	while (*at != session) {
		at = &(*at)->next;
	}
	*at = session->next;
	pthread_mutex_unlock(&sessions_lock);
	while (session->first_event) {
		struct manager_event *event = session->first_event;

		session->first_event = event->next;
		free(event);
	}
	close(session->bell);
	pthread_mutex_destroy(&session->lock);
}

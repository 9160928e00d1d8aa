/* The actions that Asterisk itself has, as far as tests need them. */

#include "core.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#define VALUE_ROOM 1024

static int ping(struct mansession *session, const struct message *message)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	manager_start_response(session, message, "Success");
	astman_append(session, "Ping: Pong\r\nTimestamp: %ld.%06ld\r\n\r\n", (long) now.tv_sec, (long) now.tv_usec);
	return 0;
}

static bool is_accepted(struct mansession *session, const struct message *message)
{
	const char *name = manager_header(message, "Username", false);
	const struct manager_user *user;

	if (!*name) {
		return false;
	}
	user = manager_find_user(name);
	if (!user) {
		LOG(NOTICE, "%s tried to authenticate with nonexistent user '%s'", session->address, name);
	}
	if (!user || !user->secret || strcmp(user->secret, manager_header(message, "Secret", false))) {
		LOG(NOTICE, "%s failed to authenticate as '%s'", session->address, name);
		return false;
	}
	session->may_read = user->may_read;
	session->may_write = user->may_write;
	return true;
}

static int login(struct mansession *session, const struct message *message)
{
	int wanted;

	if (session->authenticated) {
		astman_send_ack(session, message, "Already authenticated");
		return 0;
	}
	if (!is_accepted(session, message)) {
		sleep(1);
		astman_send_error(session, message, "Authentication failed");
		return -1;
	}
	wanted = classes_wanted(manager_header(message, "Events", false));
	manager_want_events(session, wanted < 0 ? session->may_read : wanted);
	session->authenticated = true;
	LOG(VERBOSE, "Manager '%s' logged on from %s", manager_header(message, "Username", false), session->address);
	astman_send_ack(session, message, "Authentication accepted");
	if ((session->wanted & EVENT_FLAG_SYSTEM) && (ast_options.flags & AST_OPT_FLAG_FULLY_BOOTED)) {
		struct text classes = { 0 };

		classes_show(&classes, EVENT_FLAG_SYSTEM);
		astman_append(session, "Event: FullyBooted\r\nPrivilege: %s\r\nUptime: 0\r\nLastReload: 0\r\n"
			"Status: Fully Booted\r\n\r\n", classes.at);
		text_free(&classes);
	}
	return 0;
}

static int logoff(struct mansession *session, const struct message *message)
{
	manager_start_response(session, message, "Goodbye");
	astman_append(session, "Message: Thanks for all the fish.\r\n\r\n");
	return -1;
}

static int events(struct mansession *session, const struct message *message)
{
	int wanted = classes_wanted(manager_header(message, "EventMask", false));

	if (wanted < 0) {
		astman_send_error(session, message, "Invalid event mask");
		return 0;
	}
	manager_want_events(session, wanted);
	manager_start_response(session, message, "Success");
	astman_append(session, "Events: %s\r\n\r\n", wanted ? "On" : "Off");
	return 0;
}

static int command(struct mansession *session, const struct message *message)
{
	const char *line = manager_header(message, "Command", false);
	struct text answer = { 0 };
	char buffer[4096];
	char *rest;
	char *row;
	ssize_t count;
	int fd;

	if (!*line) {
		astman_send_error(session, message, "No command provided");
		return 0;
	}
	fd = memfd_create("command", MFD_CLOEXEC);
	manager_start_response(session, message, cli_run(fd, line) ? "Success" : "Error");
	lseek(fd, 0, SEEK_SET);
	text_add(&answer, "");
	while ((count = read(fd, buffer, sizeof(buffer))) > 0) {
		text_add_bytes(&answer, buffer, count);
	}
	close(fd);
	if (answer.length && answer.at[answer.length - 1] == '\n') {
		answer.at[answer.length - 1] = '\0';
	}
	astman_append(session, "Message: Command output follows\r\n");
	for (rest = answer.at; (row = strsep(&rest, "\n"));) {
		astman_append(session, "Output: %s\r\n", row);
	}
	astman_append(session, "\r\n");
	text_free(&answer);
	return 0;
}


static void list_action(const struct action *action, void *data)
{
	struct mansession *session = data;
	struct text classes = { 0 };

	if ((session->may_write & action->classes) || !action->classes) {
		classes_show(&classes, action->classes);
		astman_append(session, "%s: %s (Priv: %s)\r\n", action->name, action->synopsis, classes.at);
		text_free(&classes);
	}
}

static int list_commands(struct mansession *session, const struct message *message)
{
	manager_start_response(session, message, "Success");
	manager_each_action(list_action, session);
	astman_append(session, "\r\n");
	return 0;
}

/* There are no channels, and no variables of all: only functions have a value. */
static int get_variable(struct mansession *session, const struct message *message)
{
	const char *name = manager_header(message, "Variable", false);
	char value[VALUE_ROOM] = "";

	if (!*name) {
		astman_send_error(session, message, "No variable specified");
		return 0;
	}
	if (!(session->may_write & EVENT_FLAG_SYSTEM) && (strstr(name, "SHELL") || strstr(name, "EVAL"))) {
		astman_send_error(session, message, "GetVar Access Forbidden: Variable");
		return 0;
	}
	if (*manager_header(message, "Channel", false)) {
		astman_send_error(session, message, "No such channel");
		return 0;
	}
	if (name[strlen(name) - 1] == ')') {
		function_read_into(name, value, sizeof(value));
	}
	manager_start_response(session, message, "Success");
	astman_append(session, "Variable: %s\r\nValue: %s\r\n\r\n", name, value);
	return 0;
}

void manager_add_builtin_actions(void)
{
	manager_add_action("Ping", 0, ping, NULL, "Keepalive command.");
	manager_add_action("Events", 0, events, NULL, "Control Event Flow.");
	manager_add_action("Logoff", 0, logoff, NULL, "Logoff Manager.");
	manager_add_action("Login", 0, login, NULL, "Login Manager.");
	manager_add_action("ListCommands", 0, list_commands, NULL, "List available manager commands.");
	manager_add_action("Command", EVENT_FLAG_COMMAND, command, NULL, "Execute Asterisk CLI Command.");
	manager_add_action("Getvar", EVENT_FLAG_CALL | EVENT_FLAG_REPORTING, get_variable, NULL, "Gets a value.");
}

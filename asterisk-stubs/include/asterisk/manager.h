/* AMI: actions, their answers, and events. */
#ifndef STUB_MANAGER_H
#define STUB_MANAGER_H

struct ast_channel;
struct ast_module;

/* The classes: what an event belongs to, and what a user of manager.conf may read or write. */
#define EVENT_FLAG_SYSTEM (1 << 0)
#define EVENT_FLAG_CALL (1 << 1)
#define EVENT_FLAG_LOG (1 << 2)
#define EVENT_FLAG_VERBOSE (1 << 3)
#define EVENT_FLAG_COMMAND (1 << 4)
#define EVENT_FLAG_AGENT (1 << 5)
#define EVENT_FLAG_USER (1 << 6)
#define EVENT_FLAG_CONFIG (1 << 7)
#define EVENT_FLAG_DTMF (1 << 8)
#define EVENT_FLAG_REPORTING (1 << 9)
#define EVENT_FLAG_CDR (1 << 10)
#define EVENT_FLAG_DIALPLAN (1 << 11)
#define EVENT_FLAG_ORIGINATE (1 << 12)
#define EVENT_FLAG_AGI (1 << 13)
#define EVENT_FLAG_HOOKRESPONSE (1 << 14)
#define EVENT_FLAG_CC (1 << 15)
#define EVENT_FLAG_AOC (1 << 16)
#define EVENT_FLAG_TEST (1 << 17)
#define EVENT_FLAG_SECURITY (1 << 18)
#define EVENT_FLAG_MESSAGE (1 << 30)

#define AST_MAX_MANHEADERS 128

struct mansession;

/* What came from a client: lines of name, colon and value. */
struct message {
	unsigned int hdrcount;
	const char *headers[AST_MAX_MANHEADERS];
};

/* Whoever has one of the classes may call it; 0 is everybody. The session ends if the function does not return 0. */
int ast_manager_register2(const char *action, int authority, int (*func)(struct mansession *s, const struct message *m),
	struct ast_module *module, const char *synopsis, const char *description);
int ast_manager_unregister(const char *action);

/* The first value of that name, whatever its case; "" if there is none. */
const char *astman_get_header(const struct message *m, char *var);

/* For the action that runs, in its own thread. */
void astman_append(struct mansession *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void astman_send_error(struct mansession *s, const struct message *m, char *error);
void astman_send_ack(struct mansession *s, const struct message *m, char *msg);
void astman_send_listack(struct mansession *s, const struct message *m, char *msg, char *listflag);
void astman_send_list_complete_start(struct mansession *s, const struct message *m, const char *event_name, int count);
void astman_send_list_complete_end(struct mansession *s);

int __ast_manager_event_multichan(int category, const char *event, int chancount, struct ast_channel **chans,
	const char *file, int line, const char *func, const char *contents, ...) __attribute__((format(printf, 8, 9)));

#endif

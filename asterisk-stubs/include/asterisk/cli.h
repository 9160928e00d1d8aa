#ifndef STUB_CLI_H
#define STUB_CLI_H

#include "asterisk/linkedlists.h"

struct ast_module;

/* What a handler returns, as the pointer that it must return. */
#define RESULT_SUCCESS 0
#define RESULT_SHOWUSAGE 1
#define RESULT_FAILURE 2
#define CLI_SUCCESS (char *) RESULT_SUCCESS
#define CLI_SHOWUSAGE (char *) RESULT_SHOWUSAGE
#define CLI_FAILURE (char *) RESULT_FAILURE

#define AST_MAX_CMD_LEN 16

/* What a handler is called for. */
enum ast_cli_command {
	CLI_INIT = -2,
	CLI_GENERATE = -3,
	CLI_HANDLER = -4,
};

struct ast_cli_args {
	const int fd;
	const int argc;
	const char *const *argv;
	const char *line;
	const char *word;
	const int pos;
	const int n;
};

/* command and usage are set by the handler when it is called with CLI_INIT. */
struct ast_cli_entry {
	const char *const cmda[AST_MAX_CMD_LEN];
	const char *const summary;
	const char *usage;
	int inuse;
	struct ast_module *module;
	char *_full_cmd;
	int cmdlen;
	int args;
	char *command;
	char *(*handler)(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a);
	AST_LIST_ENTRY(ast_cli_entry) list;
};

void ast_cli(int fd, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

int __ast_cli_register_multiple(struct ast_cli_entry *e, int len, struct ast_module *mod);
int ast_cli_unregister_multiple(struct ast_cli_entry *e, int len);

/*
 * One more completion of the word that a handler is asked for with CLI_GENERATE: another way than to return them one by
 * one. The text is the host's from now on, whatever comes of it.
 */
int ast_cli_completion_add(char *value);

/* Runs a command, whoever may: uid and gid are -1. What it says goes to the descriptor. */
int ast_cli_command_full(int uid, int gid, int fd, const char *s);

#endif

/* Requests that are sent, and what they are answered with. */
#ifndef RES_PJSIP_NOTIFY_H
#define RES_PJSIP_NOTIFY_H

#include "asterisk/cli.h"

#include "base/worker.h"

/* Answers come in these threads. */
void notify_by(struct worker *servants);

/* The command that sets the answer. */
char *notify_answer(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args);

#endif

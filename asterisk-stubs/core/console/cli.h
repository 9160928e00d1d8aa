/* Commands. */
#ifndef CONSOLE_CLI_H
#define CONSOLE_CLI_H

#include <stddef.h>

#include "asterisk/cli.h"

void cli_register(struct ast_cli_entry *entries, size_t count);
void cli_unregister(struct ast_cli_entry *entries, size_t count);
void cli_run(int fd, const char *line);
void cli_free(void);

#endif

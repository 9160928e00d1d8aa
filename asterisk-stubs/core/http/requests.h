/* The HTTP server. */
#ifndef HTTP_REQUESTS_H
#define HTTP_REQUESTS_H

#include "asterisk/cli.h"

void http_start(void);
void http_stop(void);

extern struct ast_cli_entry http_commands[1];

#endif

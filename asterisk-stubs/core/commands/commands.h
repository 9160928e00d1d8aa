/* The core's own commands. */
#ifndef COMMANDS_COMMANDS_H
#define COMMANDS_COMMANDS_H

#include "asterisk/cli.h"

void commands_register(void);

extern struct ast_cli_entry config_commands[1];
extern struct ast_cli_entry fault_commands[5];
extern struct ast_cli_entry ledger_commands[2];
extern struct ast_cli_entry log_commands[2];
extern struct ast_cli_entry module_commands[5];
extern struct ast_cli_entry object_commands[2];

#endif

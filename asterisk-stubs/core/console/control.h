/* The socket that commands come by. */
#ifndef CONSOLE_CONTROL_H
#define CONSOLE_CONTROL_H

void control_start(void);
void control_stop(void);
/* Sends one command to the instance and prints its answer; the process's exit status. */
int control_send(const char *command);

#endif

/* Whether the process has booted, and whether it is to end. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

void process_start(void);
void process_end(void);
void process_set_booted(void);
void process_wait_booted(void);
/* Ends the process: at once, or after everything was given back. */
void process_stop_now(void);
void process_stop_gracefully(void);
/* Until it is asked to end; from then on it is shutting down. */
void process_wait_stop(void);

#endif

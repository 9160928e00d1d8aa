/* Being told to fail. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>

enum fault {
	FAULT_ALLOC,
	FAULT_ADD_EXTENSION,
	FAULT_REGISTER,
	FAULT_SIP,
	FAULTS,
};

/* Whether this call of the module's, named for the log, is the one that was to fail. */
bool fault_strikes(enum fault fault, const char *call);

/* The at-th call from now on is to fail; 0 is none. */
void fault_arm(enum fault fault, long at);
/* How many calls there were since then, and whether one was failed. */
long fault_calls(enum fault fault, bool *failed);
const char *fault_name(enum fault fault);

#endif

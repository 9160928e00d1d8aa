/* Ending modules. */
#ifndef MODULES_UNLOAD_H
#define MODULES_UNLOAD_H

enum force {
	FORCE_NOT,
	FORCE_FIRM,
	FORCE_HARD,
};

/* 0, or -1 with the reason in the log. */
int module_unload(const char *name, enum force force);
/* Asks each module to unload, the last one first; none is unmapped. */
void modules_unload(void);

#endif

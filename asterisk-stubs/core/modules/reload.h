/* Reloading modules. */
#ifndef MODULES_RELOAD_H
#define MODULES_RELOAD_H

/* Does the reloads that were asked for until now. */
void modules_booted(void);

#endif

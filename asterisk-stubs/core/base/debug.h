#ifndef BASE_DEBUG_H
#define BASE_DEBUG_H

/* The level that the module had before. */
unsigned int debug_set(const char *module, unsigned int level);
void debug_free(void);

#endif

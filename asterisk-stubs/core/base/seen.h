/* What files looked like when somebody read them last. */
#ifndef BASE_SEEN_H
#define BASE_SEEN_H

#include <stdbool.h>
#include <sys/stat.h>

/* Remembers how the file is now, and forgets what it included. */
void seen_now(const char *name, const char *who_asked, const struct stat *now);
/* The file that was seen last includes what is called so; a pattern counts as changed whenever somebody asks. */
void seen_include(const char *name, const char *who_asked, const char *path, bool is_pattern);
/* Whether the file, and all that it includes, is as it was when the same asked last. */
bool seen_unchanged(const char *name, const char *who_asked);
void seen_forget(void);

#endif

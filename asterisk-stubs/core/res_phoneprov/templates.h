/* Files under DATADIR/phoneprov. */
#ifndef RES_PHONEPROV_TEMPLATES_H
#define RES_PHONEPROV_TEMPLATES_H

#include <stddef.h>

/* To be freed, or NULL. */
char *phoneprov_read_template(const char *name, size_t *length);

#endif

/* Who tells which phones there are, and the profiles that they name. */
#ifndef RES_PHONEPROV_PROVIDERS_H
#define RES_PHONEPROV_PROVIDERS_H

#include <stdbool.h>

void providers_create(void);
void providers_destroy(void);
bool providers_are_there(void);
/* Reads the profiles anew; -1 if there is none. */
int providers_read_profiles(void);
/* Has each add its phones. */
void providers_load_users(void);

#endif

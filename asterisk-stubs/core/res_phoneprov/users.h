/* Phones with their lines, and the routes to their files. */
#ifndef RES_PHONEPROV_USERS_H
#define RES_PHONEPROV_USERS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "asterisk/chanvars.h"
#include "asterisk/phoneprov.h"

#include "res_phoneprov/profiles.h"

struct line {
	int index;
	struct varshead *vars;
	struct line *next;
	struct line *next_made;
};

struct user {
	char *mac;
	char *provider;
	struct profile *profile;
	struct line *lines;
	/* Every line that was ever added: one that the list of lines has lost is freed all the same. */
	struct line *made;
	atomic_int readers;
	atomic_bool loses;
};

/* Holds neither file nor user nor profile. */
struct route {
	char *uri;
	struct phoneprov_file *file;
	/* NULL for a static file. */
	struct user *user;
	struct profile *profile;
};

const char *phoneprov_variable(enum ast_phoneprov_std_variables variable);

void users_create(void);
void users_destroy(void);
/* Adds a line, and if there is none yet, a phone with it; 0, or -1 with the reason in the log. */
int users_add(const char *provider, struct profile *profile, const char *mac, const char *name,
	const struct varshead *vars);
void users_remove(bool (*doomed)(const void *user, const void *data), const void *data);
/* Held for the caller; NULL if there is none. */
struct user *users_find(const char *mac);
/*
 * Around reading a phone's lines, and around taking something out of them, by somebody who is so many of their readers.
 * Nobody is kept waiting: with the trap laid, the process ends where the two meet. Asterisk has a use after free there,
 * of which it may die or not.
 */
void user_begin_reading(struct user *user);
void user_end_reading(struct user *user);
void user_begin_losing(struct user *user, int readers);
void user_end_losing(struct user *user);
/* Calls back for every phone. One for which it returns false is never given back, as in Asterisk. */
void users_each(bool (*call)(struct user *user, void *data), void *data);

void routes_add_static(struct phoneprov_file *file, struct profile *profile);
void routes_remove_all(void);
/* Held for the caller; NULL if there is none. */
struct route *routes_find(const char *uri);
void routes_each(void (*call)(const struct route *route, void *data), void *data);

#endif

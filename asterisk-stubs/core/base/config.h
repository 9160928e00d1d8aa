/* Reading configuration files. */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stdbool.h>

#include "asterisk/config.h"

struct category {
	char *name;
	bool template;
	struct ast_variable *first;
	struct ast_variable *last;
	struct category *next;
};

struct ast_config {
	struct category *first;
	struct category *last;
	/* The one that an included file's options go to. */
	struct category *current;
	/* How deep in includes; after a file that was broken off, one more for good, as in Asterisk. */
	int level;
};

/* Where files are whose names do not begin with a slash. */
void config_look_in(const char *directory);
/* As ast_config_load2, for the core itself. */
struct ast_config *config_read(const char *filename, const char *who_asked, bool unchanged_is_enough);
void config_free(struct ast_config *config);
void category_free(struct category *category);
/* The first section of that name which is no template, or NULL. */
struct category *config_category(const struct ast_config *config, const char *name);
const char *config_value(const struct ast_config *config, const char *category, const char *name);
bool is_true(const char *value);

#endif

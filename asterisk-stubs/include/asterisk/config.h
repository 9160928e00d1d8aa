/* Configuration files, and name/value pairs as they and sorcery pass them. */
#ifndef STUB_CONFIG_H
#define STUB_CONFIG_H

#include "asterisk/utils.h"

struct ast_config;
struct ast_comment;

enum {
	CONFIG_FLAG_WITHCOMMENTS = (1 << 0),
	CONFIG_FLAG_FILEUNCHANGED = (1 << 1),
	CONFIG_FLAG_NOCACHE = (1 << 2),
	CONFIG_FLAG_NOREALTIME = (1 << 3),
};

/* What ast_config_load2 may return instead of a configuration. */
#define CONFIG_STATUS_FILEMISSING (void *) 0
#define CONFIG_STATUS_FILEUNCHANGED (void *) -1
#define CONFIG_STATUS_FILEINVALID (void *) -2

struct ast_variable {
	const char *name;
	const char *value;
	struct ast_variable *next;
	const char *file;
	int lineno;
	int object;
	int blanklines;
	int inherited;
	struct ast_comment *precomments;
	struct ast_comment *sameline;
	struct ast_comment *trailing;
	/* The three strings. */
	char stuff[0];
};

struct ast_variable *_ast_variable_new(const char *name, const char *value, const char *filename, const char *file,
	const char *function, int lineno);
void ast_variables_destroy(struct ast_variable *var);

struct ast_config *ast_config_load2(const char *filename, const char *who_asked, struct ast_flags flags);
void ast_config_destroy(struct ast_config *cfg);
char *ast_category_browse(struct ast_config *config, const char *prev_name);
struct ast_variable *ast_variable_browse(const struct ast_config *config, const char *category_name);
const char *ast_variable_retrieve(struct ast_config *config, const char *category, const char *variable);

#endif

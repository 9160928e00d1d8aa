/* Configuration files, and name/value pairs as they and sorcery pass them. */
#ifndef STUB_CONFIG_H
#define STUB_CONFIG_H

#include <stdarg.h>

#include "asterisk/utils.h"

struct ast_category;
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
struct ast_category *ast_category_browse_filtered(struct ast_config *config, const char *category_name,
	struct ast_category *prev, const char *filter);
struct ast_variable *ast_category_first(struct ast_category *cat);
const char *ast_variable_retrieve(struct ast_config *config, const char *category, const char *variable);

/* Realtime: NULL where the first comparison fits no row, and where there was no answer. */
typedef struct ast_config *config_load_func(const char *database, const char *table, const char *configfile,
	struct ast_config *config, struct ast_flags flags, const char *suggested_include_file, const char *who_asked);
typedef struct ast_variable *realtime_var_get(const char *database, const char *table,
	const struct ast_variable *fields);
typedef struct ast_config *realtime_multi_get(const char *database, const char *table,
	const struct ast_variable *fields);
typedef int realtime_update(const char *database, const char *table, const char *keyfield, const char *entity,
	const struct ast_variable *fields);
typedef int realtime_update2(const char *database, const char *table, const struct ast_variable *lookup_fields,
	const struct ast_variable *update_fields);
typedef int realtime_store(const char *database, const char *table, const struct ast_variable *fields);
typedef int realtime_destroy(const char *database, const char *table, const char *keyfield, const char *entity,
	const struct ast_variable *fields);
typedef int realtime_require(const char *database, const char *table, va_list ap);
typedef int realtime_unload(const char *database, const char *table);

struct ast_config_engine {
	char *name;
	config_load_func *load_func;
	realtime_var_get *realtime_func;
	realtime_multi_get *realtime_multi_func;
	realtime_update *update_func;
	realtime_update2 *update2_func;
	realtime_store *store_func;
	realtime_destroy *destroy_func;
	realtime_require *require_func;
	realtime_unload *unload_func;
	struct ast_config_engine *next;
};

int ast_config_engine_register(struct ast_config_engine *newconfig);
int ast_config_engine_deregister(struct ast_config_engine *del);
int ast_check_realtime(const char *family);
struct ast_config *ast_load_realtime_multientry(const char *family, ...) __attribute__((sentinel));

#endif

/* Name/value pairs as res_phoneprov takes them. */
#ifndef STUB_CHANVARS_H
#define STUB_CHANVARS_H

#include "asterisk/linkedlists.h"

/* One allocation: name, its terminator, value, its terminator; value points into it. */
struct ast_var_t {
	AST_LIST_ENTRY(ast_var_t) entries;
	char *value;
	char name[0];
};

AST_LIST_HEAD_NOLOCK(varshead, ast_var_t);

struct varshead *ast_var_list_create(void);
void ast_var_list_destroy(struct varshead *head);

struct ast_var_t *_ast_var_assign(const char *name, const char *value, const char *file, int lineno,
	const char *function);
void ast_var_delete(struct ast_var_t *var);
char *ast_var_find(const struct varshead *head, const char *name);

#endif

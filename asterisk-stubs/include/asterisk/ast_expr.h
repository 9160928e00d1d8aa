/* Expressions. */
#ifndef STUB_AST_EXPR_H
#define STUB_AST_EXPR_H

#include <sys/types.h>

struct ast_channel;
struct ast_str;

/* How long the result is. */
int ast_str_expr(struct ast_str **str, ssize_t maxlen, struct ast_channel *chan, char *expr);

#endif

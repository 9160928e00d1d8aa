/* Name/value pairs as res_phoneprov takes them. */

#include "base/chanvars.h"

#include <string.h>

#include "base/fault.h"
#include "base/memory.h"

static struct varshead *list_create(enum side side)
{
	return block_alloc(sizeof(struct varshead), LEDGER_VAR_LIST, side);
}

static struct ast_var_t *var_create(const char *name, const char *value, enum side side)
{
	size_t name_size = strlen(name) + 1;
	size_t value_size = strlen(value) + 1;
	struct ast_var_t *var = block_alloc(sizeof(*var) + name_size + value_size, LEDGER_VAR, side);

	memcpy(var->name, name, name_size);
	var->value = var->name + name_size;
	memcpy(var->value, value, value_size);
	return var;
}

static void append(struct varshead *vars, struct ast_var_t *var)
{
	if (vars->last) {
		vars->last->entries.next = var;
	} else {
		vars->first = var;
	}
	vars->last = var;
}

struct varshead *vars_create(void)
{
	return list_create(SIDE_CORE);
}

struct varshead *vars_clone(const struct varshead *vars)
{
	struct varshead *copy = vars_create();

	for (const struct ast_var_t *var = vars->first; var; var = var->entries.next) {
		vars_add(copy, var->name, var->value);
	}
	return copy;
}

void vars_destroy(struct varshead *vars)
{
	struct ast_var_t *var;

	if (!vars) {
		return;
	}
	while ((var = vars->first)) {
		vars->first = var->entries.next;
		block_free(var);
	}
	block_free(vars);
}

void vars_add(struct varshead *vars, const char *name, const char *value)
{
	append(vars, var_create(name, value, SIDE_CORE));
}

void vars_remove(struct varshead *vars, const char *name)
{
	struct ast_var_t **at = &vars->first;

	vars->last = NULL;
	while (*at) {
		struct ast_var_t *var = *at;

		if (strcmp(var->name, name)) {
			vars->last = var;
			at = &var->entries.next;
		} else {
			*at = var->entries.next;
			block_free(var);
		}
	}
}

const char *vars_find(const struct varshead *vars, const char *name)
{
	for (const struct ast_var_t *var = vars->first; var; var = var->entries.next) {
		if (!strcmp(var->name, name)) {
			return var->value;
		}
	}
	return NULL;
}

struct varshead *ast_var_list_create(void)
{
	return fault_strikes(FAULT_ALLOC, __func__) ? NULL : list_create(SIDE_MODULE);
}

void ast_var_list_destroy(struct varshead *head)
{
	vars_destroy(head);
}

struct ast_var_t *_ast_var_assign(const char *name, const char *value, const char *file, int lineno,
	const char *function)
{
	(void) file, (void) lineno, (void) function;
	return fault_strikes(FAULT_ALLOC, __func__) ? NULL : var_create(name, value, SIDE_MODULE);
}

void ast_var_delete(struct ast_var_t *var)
{
	block_free(var);
}

char *ast_var_find(const struct varshead *head, const char *name)
{
	return (char *) vars_find(head, name);
}

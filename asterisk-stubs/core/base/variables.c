/* Lists of struct ast_variable. */

#include "base/variables.h"

#include <string.h>
#include <strings.h>

#include "base/fault.h"
#include "base/memory.h"

struct ast_variable *variable_new(const char *name, const char *value, const char *file, enum side side)
{
	size_t name_size = strlen(name) + 1;
	size_t value_size = strlen(value) + 1;
	size_t file_size = strlen(file) + 1;
	struct ast_variable *variable = block_alloc(sizeof(*variable) + file_size + name_size + value_size,
		LEDGER_VARIABLE, side);
	char *at = variable->stuff;

	variable->file = memcpy(at, file, file_size);
	at += file_size;
	variable->name = memcpy(at, name, name_size);
	at += name_size;
	variable->value = memcpy(at, value, value_size);
	return variable;
}

void variables_destroy(struct ast_variable *list)
{
	while (list) {
		struct ast_variable *next = list->next;

		block_free(list);
		list = next;
	}
}

const char *variables_find(const struct ast_variable *list, const char *name)
{
	for (; list; list = list->next) {
		if (!strcasecmp(list->name, name)) {
			return list->value;
		}
	}
	return NULL;
}

struct ast_variable *_ast_variable_new(const char *name, const char *value, const char *filename, const char *file,
	const char *function, int lineno)
{
	(void) file, (void) function, (void) lineno;
	return fault_strikes(FAULT_ALLOC, __func__) ? NULL : variable_new(name, value, filename, SIDE_MODULE);
}

void ast_variables_destroy(struct ast_variable *var)
{
	variables_destroy(var);
}

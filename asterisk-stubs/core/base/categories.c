/* What a configuration has: sections and their variables. */

#include "base/categories.h"

#include <stdlib.h>
#include <strings.h>

#include "base/macros.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/variables.h"

struct category *find_category(const struct ast_config *config, const char *name, bool or_template)
{
	for (struct category *category = config->first; category; category = category->next) {
		if ((or_template || !category->template) && (is_empty(name) || !strcasecmp(category->name, name))) {
			return category;
		}
	}
	return NULL;
}

void append_variable(struct category *category, struct ast_variable *variable)
{
	if (category->last) {
		category->last->next = variable;
	} else {
		category->first = variable;
	}
	category->last = variable;
}

void append_category(struct ast_config *config, struct category *category)
{
	if (config->last) {
		config->last->next = category;
	} else {
		config->first = category;
	}
	config->last = category;
	config->current = category;
}

void category_free(struct category *category)
{
	variables_destroy(category->first);
	free(category->name);
	free(category);
}

void config_free(struct ast_config *config)
{
	struct category *category;

	if (!config) {
		return;
	}
	while ((category = config->first)) {
		config->first = category->next;
		category_free(category);
	}
	block_free(config);
}

struct category *config_category(const struct ast_config *config, const char *name)
{
	return find_category(config, name, false);
}

const char *config_value(const struct ast_config *config, const char *category, const char *name)
{
	const struct category *found = config_category(config, category);

	return found ? variables_find(found->first, name) : NULL;
}

bool is_true(const char *value)
{
	static const char *const words[] = { "yes", "true", "y", "t", "1", "on" };

	for (size_t i = 0; value && i < COUNT_OF(words); i++) {
		if (!strcasecmp(value, words[i])) {
			return true;
		}
	}
	return false;
}

void ast_config_destroy(struct ast_config *cfg)
{
	config_free(cfg);
}

/* The section after the one whose very name was returned before. */
char *ast_category_browse(struct ast_config *config, const char *prev_name)
{
	struct category *category = config->first;

	if (prev_name) {
		while (category && category->name != prev_name) {
			category = category->next;
		}
		category = category ? category->next : NULL;
	}
	while (category && category->template) {
		category = category->next;
	}
	return category ? category->name : NULL;
}

struct ast_variable *ast_variable_browse(const struct ast_config *config, const char *category_name)
{
	struct category *category;

	for (category = config->first; category; category = category->next) {
		if (category->name == category_name) {
			return category->first;
		}
	}
	category = config_category(config, category_name);
	return category ? category->first : NULL;
}

const char *ast_variable_retrieve(struct ast_config *config, const char *category, const char *variable)
{
	return variables_find(ast_variable_browse(config, category), variable);
}

/* As in Asterisk, a row may have the name of another: sections are walked by themselves. */
struct ast_category *ast_category_browse_filtered(struct ast_config *config, const char *category_name,
	struct ast_category *prev, const char *filter)
{
	struct category *category = prev ? ((struct category *) prev)->next : config->first;

	(void) category_name, (void) filter;
	while (category && category->template) {
		category = category->next;
	}
	return (struct ast_category *) category;
}

struct ast_variable *ast_category_first(struct ast_category *cat)
{
	return ((struct category *) cat)->first;
}

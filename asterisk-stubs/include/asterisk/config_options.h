#ifndef STUB_CONFIG_OPTIONS_H
#define STUB_CONFIG_OPTIONS_H

struct aco_option;
struct ast_variable;

typedef void *(*aco_type_item_alloc)(const char *category);

enum aco_option_type {
	OPT_ACL_T,
	OPT_BOOL_T,
	OPT_BOOLFLAG_T,
	OPT_CHAR_ARRAY_T,
	OPT_CODEC_T,
	OPT_CUSTOM_T,
	OPT_DOUBLE_T,
	OPT_INT_T,
	/* Accepted and dropped. */
	OPT_NOOP_T,
	OPT_SOCKADDR_T,
	OPT_STRINGFIELD_T,
	OPT_UINT_T,
	OPT_YESNO_T,
	OPT_TIMELEN_T,
};

typedef int (*aco_option_handler)(const struct aco_option *opt, struct ast_variable *var, void *obj);

#endif

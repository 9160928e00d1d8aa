/* Dialplan functions. */
#ifndef STUB_PBX_H
#define STUB_PBX_H

#include <stddef.h>
#include <sys/types.h>

#include "asterisk/linkedlists.h"

struct ast_channel;
struct ast_module;
struct ast_str;
struct ast_string_field_pool;

/* Each gets its name and what stood between the parentheses; not 0 is failure. */
typedef int (*ast_acf_read_fn_t)(struct ast_channel *chan, const char *function, char *parms, char *buf, size_t len);
typedef int (*ast_acf_read2_fn_t)(struct ast_channel *chan, const char *function, char *parms, struct ast_str **str,
	ssize_t len);
typedef int (*ast_acf_write_fn_t)(struct ast_channel *chan, const char *function, char *parms, const char *value);

/* Whether documentation is asked for elsewhere, which is so where neither synopsis nor desc is given. */
enum ast_doc_src {
	AST_XML_DOC,
	AST_STATIC_DOC,
};

/* Linked into the host's list as it is: it must outlive its registration. */
struct ast_custom_function {
	const char *name;
	struct ast_string_field_pool *__field_mgr_pool;
	const char *synopsis;
	const char *desc;
	const char *syntax;
	const char *arguments;
	const char *seealso;
	/* Of the five. */
	struct {
		const char *last_alloc;
		struct ast_string_field_pool *embedded_pool;
		struct {
			const char ***elems;
			size_t max;
			size_t current;
		} string_fields;
	} __field_mgr;
	enum ast_doc_src docsrc;
	ast_acf_read_fn_t read;
	ast_acf_read2_fn_t read2;
	/* The room that read has in a template; 0 is 4096 bytes. */
	size_t read_max;
	ast_acf_write_fn_t write;
	struct ast_module *mod;
	unsigned int read_escalates:1;
	unsigned int write_escalates:1;
	AST_LIST_ENTRY(ast_custom_function) acflist;
	const char *since;
	const char *provided_by;
};

/* What gives a caller more rights than he has: threads that serve clients may not do it. */
enum ast_custom_function_escalation {
	AST_CFE_NONE,
	AST_CFE_READ,
	AST_CFE_WRITE,
	AST_CFE_BOTH,
};

int __ast_custom_function_register(struct ast_custom_function *acf, struct ast_module *mod);
int __ast_custom_function_register_escalating(struct ast_custom_function *acf,
	enum ast_custom_function_escalation escalation, struct ast_module *mod);
int ast_custom_function_unregister(struct ast_custom_function *acf);
/* Nobody keeps it from being unregistered. */
struct ast_custom_function *ast_custom_function_find(const char *name);

int ast_func_read(struct ast_channel *chan, const char *function, char *workspace, size_t len);
int ast_func_read2(struct ast_channel *chan, const char *function, struct ast_str **str, ssize_t maxlen);

/* Of the calling thread; the second gives what it was before. */
int ast_thread_inhibit_escalations(void);
int ast_thread_inhibit_escalations_swap(int inhibit);

struct varshead;

/* The value, which lies in the string, or NULL. */
const char *ast_str_retrieve_variable(struct ast_str **buf, ssize_t maxlen, struct ast_channel *chan, struct varshead *headp,
	const char *var);
void ast_str_substitute_variables_varshead(struct ast_str **buf, ssize_t maxlen, struct varshead *headp, const char *templ);
/* Writes no more than count bytes and a zero. */
void pbx_substitute_variables_varshead(struct varshead *headp, const char *cp1, char *cp2, int count);

/* NULL if there is no such variable, in the list or anywhere; else the text that buf holds then. */
const char *ast_str_retrieve_variable(struct ast_str **buf, ssize_t maxlen, struct ast_channel *chan,
	struct varshead *headp, const char *var);

#endif

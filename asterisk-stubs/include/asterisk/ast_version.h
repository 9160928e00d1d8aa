#ifndef STUB_AST_VERSION_H
#define STUB_AST_VERSION_H

/* Of the running Asterisk, as text ("22.0.0") and as digits ("220000"). */
const char *ast_get_version(void);

#endif

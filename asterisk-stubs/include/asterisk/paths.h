/* Where Asterisk keeps its files. */
#ifndef STUB_PATHS_H
#define STUB_PATHS_H

extern const char *ast_config_AST_CONFIG_DIR;
extern const char *ast_config_AST_DATA_DIR;
extern const char *ast_config_AST_SPOOL_DIR;
extern const char *ast_config_AST_SYSTEM_NAME;

#endif

/* The provider's side of res_phoneprov. */
#ifndef STUB_PHONEPROV_H
#define STUB_PHONEPROV_H

#include "asterisk/chanvars.h"

enum ast_phoneprov_std_variables {
	AST_PHONEPROV_STD_MAC = 0,
	AST_PHONEPROV_STD_PROFILE,
	AST_PHONEPROV_STD_USERNAME,
	AST_PHONEPROV_STD_DISPLAY_NAME,
	AST_PHONEPROV_STD_SECRET,
	AST_PHONEPROV_STD_LABEL,
	AST_PHONEPROV_STD_CALLERID,
	AST_PHONEPROV_STD_TIMEZONE,
	AST_PHONEPROV_STD_LINENUMBER,
	AST_PHONEPROV_STD_LINEKEYS,
	AST_PHONEPROV_STD_SERVER,
	AST_PHONEPROV_STD_SERVER_PORT,
	AST_PHONEPROV_STD_SERVER_IFACE,
	AST_PHONEPROV_STD_VOICEMAIL_EXTEN,
	AST_PHONEPROV_STD_EXTENSION_LENGTH,
	AST_PHONEPROV_STD_TZOFFSET,
	AST_PHONEPROV_STD_DST_ENABLE,
	AST_PHONEPROV_STD_DST_START_MONTH,
	AST_PHONEPROV_STD_DST_START_MDAY,
	AST_PHONEPROV_STD_DST_START_HOUR,
	AST_PHONEPROV_STD_DST_END_MONTH,
	AST_PHONEPROV_STD_DST_END_MDAY,
	AST_PHONEPROV_STD_DST_END_HOUR,
	AST_PHONEPROV_STD_VAR_LIST_LENGTH,
};

const char *ast_phoneprov_std_variable_lookup(enum ast_phoneprov_std_variables var);

typedef int (*ast_phoneprov_load_users_cb)(void);

int ast_phoneprov_provider_register(char *provider_name, ast_phoneprov_load_users_cb load_users);
void ast_phoneprov_provider_unregister(char *provider_name);
int ast_phoneprov_add_extension(char *provider_name, struct varshead *vars);
void ast_phoneprov_delete_extension(char *provider_name, char *macaddress);
void ast_phoneprov_delete_extensions(char *provider_name);

#endif

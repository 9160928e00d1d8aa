/*
 * Prints the size of every struct, the place of every field and the value of every constant that the module takes from
 * Asterisk's headers, one a line. Compiled once against asterisk-stubs/include and once against a real Asterisk's
 * headers, it must print the same.
 *
 * A type's size is left out where the stub declares only its first fields.
 */
#define AST_MODULE "layout"
#define AST_MODULE_SELF_SYM layout_self

#include "asterisk.h"

#include <pjsip.h>

#include <stddef.h>
#include <stdio.h>

#include "asterisk/app.h"
#include "asterisk/ast_expr.h"
#include "asterisk/ast_version.h"
#include "asterisk/astobj2.h"
#include "asterisk/buildopts.h"
#include "asterisk/callerid.h"
#include "asterisk/channel.h"
#include "asterisk/chanvars.h"
#include "asterisk/cli.h"
#include "asterisk/config.h"
#include "asterisk/config_options.h"
#include "asterisk/http.h"
#include "asterisk/localtime.h"
#include "asterisk/logger.h"
#include "asterisk/manager.h"
#include "asterisk/module.h"
#include "asterisk/options.h"
#include "asterisk/phoneprov.h"
#include "asterisk/paths.h"
#include "asterisk/pbx.h"
#include "asterisk/res_pjsip.h"
#include "asterisk/security_events.h"
#include "asterisk/sorcery.h"
#include "asterisk/strings.h"
#include "asterisk/utils.h"


#define SIZE(type) printf("sizeof(%s) = %zu\n", #type, sizeof(type))
#define FIELD(type, field) \
	printf("%s.%s at %zu, %zu bytes\n", #type, #field, offsetof(type, field), sizeof(((type *) 0)->field))
#define VALUE(constant) printf("%s = %ld\n", #constant, (long) (constant))
#define TEXT(constant) printf("%s = %s\n", #constant, constant)

/* Does not compile where the function has another type. */
#define FUNCTION(type, name) \
	do { \
		_Static_assert(__builtin_types_compatible_p(__typeof__(name), type), #name); \
		puts(#name); \
	} while (0)

static void module(void)
{
	SIZE(struct ast_module_info);
	FIELD(struct ast_module_info, self);
	FIELD(struct ast_module_info, load);
	FIELD(struct ast_module_info, reload);
	FIELD(struct ast_module_info, unload);
	FIELD(struct ast_module_info, name);
	FIELD(struct ast_module_info, description);
	FIELD(struct ast_module_info, key);
	FIELD(struct ast_module_info, flags);
	FIELD(struct ast_module_info, buildopt_sum);
	FIELD(struct ast_module_info, load_pri);
	FIELD(struct ast_module_info, requires);
	FIELD(struct ast_module_info, optional_modules);
	FIELD(struct ast_module_info, enhances);
	FIELD(struct ast_module_info, reserved1);
	FIELD(struct ast_module_info, reserved2);
	FIELD(struct ast_module_info, reserved3);
	FIELD(struct ast_module_info, reserved4);
	FIELD(struct ast_module_info, support_level);
	VALUE(AST_MODULE_LOAD_SUCCESS);
	VALUE(AST_MODULE_LOAD_DECLINE);
	VALUE(AST_MODULE_LOAD_SKIP);
	VALUE(AST_MODULE_LOAD_PRIORITY);
	VALUE(AST_MODULE_LOAD_FAILURE);
	VALUE(AST_MODULE_RELOAD_SUCCESS);
	VALUE(AST_MODULE_RELOAD_QUEUED);
	VALUE(AST_MODULE_RELOAD_NOT_FOUND);
	VALUE(AST_MODULE_RELOAD_ERROR);
	VALUE(AST_MODULE_RELOAD_IN_PROGRESS);
	VALUE(AST_MODULE_RELOAD_UNINITIALIZED);
	VALUE(AST_MODULE_RELOAD_NOT_IMPLEMENTED);
	VALUE(AST_MODULE_SUPPORT_UNKNOWN);
	VALUE(AST_MODULE_SUPPORT_CORE);
	VALUE(AST_MODULE_SUPPORT_EXTENDED);
	VALUE(AST_MODULE_SUPPORT_DEPRECATED);
	VALUE(AST_MODFLAG_DEFAULT);
	VALUE(AST_MODFLAG_GLOBAL_SYMBOLS);
	VALUE(AST_MODFLAG_LOAD_ORDER);
	VALUE(AST_MODPRI_REALTIME_DEPEND);
	VALUE(AST_MODPRI_REALTIME_DEPEND2);
	VALUE(AST_MODPRI_REALTIME_DRIVER);
	VALUE(AST_MODPRI_CORE);
	VALUE(AST_MODPRI_TIMING);
	VALUE(AST_MODPRI_CHANNEL_DEPEND);
	VALUE(AST_MODPRI_CHANNEL_DRIVER);
	VALUE(AST_MODPRI_APP_DEPEND);
	VALUE(AST_MODPRI_DEVSTATE_PROVIDER);
	VALUE(AST_MODPRI_DEVSTATE_PLUGIN);
	VALUE(AST_MODPRI_CDR_DRIVER);
	VALUE(AST_MODPRI_DEFAULT);
	VALUE(AST_MODPRI_DEVSTATE_CONSUMER);
	TEXT(ASTERISK_GPL_KEY);
	TEXT(AST_BUILDOPT_SUM);
	FUNCTION(void(const struct ast_module_info *), ast_module_register);
	FUNCTION(void(const struct ast_module_info *), ast_module_unregister);
	VALUE(AST_FORCE_FIRM);
	FUNCTION(enum ast_module_load_result(const char *), ast_load_resource);
	FUNCTION(int(const char *, enum ast_module_unload_mode), ast_unload_resource);
	FUNCTION(enum ast_module_reload_result(const char *), ast_module_reload);
	FUNCTION(int(int (*)(const char *, const char *, int, const char *, const char *, enum ast_module_support_level,
		void *), const char *, void *), ast_update_module_list_data);
	FUNCTION(struct ast_module *(struct ast_module *, const char *, int, const char *), __ast_module_ref);
	FUNCTION(void(struct ast_module *, const char *, int, const char *), __ast_module_unref);
	FUNCTION(const char *(void), ast_get_version);
}

static void logging(void)
{
	SIZE(struct ast_flags);
	SIZE(struct ast_flags64);
	FIELD(struct ast_flags, flags);
	FIELD(struct ast_flags64, flags);
	VALUE(__LOG_DEBUG);
	VALUE(__LOG_NOTICE);
	VALUE(__LOG_WARNING);
	VALUE(__LOG_ERROR);
	VALUE(__LOG_VERBOSE);
	VALUE(AST_OPT_FLAG_FULLY_BOOTED);
	VALUE(AST_OPT_FLAG_DEBUG_MODULE);
	VALUE(sizeof(option_debug));
	VALUE(sizeof(ast_options));
	FUNCTION(void(int, const char *, int, const char *, const char *, ...), ast_log);
	FUNCTION(unsigned int(const char *), ast_debug_get_by_module);
}

static void memory(void)
{
	FUNCTION(void *(size_t, size_t, const char *, int, const char *), __ast_calloc);
	FUNCTION(char *(const char *, const char *, int, const char *), __ast_strdup);
	FUNCTION(void(void *, const char *, int, const char *), __ast_free);
}

static void objects(void)
{
	VALUE(AO2_ALLOC_OPT_LOCK_MUTEX);
	VALUE(AO2_ALLOC_OPT_LOCK_RWLOCK);
	VALUE(AO2_ALLOC_OPT_LOCK_NOLOCK);
	SIZE(struct ao2_iterator);
	FIELD(struct ao2_iterator, c);
	FIELD(struct ao2_iterator, last_node);
	FIELD(struct ao2_iterator, complete);
	FIELD(struct ao2_iterator, flags);
	FUNCTION(void *(size_t, ao2_destructor_fn, unsigned int, const char *, const char *, int, const char *),
		__ao2_alloc);
	FUNCTION(int(void *, int, const char *, const char *, int, const char *), __ao2_ref);
	FUNCTION(void(void *), __ao2_cleanup);
	FUNCTION(void(void *, const char *, const char *, int, const char *), __ao2_cleanup_debug);
	FUNCTION(int(struct ao2_container *), ao2_container_count);
	FUNCTION(struct ao2_iterator(struct ao2_container *, int), ao2_iterator_init);
	FUNCTION(void(struct ao2_iterator *), ao2_iterator_destroy);
	FUNCTION(void *(struct ao2_iterator *, const char *, const char *, int, const char *), __ao2_iterator_next);
}

static void variables(void)
{
	SIZE(struct ast_var_t);
	FIELD(struct ast_var_t, entries);
	FIELD(struct ast_var_t, entries.next);
	FIELD(struct ast_var_t, value);
	printf("struct ast_var_t.name at %zu\n", offsetof(struct ast_var_t, name));
	SIZE(struct varshead);
	FIELD(struct varshead, first);
	FIELD(struct varshead, last);
	SIZE(struct ast_variable);
	FIELD(struct ast_variable, name);
	FIELD(struct ast_variable, value);
	FIELD(struct ast_variable, next);
	FIELD(struct ast_variable, file);
	FIELD(struct ast_variable, lineno);
	FIELD(struct ast_variable, object);
	FIELD(struct ast_variable, blanklines);
	FIELD(struct ast_variable, inherited);
	FIELD(struct ast_variable, precomments);
	FIELD(struct ast_variable, sameline);
	FIELD(struct ast_variable, trailing);
	printf("struct ast_variable.stuff at %zu\n", offsetof(struct ast_variable, stuff));
	VALUE(CONFIG_FLAG_WITHCOMMENTS);
	VALUE(CONFIG_FLAG_FILEUNCHANGED);
	VALUE(CONFIG_FLAG_NOCACHE);
	VALUE(CONFIG_FLAG_NOREALTIME);
	VALUE(CONFIG_STATUS_FILEMISSING);
	VALUE(CONFIG_STATUS_FILEUNCHANGED);
	VALUE(CONFIG_STATUS_FILEINVALID);
	FUNCTION(struct varshead *(void), ast_var_list_create);
	FUNCTION(void(struct varshead *), ast_var_list_destroy);
	FUNCTION(struct ast_var_t *(const char *, const char *, const char *, int, const char *), _ast_var_assign);
	FUNCTION(void(struct ast_var_t *), ast_var_delete);
	FUNCTION(char *(const struct varshead *, const char *), ast_var_find);
	FUNCTION(struct ast_variable *(const char *, const char *, const char *, const char *, const char *, int),
		_ast_variable_new);
	FUNCTION(void(struct ast_variable *), ast_variables_destroy);
	FUNCTION(struct ast_config *(const char *, const char *, struct ast_flags), ast_config_load2);
	FUNCTION(void(struct ast_config *), ast_config_destroy);
	FUNCTION(char *(struct ast_config *, const char *), ast_category_browse);
	FUNCTION(struct ast_variable *(const struct ast_config *, const char *), ast_variable_browse);
	FUNCTION(const char *(struct ast_config *, const char *, const char *), ast_variable_retrieve);
	FUNCTION(struct ast_category *(struct ast_config *, const char *, struct ast_category *, const char *),
		ast_category_browse_filtered);
	FUNCTION(struct ast_variable *(struct ast_category *), ast_category_first);
	SIZE(struct ast_config_engine);
	FIELD(struct ast_config_engine, name);
	FIELD(struct ast_config_engine, realtime_multi_func);
	FIELD(struct ast_config_engine, next);
	FUNCTION(realtime_multi_get *, ((struct ast_config_engine *) 0)->realtime_multi_func);
	FUNCTION(int(struct ast_config_engine *), ast_config_engine_register);
	FUNCTION(int(struct ast_config_engine *), ast_config_engine_deregister);
	FUNCTION(int(const char *), ast_check_realtime);
	FUNCTION(struct ast_config *(const char *, ...), ast_load_realtime_multientry);
}

static void sorcery(void)
{
	struct object {
		SORCERY_OBJECT(details);
		int after;
	};

	VALUE(OPT_CUSTOM_T);
	VALUE(OPT_NOOP_T);
	VALUE(OPT_STRINGFIELD_T);
	VALUE(AST_RETRIEVE_FLAG_DEFAULT);
	VALUE(AST_RETRIEVE_FLAG_MULTIPLE);
	VALUE(AST_RETRIEVE_FLAG_ALL);
	VALUE(AST_HANDLER_PREFER_STRING);
	VALUE(AST_HANDLER_PREFER_LIST);
	VALUE(AST_HANDLER_ONLY_STRING);
	VALUE(AST_HANDLER_ONLY_LIST);
	VALUE(AST_SORCERY_APPLY_FAIL);
	VALUE(AST_SORCERY_APPLY_SUCCESS);
	VALUE(AST_SORCERY_APPLY_DUPLICATE);
	VALUE(AST_SORCERY_APPLY_DEFAULT_UNNECESSARY);
	VALUE(AST_SORCERY_APPLY_NO_CONFIGURATION);
	SIZE(struct ast_sorcery_object_details);
	FIELD(struct ast_sorcery_object_details, object);
	FIELD(struct object, details);
	FIELD(struct object, after);
	SIZE(struct ast_sorcery_wizard);
	FIELD(struct ast_sorcery_wizard, name);
	FIELD(struct ast_sorcery_wizard, module);
	FIELD(struct ast_sorcery_wizard, open);
	FIELD(struct ast_sorcery_wizard, load);
	FIELD(struct ast_sorcery_wizard, reload);
	FIELD(struct ast_sorcery_wizard, create);
	FIELD(struct ast_sorcery_wizard, retrieve_id);
	FIELD(struct ast_sorcery_wizard, retrieve_regex);
	FIELD(struct ast_sorcery_wizard, retrieve_prefix);
	FIELD(struct ast_sorcery_wizard, retrieve_fields);
	FIELD(struct ast_sorcery_wizard, retrieve_multiple);
	FIELD(struct ast_sorcery_wizard, update);
	FIELD(struct ast_sorcery_wizard, delete);
	FIELD(struct ast_sorcery_wizard, close);
	FIELD(struct ast_sorcery_wizard, is_stale);
	FIELD(struct ast_sorcery_wizard, force_reload);
	SIZE(struct ast_sorcery_observer);
	FIELD(struct ast_sorcery_observer, created);
	FIELD(struct ast_sorcery_observer, updated);
	FIELD(struct ast_sorcery_observer, deleted);
	FIELD(struct ast_sorcery_observer, loaded);
	SIZE(struct ast_sorcery_instance_observer);
	FIELD(struct ast_sorcery_instance_observer, instance_loading);
	FIELD(struct ast_sorcery_instance_observer, instance_loaded);
	FIELD(struct ast_sorcery_instance_observer, wizard_mapped);
	FIELD(struct ast_sorcery_instance_observer, object_type_registered);
	FIELD(struct ast_sorcery_instance_observer, object_type_loading);
	FIELD(struct ast_sorcery_instance_observer, object_type_loaded);
	FUNCTION(enum ast_sorcery_apply_result(struct ast_sorcery *, const char *, const char *),
		__ast_sorcery_apply_config);
	FUNCTION(enum ast_sorcery_apply_result(struct ast_sorcery *, const char *, const char *, const char *,
			const char *),
		__ast_sorcery_apply_default);
	FUNCTION(int(struct ast_sorcery *, const char *, unsigned int, unsigned int, aco_type_item_alloc,
			sorcery_transform_handler, sorcery_apply_handler),
		__ast_sorcery_object_register);
	FUNCTION(int(struct ast_sorcery *, const char *, const char *, const char *, enum aco_option_type,
			aco_option_handler, sorcery_field_handler, sorcery_fields_handler, unsigned int, unsigned int,
			unsigned int, size_t, ...),
		__ast_sorcery_object_field_register);
	FUNCTION(int(struct ast_sorcery *, const char *, const char *, aco_option_handler, sorcery_fields_handler),
		ast_sorcery_object_fields_register);
	FUNCTION(void *(size_t, ao2_destructor_fn), ast_sorcery_generic_alloc);
	FUNCTION(const char *(const void *), ast_sorcery_object_get_id);
	FUNCTION(const struct timeval(const void *), ast_sorcery_object_get_created);
	FUNCTION(struct ast_sorcery_object_type *(const struct ast_sorcery *, const char *), ast_sorcery_get_object_type);
	FUNCTION(int(const struct ast_sorcery_object_type *, const char *), ast_sorcery_is_object_field_registered);
	FUNCTION(void(const struct ast_sorcery *, const char *), ast_sorcery_load_object);
	FUNCTION(void(const struct ast_sorcery *, const char *), ast_sorcery_reload_object);
	FUNCTION(void *(const struct ast_sorcery *, const char *, const char *), ast_sorcery_retrieve_by_id);
	FUNCTION(void *(const struct ast_sorcery *, const char *, unsigned int, struct ast_variable *),
		ast_sorcery_retrieve_by_fields);
	FUNCTION(struct ast_variable *(const struct ast_sorcery *, const void *, enum ast_sorcery_field_handler_flags),
		ast_sorcery_objectset_create2);
	FUNCTION(int(const struct ast_sorcery *, const char *, const struct ast_sorcery_observer *),
		ast_sorcery_observer_add);
	FUNCTION(void(const struct ast_sorcery *, const char *, const struct ast_sorcery_observer *),
		ast_sorcery_observer_remove);
	FUNCTION(int(struct ast_sorcery *, const struct ast_sorcery_instance_observer *),
		ast_sorcery_instance_observer_add);
	FUNCTION(void(struct ast_sorcery *, const struct ast_sorcery_instance_observer *),
		ast_sorcery_instance_observer_remove);
	FUNCTION(int(struct ast_sorcery *, const char *), ast_sorcery_get_wizard_mapping_count);
	FUNCTION(int(struct ast_sorcery *, const char *, int, struct ast_sorcery_wizard **, void **),
		ast_sorcery_get_wizard_mapping);
}

static void pjsip(void)
{
	FIELD(struct ast_party_name, str);
	FIELD(struct ast_party_name, char_set);
	FIELD(struct ast_party_name, presentation);
	FIELD(struct ast_party_name, valid);
	FIELD(struct ast_party_number, str);
	FIELD(struct ast_party_number, plan);
	FIELD(struct ast_party_number, presentation);
	FIELD(struct ast_party_number, valid);
	SIZE(struct ast_party_id);
	FIELD(struct ast_party_id, name);
	FIELD(struct ast_party_id, number);
	FIELD(struct ast_sip_endpoint_id_configuration, self);
	SIZE(struct ast_sip_auth_vector);
	FIELD(struct ast_sip_auth_vector, elems);
	FIELD(struct ast_sip_auth_vector, max);
	FIELD(struct ast_sip_auth_vector, current);
	SIZE(struct ast_sip_endpoint);
	FIELD(struct ast_sip_endpoint, details);
	FIELD(struct ast_sip_endpoint, transport);
	FIELD(struct ast_sip_endpoint, id.self.name.str);
	FIELD(struct ast_sip_endpoint, id.self.name.valid);
	FIELD(struct ast_sip_endpoint, id.self.number.str);
	FIELD(struct ast_sip_endpoint, id.self.number.valid);
	FIELD(struct ast_sip_endpoint, inbound_auths);
	FIELD(struct ast_sip_auth, details);
	FIELD(struct ast_sip_auth, auth_user);
	FIELD(struct ast_sip_auth, auth_pass);
	FIELD(struct ast_sip_auth, md5_creds);
	FUNCTION(struct ast_sorcery *(void), ast_sip_get_sorcery);
}

static void phoneprov(void)
{
	VALUE(AST_PHONEPROV_STD_MAC);
	VALUE(AST_PHONEPROV_STD_PROFILE);
	VALUE(AST_PHONEPROV_STD_USERNAME);
	VALUE(AST_PHONEPROV_STD_DISPLAY_NAME);
	VALUE(AST_PHONEPROV_STD_SECRET);
	VALUE(AST_PHONEPROV_STD_LABEL);
	VALUE(AST_PHONEPROV_STD_CALLERID);
	VALUE(AST_PHONEPROV_STD_TIMEZONE);
	VALUE(AST_PHONEPROV_STD_LINENUMBER);
	VALUE(AST_PHONEPROV_STD_LINEKEYS);
	VALUE(AST_PHONEPROV_STD_SERVER);
	VALUE(AST_PHONEPROV_STD_SERVER_PORT);
	VALUE(AST_PHONEPROV_STD_SERVER_IFACE);
	VALUE(AST_PHONEPROV_STD_VOICEMAIL_EXTEN);
	VALUE(AST_PHONEPROV_STD_EXTENSION_LENGTH);
	VALUE(AST_PHONEPROV_STD_TZOFFSET);
	VALUE(AST_PHONEPROV_STD_DST_ENABLE);
	VALUE(AST_PHONEPROV_STD_DST_START_MONTH);
	VALUE(AST_PHONEPROV_STD_DST_START_MDAY);
	VALUE(AST_PHONEPROV_STD_DST_START_HOUR);
	VALUE(AST_PHONEPROV_STD_DST_END_MONTH);
	VALUE(AST_PHONEPROV_STD_DST_END_MDAY);
	VALUE(AST_PHONEPROV_STD_DST_END_HOUR);
	VALUE(AST_PHONEPROV_STD_VAR_LIST_LENGTH);
	FUNCTION(const char *(enum ast_phoneprov_std_variables), ast_phoneprov_std_variable_lookup);
	FUNCTION(int(char *, ast_phoneprov_load_users_cb), ast_phoneprov_provider_register);
	FUNCTION(void(char *), ast_phoneprov_provider_unregister);
	FUNCTION(int(char *, struct varshead *), ast_phoneprov_add_extension);
	FUNCTION(void(char *, char *), ast_phoneprov_delete_extension);
	FUNCTION(void(char *), ast_phoneprov_delete_extensions);
}

/* A bit-field has no address: set it, and see which byte of the struct becomes what. */
static void http_bits(void)
{
	struct ast_http_uri uri = { .has_subtree = 1, .no_decode_uri = 1 };
	const unsigned char *byte = (const unsigned char *) &uri;

	for (size_t i = 0; i < sizeof(uri); i++) {
		if (byte[i]) {
			printf("struct ast_http_uri: has_subtree and no_decode_uri at %zu, %#x\n", i, byte[i]);
		}
	}
}

static void http(void)
{
	VALUE(AST_HTTP_UNKNOWN);
	VALUE(AST_HTTP_GET);
	VALUE(AST_HTTP_POST);
	VALUE(AST_HTTP_HEAD);
	VALUE(AST_HTTP_PUT);
	VALUE(AST_HTTP_DELETE);
	VALUE(AST_HTTP_OPTIONS);
	VALUE(AST_HTTP_MAX_METHOD);
	SIZE(struct ast_http_uri);
	FIELD(struct ast_http_uri, entry);
	FIELD(struct ast_http_uri, entry.next);
	FIELD(struct ast_http_uri, description);
	FIELD(struct ast_http_uri, uri);
	FIELD(struct ast_http_uri, prefix);
	FIELD(struct ast_http_uri, callback);
	FIELD(struct ast_http_uri, data);
	FIELD(struct ast_http_uri, key);
	http_bits();
	FUNCTION(int (*)(struct ast_tcptls_session_instance *, const struct ast_http_uri *, const char *,
			enum ast_http_method, struct ast_variable *, struct ast_variable *),
		((struct ast_http_uri *) NULL)->callback);
	FIELD(struct ast_tcptls_session_instance, remote_address);
	FIELD(struct ast_tcptls_session_instance, stream);
	FUNCTION(int(struct ast_iostream *), ast_iostream_get_fd);
	FIELD(struct ast_flags64, flags);
	VALUE(AST_OPT_FLAG_LOCK_CONFIG_DIR);
	FUNCTION(int(void), ast_shutting_down);
	SIZE(struct ast_sockaddr);
	FIELD(struct ast_sockaddr, ss);
	FIELD(struct ast_sockaddr, len);
	SIZE(struct ast_security_event_inval_acct_id);
	FIELD(struct ast_security_event_common, event_type);
	FIELD(struct ast_security_event_common, version);
	FIELD(struct ast_security_event_common, service);
	FIELD(struct ast_security_event_common, module);
	FIELD(struct ast_security_event_common, account_id);
	FIELD(struct ast_security_event_common, session_id);
	FIELD(struct ast_security_event_common, session_tv);
	FIELD(struct ast_security_event_common, local_addr);
	FIELD(struct ast_security_event_common, remote_addr);
	VALUE(AST_SECURITY_EVENT_INVAL_ACCT_ID);
	VALUE(AST_SECURITY_EVENT_INVAL_ACCT_ID_VERSION);
	VALUE(AST_TRANSPORT_TCP);
	VALUE(AST_TRANSPORT_TLS);
	FUNCTION(int(struct ast_http_uri *), ast_http_uri_link);
	FUNCTION(void(struct ast_http_uri *), ast_http_uri_unlink);
	FUNCTION(void(struct ast_tcptls_session_instance *, int, const char *, const char *), ast_http_error);
	FUNCTION(void(struct ast_tcptls_session_instance *, enum ast_http_method, int, const char *, struct ast_str *,
		struct ast_str *, int, unsigned int), ast_http_send);
	FUNCTION(int(struct ast_tcptls_session_instance *), ast_http_body_discard);
}

static void cli(void)
{
	VALUE(RESULT_SUCCESS);
	VALUE(RESULT_SHOWUSAGE);
	VALUE(RESULT_FAILURE);
	VALUE(CLI_SUCCESS);
	VALUE(CLI_SHOWUSAGE);
	VALUE(CLI_FAILURE);
	VALUE(AST_MAX_CMD_LEN);
	VALUE(CLI_INIT);
	VALUE(CLI_GENERATE);
	VALUE(CLI_HANDLER);
	SIZE(struct ast_cli_args);
	FIELD(struct ast_cli_args, fd);
	FIELD(struct ast_cli_args, argc);
	FIELD(struct ast_cli_args, argv);
	FIELD(struct ast_cli_args, line);
	FIELD(struct ast_cli_args, word);
	FIELD(struct ast_cli_args, pos);
	FIELD(struct ast_cli_args, n);
	SIZE(struct ast_cli_entry);
	FIELD(struct ast_cli_entry, cmda);
	FIELD(struct ast_cli_entry, summary);
	FIELD(struct ast_cli_entry, usage);
	FIELD(struct ast_cli_entry, inuse);
	FIELD(struct ast_cli_entry, module);
	FIELD(struct ast_cli_entry, _full_cmd);
	FIELD(struct ast_cli_entry, cmdlen);
	FIELD(struct ast_cli_entry, args);
	FIELD(struct ast_cli_entry, command);
	FIELD(struct ast_cli_entry, handler);
	FIELD(struct ast_cli_entry, list);
	FIELD(struct ast_cli_entry, list.next);
	FUNCTION(void(int, const char *, ...), ast_cli);
	FUNCTION(int(struct ast_cli_entry *, int, struct ast_module *), __ast_cli_register_multiple);
	FUNCTION(int(struct ast_cli_entry *, int), ast_cli_unregister_multiple);
	FUNCTION(int(char *), ast_cli_completion_add);
	FUNCTION(int(int, int, int, const char *), ast_cli_command_full);
}

static void manager(void)
{
	VALUE(EVENT_FLAG_SYSTEM);
	VALUE(EVENT_FLAG_CALL);
	VALUE(EVENT_FLAG_LOG);
	VALUE(EVENT_FLAG_VERBOSE);
	VALUE(EVENT_FLAG_COMMAND);
	VALUE(EVENT_FLAG_AGENT);
	VALUE(EVENT_FLAG_USER);
	VALUE(EVENT_FLAG_CONFIG);
	VALUE(EVENT_FLAG_DTMF);
	VALUE(EVENT_FLAG_REPORTING);
	VALUE(EVENT_FLAG_CDR);
	VALUE(EVENT_FLAG_DIALPLAN);
	VALUE(EVENT_FLAG_ORIGINATE);
	VALUE(EVENT_FLAG_AGI);
	VALUE(EVENT_FLAG_HOOKRESPONSE);
	VALUE(EVENT_FLAG_CC);
	VALUE(EVENT_FLAG_AOC);
	VALUE(EVENT_FLAG_TEST);
	VALUE(EVENT_FLAG_SECURITY);
	VALUE(EVENT_FLAG_MESSAGE);
	VALUE(AST_MAX_MANHEADERS);
	SIZE(struct message);
	FIELD(struct message, hdrcount);
	FIELD(struct message, headers);
	FUNCTION(int(const char *, int, int (*)(struct mansession *, const struct message *), struct ast_module *,
		const char *, const char *), ast_manager_register2);
	FUNCTION(int(const char *), ast_manager_unregister);
	FUNCTION(const char *(const struct message *, char *), astman_get_header);
	FUNCTION(void(struct mansession *, const char *, ...), astman_append);
	FUNCTION(void(struct mansession *, const struct message *, char *), astman_send_error);
	FUNCTION(void(struct mansession *, const struct message *, char *), astman_send_ack);
	FUNCTION(void(struct mansession *, const struct message *, char *, char *), astman_send_listack);
	FUNCTION(void(struct mansession *, const struct message *, const char *, int), astman_send_list_complete_start);
	FUNCTION(void(struct mansession *), astman_send_list_complete_end);
	FUNCTION(int(int, const char *, int, struct ast_channel **, const char *, int, const char *, const char *, ...),
		__ast_manager_event_multichan);
}

/* As http_bits. */
static void function_bits(void)
{
	struct ast_custom_function function = { .read_escalates = 1 };
	const unsigned char *byte = (const unsigned char *) &function;

	for (int twice = 0; twice < 2; twice++) {
		for (size_t i = 0; i < sizeof(function); i++) {
			if (byte[i]) {
				printf("struct ast_custom_function: %s at %zu, %#x\n", twice ? "both escalate" : "read_escalates", i, byte[i]);
			}
		}
		function.write_escalates = 1;
	}
}

static void strings(void)
{
	SIZE(struct ast_str);
	FIELD(struct ast_str, len);
	FIELD(struct ast_str, used);
	FIELD(struct ast_str, ts);
	VALUE(offsetof(struct ast_str, str));
	VALUE(DS_MALLOC);
	FUNCTION(struct ast_str *(size_t, const char *, int, const char *), _ast_str_create);
	FUNCTION(int(struct ast_str **, ssize_t, const char *, ...), ast_str_set);
	FUNCTION(int(struct ast_str **, ssize_t, const char *, ...), ast_str_append);
	FUNCTION(char *(const struct ast_str *), ast_str_buffer);
}

static void functions(void)
{
	VALUE(AST_XML_DOC);
	VALUE(AST_STATIC_DOC);
	VALUE(AST_CFE_NONE);
	VALUE(AST_CFE_READ);
	VALUE(AST_CFE_WRITE);
	VALUE(AST_CFE_BOTH);
	SIZE(struct ast_custom_function);
	FIELD(struct ast_custom_function, name);
	FIELD(struct ast_custom_function, __field_mgr_pool);
	FIELD(struct ast_custom_function, synopsis);
	FIELD(struct ast_custom_function, desc);
	FIELD(struct ast_custom_function, syntax);
	FIELD(struct ast_custom_function, arguments);
	FIELD(struct ast_custom_function, seealso);
	FIELD(struct ast_custom_function, __field_mgr);
	FIELD(struct ast_custom_function, docsrc);
	FIELD(struct ast_custom_function, read);
	FIELD(struct ast_custom_function, read2);
	FIELD(struct ast_custom_function, read_max);
	FIELD(struct ast_custom_function, write);
	FIELD(struct ast_custom_function, mod);
	FIELD(struct ast_custom_function, acflist);
	FIELD(struct ast_custom_function, acflist.next);
	function_bits();
	FUNCTION(int (*)(struct ast_channel *, const char *, char *, char *, size_t),
		((struct ast_custom_function *) NULL)->read);
	FUNCTION(int (*)(struct ast_channel *, const char *, char *, struct ast_str **, ssize_t),
		((struct ast_custom_function *) NULL)->read2);
	FUNCTION(int (*)(struct ast_channel *, const char *, char *, const char *),
		((struct ast_custom_function *) NULL)->write);
	FUNCTION(int(struct ast_custom_function *, struct ast_module *), __ast_custom_function_register);
	FUNCTION(int(struct ast_custom_function *, enum ast_custom_function_escalation, struct ast_module *),
		__ast_custom_function_register_escalating);
	FUNCTION(int(struct ast_custom_function *), ast_custom_function_unregister);
	FUNCTION(int(struct ast_channel *, const char *, char *, size_t), ast_func_read);
	FUNCTION(int(struct ast_channel *, const char *, struct ast_str **, ssize_t), ast_func_read2);
	FUNCTION(int(struct ast_str **, ssize_t, struct ast_channel *, char *), ast_str_expr);
	FUNCTION(const char *(struct ast_str **, ssize_t, struct ast_channel *, struct varshead *, const char *),
		ast_str_retrieve_variable);
	FUNCTION(struct ast_channel *(const char *, int, const char *), __ast_dummy_channel_alloc);
	FUNCTION(struct varshead *(struct ast_channel *), ast_channel_varshead);
	FUNCTION(void(struct varshead *, const char *, char *, int), pbx_substitute_variables_varshead);
	FUNCTION(struct ast_custom_function *(const char *), ast_custom_function_find);
	FUNCTION(void(struct ast_str **, ssize_t, struct varshead *, const char *), ast_str_substitute_variables_varshead);
	FUNCTION(unsigned int(char *, char, int, char **, int), __ast_app_separate_args);
	FUNCTION(int(void), ast_thread_inhibit_escalations);
	FUNCTION(int(int), ast_thread_inhibit_escalations_swap);
}

static void local_time(void)
{
	SIZE(struct ast_tm);
	FIELD(struct ast_tm, tm_sec);
	FIELD(struct ast_tm, tm_min);
	FIELD(struct ast_tm, tm_hour);
	FIELD(struct ast_tm, tm_mday);
	FIELD(struct ast_tm, tm_mon);
	FIELD(struct ast_tm, tm_year);
	FIELD(struct ast_tm, tm_wday);
	FIELD(struct ast_tm, tm_yday);
	FIELD(struct ast_tm, tm_isdst);
	FIELD(struct ast_tm, tm_gmtoff);
	FIELD(struct ast_tm, tm_zone);
	FIELD(struct ast_tm, tm_usec);
	FUNCTION(struct ast_tm *(const struct timeval *, struct ast_tm *, const char *), ast_localtime);
	FUNCTION(void(const time_t *, int *, time_t *, time_t *, int *, const char *), ast_get_dst_info);
	FUNCTION(int(const char *, char *, int, char *, int), ast_callerid_split);
	FUNCTION(char *(char *, int, const char *, const char *, const char *), ast_callerid_merge);
}

int main(void)
{
	module();
	logging();
	memory();
	objects();
	variables();
	sorcery();
	pjsip();
	phoneprov();
	http();
	cli();
	manager();
	strings();
	functions();
	local_time();
	return 0;
}

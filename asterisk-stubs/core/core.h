/*
 * What the files of the stub core offer one another, a section per file.
 *
 * Asterisk's own names are offered to the module only: whatever comes in by one of them is the module's doing, is
 * entered in the ledger as the module's, and can be made to fail. The core itself uses the names below, and none of
 * them is exported.
 */
#ifndef CORE_H
#define CORE_H

/* Included first, for what this unlocks in the C library. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "asterisk.h"
#include "asterisk/chanvars.h"
#include "asterisk/cli.h"
#include "asterisk/config.h"
#include "asterisk/http.h"
#include "asterisk/logger.h"
#include "asterisk/manager.h"
#include "asterisk/module.h"
#include "asterisk/phoneprov.h"
#include "asterisk/sorcery.h"

#pragma GCC visibility push(hidden)

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))

/* ledger.c: what was taken and given back, by kind and by side */

enum ledger_kind {
	LEDGER_MEMORY,
	LEDGER_VAR,
	LEDGER_VAR_LIST,
	LEDGER_VARIABLE,
	LEDGER_CONFIG,
	LEDGER_OBJECT,
	LEDGER_REFERENCE,
	LEDGER_ITERATOR,
	LEDGER_PROVIDER,
	LEDGER_SORCERY_TYPE,
	LEDGER_SORCERY_FIELD,
	LEDGER_OBSERVER,
	LEDGER_INSTANCE_OBSERVER,
	LEDGER_CLI,
	LEDGER_HTTP_URI,
	LEDGER_MANAGER_ACTION,
	LEDGER_FUNCTION,
	LEDGER_CONFIG_ENGINE,
	LEDGER_MODULE_REF,
	LEDGER_KINDS,
};

enum side {
	SIDE_CORE,
	SIDE_MODULE,
	SIDES,
};

void ledger_enter(enum ledger_kind kind, enum side side, int count);
void ledger_write_file(void);

/* fault.c: being told to fail */

enum fault {
	FAULT_ALLOC,
	FAULT_ADD_EXTENSION,
	FAULT_REGISTER,
	FAULTS,
};

/* Whether this call of the module's, named for the log, is the one that was to fail. */
bool fault_strikes(enum fault fault, const char *call);

/* memory.c: blocks that know their kind and side, and are poisoned when freed; NULL never comes back */

void *block_alloc(size_t size, enum ledger_kind kind, enum side side);
void block_free(void *block);
/* The block is the core's from now on. */
void block_adopt(void *block);
/* For what never crosses the boundary: zeroed, freed with free(). */
void *core_alloc(size_t size);
void *core_grow(void *memory, size_t size);
char *core_strdup(const char *text);
char *core_asprintf(const char *format, ...) PRINTF_LIKE(1, 2);

/* text.c: strings, and one that grows */

struct text {
	char *at;
	size_t length;
	size_t room;
};

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t count);
void text_add_format(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
void text_free(struct text *text);
/* The text as a string, never NULL. */
const char *text_string(const struct text *text);

/* Without the white space at both ends; cuts the end off in place. */
char *strip(char *string);
bool is_empty(const char *string);
unsigned int asterisk_hash(const char *string);

/* table.c: objects by name, in buckets as Asterisk has them, so that they are walked in the same order */

struct table;

struct table *table_create(size_t buckets, const char *(*name)(const void *object));
/* Releases what is left in it. */
void table_destroy(struct table *table);
/* Each of these locks the table, recursively. */
size_t table_count(struct table *table);
/* Holds the object; two may have one name. */
void table_add(struct table *table, void *object);
/* The first of that name, held for the caller, or NULL. */
void *table_find(struct table *table, const char *name);
/* Releases those for which it returns true, each at once; NULL means all. */
void table_remove(struct table *table, bool (*doomed)(const void *object, const void *data), const void *data);
/* Until it returns false. */
void table_each(struct table *table, bool (*call)(void *object, void *data), void *data);

/* paths.c: asterisk.conf */

struct paths {
	char *etc;
	char *modules;
	char *data;
	char *spool;
	char *log;
	char *run;
	char *version;
	bool live_dangerously;
};

extern struct paths paths;

/* 0, or -1 if the file cannot be read. */
int paths_read(const char *asterisk_conf);
void paths_free(void);

/* logger.c */

void log_open(void);
void log_close(void);
void log_write(int level, const char *file, const char *format, ...) PRINTF_LIKE(3, 4);
void debug_levels_free(void);

#define LOG(level, ...) log_write(__LOG_##level, __FILE_NAME__, __VA_ARGS__)

/* astobj2.c */

void *object_alloc(size_t size, ao2_destructor_fn destructor, enum side side);
void *object_hold(void *object);
/* Takes NULL. */
void object_release(void *object);
struct ao2_container *container_create(void);
/* Holds the object. */
void container_add(struct ao2_container *container, void *object);
int container_count(const struct ao2_container *container);
/* Borrowed. */
void *container_at(const struct ao2_container *container, int at);
/* By id. */
void container_sort(struct ao2_container *container);
/* Enters that the module was given a reference; NULL is none. */
void *given_to_module(void *object);
/* The object, and the reference to it, are the core's from now on. */
void object_adopt(void *object);

/* chanvars.c */

struct varshead *vars_create(void);
struct varshead *vars_clone(const struct varshead *vars);
void vars_destroy(struct varshead *vars);
void vars_add(struct varshead *vars, const char *name, const char *value);
const char *vars_find(const struct varshead *vars, const char *name);

/* variables.c: lists of struct ast_variable */

struct ast_variable *variable_new(const char *name, const char *value, const char *file, enum side side);
void variables_destroy(struct ast_variable *list);
/* The first value of that name, whatever its case. */
const char *variables_find(const struct ast_variable *list, const char *name);

/* config.c: reading files */

struct category {
	char *name;
	bool template;
	struct ast_variable *first;
	struct ast_variable *last;
	struct category *next;
};

struct ast_config {
	struct category *first;
	struct category *last;
};

/* As ast_config_load2, for the core itself. */
struct ast_config *config_read(const char *filename, const char *who_asked, bool unchanged_is_enough);
void config_free(struct ast_config *config);
void category_free(struct category *category);
/* The first section of that name which is no template, or NULL. */
struct category *config_category(const struct ast_config *config, const char *name);
const char *config_value(const struct ast_config *config, const char *category, const char *name);
bool is_true(const char *value);
void config_forget_files(void);

/* docs.c */

bool is_documented(const char *module, const char *type);

/* worker.c: threads that do one task after another */

struct worker;

struct worker *worker_start(int threads);
void worker_push(struct worker *worker, void (*task)(void *), void *data);
/* Does what was pushed, then ends the threads. */
void worker_stop(struct worker *worker);

/* sorcery.c */

struct ast_sorcery;

struct ast_sorcery *sorcery_open(const char *module);
void sorcery_close(struct ast_sorcery *sorcery);
enum ast_sorcery_apply_result sorcery_apply_default(struct ast_sorcery *sorcery, const char *type, const char *module,
	const char *wizard, const char *args);
/* A type whose objects the core makes, and whose options it takes itself. */
void sorcery_register_own(struct ast_sorcery *sorcery, const char *type, aco_type_item_alloc alloc,
	aco_option_handler option, sorcery_apply_handler apply);
void sorcery_load(struct ast_sorcery *sorcery, bool reload);
void *sorcery_find(const struct ast_sorcery *sorcery, const char *type, const char *id);
struct ao2_container *sorcery_all(const struct ast_sorcery *sorcery, const char *type);
/* Makes an object and sets its fields; NULL if the type refuses. */
void *sorcery_make(const struct ast_sorcery *sorcery, const char *type, const char *id, struct ast_variable *fields);
/* Creates or updates an object, deletes one, as ARI does: tells the type's observers. -1 if no wizard or type lets it. */
int sorcery_put(struct ast_sorcery *sorcery, const char *type, const char *id, struct ast_variable *fields);
int sorcery_delete(struct ast_sorcery *sorcery, const char *type, const char *id);

/* What a wizard's objects are searched for. */
struct sorcery_search {
	const struct ast_sorcery *sorcery;
	/* That the object's fields must hold; NULL is any object. */
	const struct ast_variable *fields;
	/* Where all that match go, or NULL if the first one is enough, which is then found. */
	struct ao2_container *all;
	void *found;
};

/* For table_each. */
bool sorcery_search_one(void *object, void *search);

/* sorcery_object.c */

void *sorcery_object_alloc(size_t size, ao2_destructor_fn destructor, enum side side);
void sorcery_object_name(void *object, const char *type, const char *id);
const char *sorcery_object_id(const void *object);
const char *sorcery_object_type(const void *object);

/* sorcery_config.c: the wizard that reads files */

extern const struct ast_sorcery_wizard config_wizard;

/* sorcery_memory.c: the wizard that keeps what is created */

extern const struct ast_sorcery_wizard memory_wizard;

/* realtime.c: the wizard that asks a database */

extern const struct ast_sorcery_wizard realtime_wizard;

/* sorcery_observers.c */

struct observers;

struct observers *observers_create(enum ledger_kind kind);
void observers_destroy(struct observers *observers);
void observers_add(struct observers *observers, const void *callbacks);
void observers_remove(struct observers *observers, const void *callbacks);
bool observers_any(struct observers *observers);
/* With the list locked against changes, as the real one has it. */
void observers_each(struct observers *observers, void (*call)(const void *callbacks, void *data), void *data);

/* callerid.c */

/* Cuts "Name" <number> up; what is missing becomes "". */
void callerid_split(const char *value, char *name, size_t name_size, char *number, size_t number_size);

/* substitute.c: ${} in templates */

struct scope {
	const struct varshead *vars;
	/* What a name stands for that is not among the variables; may be NULL. */
	const char *(*more)(const struct scope *scope, const char *name);
	/* What a function gives, added to out; false if it is none of this scope's. */
	bool (*function)(const struct scope *scope, const char *name, char *args, struct text *out);
	void *data;
};

void substitute(const struct scope *scope, const char *template, struct text *out);
/*
 * Cuts args up at its commas in place, without quotes and backslashes; the last one is all that is left, as it is.
 * Absent ones are NULL.
 */
void separate_args(char *args, char **out, size_t count);

/* phoneprov.c, phoneprov_profiles.c, phoneprov_functions.c, phoneprov_http.c: res_phoneprov */

struct phoneprov_file {
	char *format;
	char *template;
	char *mime_type;
	struct phoneprov_file *next;
};

struct profile {
	char *name;
	char *default_mime_type;
	char *static_dir;
	struct varshead *vars;
	struct phoneprov_file *static_files;
	struct phoneprov_file *dynamic_files;
};

struct line {
	int index;
	struct varshead *vars;
	struct line *next;
	struct line *next_made;
};

struct user {
	char *mac;
	char *provider;
	struct profile *profile;
	struct line *lines;
	/* Every line that was ever added: one that the list of lines has lost is freed all the same. */
	struct line *made;
};

/* Holds neither file nor user nor profile. */
struct route {
	char *uri;
	struct phoneprov_file *file;
	/* NULL for a static file. */
	struct user *user;
	struct profile *profile;
};

extern const struct ast_module_info res_phoneprov_module;

const char *phoneprov_variable(enum ast_phoneprov_std_variables variable);
/* Held for the caller; NULL if there is none. */
struct route *phoneprov_route(const char *uri);
struct user *phoneprov_user(const char *mac);
/* Calls back for every phone. One for which it returns false is never given back, as in Asterisk. */
void phoneprov_each_user(bool (*call)(struct user *user, void *data), void *data);
void phoneprov_each_route(void (*call)(const struct route *route, void *data), void *data);
/* While a request is answered, the module is not torn down; a reload or a provider is not kept from anything. */
void phoneprov_enter_request(void);
void phoneprov_leave_request(void);

/* Whose file is made, and the address that the phone has reached us at: known for lines of that phone only. */
struct phoneprov_request {
	const struct user *user;
	const char *server;
};

void phoneprov_fill(const struct phoneprov_request *request, const struct user *user, const struct varshead *vars,
	const char *template, struct text *out);
/* To be freed, or NULL. */
char *phoneprov_read_template(const char *name, size_t *length);

/* Adds a profile for each section of phoneprov.conf, and a route for each static file; -1 if there is none. */
int profiles_read(struct table *profiles, void (*add_route)(struct phoneprov_file *file, struct profile *profile));
const char *profile_name(const void *profile);

extern struct ast_http_uri phoneprov_uri;
extern struct ast_cli_entry phoneprov_commands[1];

/* pjsip.c: res_pjsip */

extern const struct ast_module_info res_pjsip_module;

/* Objects of the types outlive the module's unloading, up to here. */
void pjsip_free(void);

/* server.c: TCP servers */

struct server;

/* Calls back for each connection in a thread of its own, and closes it then; NULL if it cannot listen there. */
struct server *server_start(const char *name, const char *address, int port,
	void (*serve)(int fd, const struct ast_sockaddr *remote));
int server_listener(const struct server *server);
/* Breaks all connections off and waits for their threads. */
void server_stop(struct server *server);
bool server_send(int fd, const char *bytes, size_t count);

/* functions.c: dialplan functions */

void functions_start(void);
/* Adds what it gives; nothing where it cannot be read, and the log says why. */
void function_read(const char *name, char *args, struct text *out);
/* Whether the thread may not read what gives a caller more rights; what it was before. */
bool functions_inhibit_escalations(bool inhibit);

/* http.c */

void http_start(void);
void http_stop(void);
void http_link(struct ast_http_uri *uri);
void http_unlink(struct ast_http_uri *uri);
int http_session_fd(const struct ast_tcptls_session_instance *session);
void http_send(struct ast_tcptls_session_instance *session, enum ast_http_method method, int status, const char *title,
	const char *content_type, const char *body, size_t length);
void http_error(struct ast_tcptls_session_instance *session, int status, const char *title, const char *text);

/* cli.c: commands */

void cli_register(struct ast_cli_entry *entries, size_t count);
void cli_unregister(struct ast_cli_entry *entries, size_t count);
void cli_run(int fd, const char *line);
void cli_free(void);

/* cli_words.c */

#define CLI_MAX_WORDS 63

/* Cuts the line up in place; words has room for one more, which is NULL. */
int cli_split(char *line, const char **words);

/* control.c: the socket that commands come by */

void control_start(void);
void control_stop(void);
/* Sends one command to the instance and prints its answer; the process's exit status. */
int control_send(const char *command);

/* commands.c, loader_commands.c, and the commands of other files */

void commands_register(void);
extern struct ast_cli_entry ledger_commands[2];
extern struct ast_cli_entry fault_commands[4];
extern struct ast_cli_entry logger_commands[2];
extern struct ast_cli_entry loader_commands[5];
extern struct ast_cli_entry http_commands[1];
extern struct ast_cli_entry pjsip_commands[3];

/* loader.c */

enum force {
	FORCE_NOT,
	FORCE_FIRM,
	FORCE_HARD,
};

void modules_load(void);
/* Does the reloads that were asked for until now. */
void modules_booted(void);
/* Asks each module to unload, the last one first; none is unmapped. */
void modules_unload(void);
/* 0, or -1 with the reason in the log. */
int module_load(const char *name);
int module_unload(const char *name, enum force force);
void modules_show(int fd, const char *like);
/* Held, or NULL if it is not running. */
struct ast_module *module_running_ref(struct ast_module *module);
/* The same, whether it is running or not. */
void module_use(struct ast_module *module);
void module_unref(struct ast_module *module);

/* main.c */

void wait_fully_booted(void);
/* Ends the process: at once, or after everything was given back. */
void stop_now(void);
void stop_gracefully(void);

#pragma GCC visibility pop

#endif

/* res_pjsip, as far as a phone's variables come from it: auths, transports and endpoints of pjsip.conf. */

#include "res_pjsip/res_pjsip.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asterisk/callerid.h"
#include "asterisk/cli.h"
#include "asterisk/res_pjsip.h"
#include "asterisk/sorcery.h"
#include "asterisk/stasis_endpoints.h"

#include "base/alloc.h"
#include "base/config.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/memory.h"
#include "base/objects.h"
#include "base/paths.h"
#include "base/text.h"
#include "base/variables.h"
#include "base/worker.h"
#include "console/cli.h"
#include "leaves/callerid.h"
#include "sorcery/find.h"
#include "sorcery/instance.h"
#include "sorcery/load.h"
#include "sorcery/object.h"
#include "sorcery/types.h"
#include "sorcery/wizards.h"

#define SERVANTS 4

/* Who gives another option is refused. Case does not matter. */
#define OPTION_OF(names) "^([tT][yY][pP][eE]|@pjsip_wizard|" names ")$"
#define AUTH_OPTIONS OPTION_OF("[uU]sername|password|auth_type|md5_cred|password_digest|realm")
#define TRANSPORT_OPTIONS OPTION_OF("protocol|bind|allow_reload|tos|cos|local_net|external_media_address")
#define ENDPOINT_OPTIONS OPTION_OF("[tT]ransport|auth|callerid|allow|disallow|aors|context|direct_media|rtp_timeout|mailboxes|set_var")

static struct ast_sorcery *sorcery;
static struct worker *servants;
static _Thread_local bool is_servant;

/* Adds an option to an object set. */
static void tell(struct ast_variable **set, const char *name, const char *value)
{
	while (*set) {
		set = &(*set)->next;
	}
	*set = variable_new(name, value, "", SIDE_CORE);
}

static void set(const char **field, const char *value)
{
	block_free((char *) *field);
	*field = block_strdup(value);
}

/*
 * endpoint: as large and laid out as stub_layout says, SIZE/ID/AUTHS, as in some version. What lies between the fields is
 * filled with what is no address and no flag.
 */

static struct {
	size_t size;
	size_t id;
	size_t auths;
} layout = {
	sizeof(struct ast_sip_endpoint),
	offsetof(struct ast_sip_endpoint, id),
	offsetof(struct ast_sip_endpoint, inbound_auths),
};

static struct ast_party_id *callerid_of(const void *endpoint)
{
	return (void *) ((char *) endpoint + layout.id);
}

static struct ast_sip_auth_vector *auths_of(const void *endpoint)
{
	return (void *) ((char *) endpoint + layout.auths);
}

static void clear_auths(void *endpoint)
{
	struct ast_sip_auth_vector *auths = auths_of(endpoint);

	for (size_t i = 0; i < auths->current; i++) {
		block_free((char *) auths->elems[i]);
	}
	block_free(auths->elems);
	memset(auths, 0, sizeof(*auths));
}

static void endpoint_destroy(void *object)
{
	struct ast_sip_endpoint *endpoint = object;

	block_free((char *) endpoint->transport);
	block_free(callerid_of(object)->name.str);
	block_free(callerid_of(object)->number.str);
	clear_auths(object);
}

static void *endpoint_alloc(const char *id)
{
	struct ast_sip_endpoint *endpoint = sorcery_object_alloc(layout.size, endpoint_destroy, SIDE_CORE);
	size_t behind_details = offsetof(struct ast_sip_endpoint, opaque1);

	(void) id;
	memset((char *) endpoint + behind_details, 0xa5, layout.size - behind_details);
	memset(callerid_of(endpoint), 0, sizeof(struct ast_party_id));
	memset(auths_of(endpoint), 0, sizeof(struct ast_sip_auth_vector));
	endpoint->transport = block_strdup("");
	return endpoint;
}

static void set_callerid(void *endpoint, const char *value)
{
	struct ast_party_id *self = callerid_of(endpoint);
	char name[80];
	char number[80];

	callerid_split(value, name, sizeof(name), number, sizeof(number));
	block_free(self->name.str);
	block_free(self->number.str);
	self->name.str = *name ? block_strdup(name) : NULL;
	self->name.valid = *name != '\0';
	self->number.str = *number ? block_strdup(number) : NULL;
	self->number.valid = *number != '\0';
}

static void set_auths(void *endpoint, const char *value)
{
	struct ast_sip_auth_vector *auths = auths_of(endpoint);
	char *copy = core_strdup(value);
	char *rest = copy;
	char *name;

	clear_auths(endpoint);
	while ((name = strsep(&rest, ","))) {
		const char **elems;

		name = strip(name);
		if (!*name) {
			continue;
		}
		elems = block_alloc((auths->current + 1) * sizeof(*elems), LEDGER_MEMORY, SIDE_CORE);
		if (auths->elems) {
			memcpy(elems, auths->elems, auths->current * sizeof(*elems));
		}
		elems[auths->current++] = block_strdup(name);
		block_free(auths->elems);
		auths->elems = elems;
		auths->max = auths->current;
	}
	free(copy);
}

static int endpoint_option(const struct aco_option *option, struct ast_variable *variable, void *object)
{
	struct ast_sip_endpoint *endpoint = object;

	(void) option;
	if (!strcasecmp(variable->name, "transport")) {
		set(&endpoint->transport, variable->value);
	} else if (!strcasecmp(variable->name, "callerid")) {
		set_callerid(endpoint, variable->value);
	} else if (!strcasecmp(variable->name, "auth")) {
		set_auths(endpoint, variable->value);
	} else if (!strcasecmp(variable->name, "rtp_timeout")) {
		return strspn(variable->value, "0123456789") == strlen(variable->value) ? 0 : -1;
	}
	return 0;
}

/* The caller id as one text, cut as Asterisk cuts it. */
static char *callerid_text(const struct ast_party_id *self)
{
	const char *name = self->name.valid && !is_empty(self->name.str) ? self->name.str : NULL;
	const char *number = self->number.valid && !is_empty(self->number.str) ? self->number.str : NULL;
	size_t room = 11 + (name ? strlen(name) : 0) + (number ? strlen(number) : 0);

	return ast_callerid_merge(core_alloc(room), room, name, number, NULL);
}

static int endpoint_fields(const void *object, struct ast_variable **fields)
{
	const struct ast_sip_endpoint *endpoint = object;
	const struct ast_sip_auth_vector *auths = auths_of(object);
	char *callerid = callerid_text(callerid_of(object));
	char *names = core_strdup("");

	for (size_t i = 0; i < auths->current; i++) {
		char *longer = core_asprintf("%s%s%s", names, i ? "," : "", auths->elems[i]);

		free(names);
		names = longer;
	}
	tell(fields, "transport", endpoint->transport);
	tell(fields, "callerid", callerid);
	tell(fields, "auth", names);
	free(names);
	free(callerid);
	return 0;
}

static void read_layout(void)
{
	if (*paths.layout && sscanf(paths.layout, "%zu/%zu/%zu", &layout.size, &layout.id, &layout.auths) != 3) {
		LOG(ERROR, "stub_layout = %s: not SIZE/ID/AUTHS", paths.layout);
	}
}

/* auth */

struct stub_auth {
	struct ast_sip_auth auth;
	bool has_digest;
};

static void auth_destroy(void *object)
{
	struct ast_sip_auth *auth = object;

	block_free((char *) auth->auth_user);
	block_free((char *) auth->auth_pass);
	block_free((char *) auth->md5_creds);
}

static void *auth_alloc(const char *id)
{
	struct stub_auth *made = sorcery_object_alloc(sizeof(*made), auth_destroy, SIDE_CORE);

	(void) id;
	made->auth.auth_user = block_strdup("");
	made->auth.auth_pass = block_strdup("");
	/* Stays empty: the digest is kept elsewhere since 22. */
	made->auth.md5_creds = block_strdup("");
	return made;
}

static int auth_option(const struct aco_option *option, struct ast_variable *variable, void *object)
{
	static const char *const types[] = { "userpass", "md5", "digest" };
	struct stub_auth *made = object;

	(void) option;
	if (!strcasecmp(variable->name, "username")) {
		set(&made->auth.auth_user, variable->value);
	} else if (!strcasecmp(variable->name, "password")) {
		set(&made->auth.auth_pass, variable->value);
	} else if (!strcasecmp(variable->name, "md5_cred") || !strcasecmp(variable->name, "password_digest")) {
		made->has_digest = !is_empty(variable->value);
	} else if (!strcasecmp(variable->name, "auth_type")) {
		for (size_t i = 0; i < COUNT_OF(types); i++) {
			if (!strcasecmp(variable->value, types[i])) {
				return 0;
			}
		}
		LOG(WARNING, "Unknown authentication storage type '%s' specified for %s", variable->value, variable->name);
		return -1;
	}
	return 0;
}

static int auth_fields(const void *object, struct ast_variable **fields)
{
	const struct ast_sip_auth *auth = object;

	tell(fields, "username", auth->auth_user);
	tell(fields, "password", auth->auth_pass);
	return 0;
}

static int auth_apply(const struct ast_sorcery *of, void *object)
{
	const struct stub_auth *made = object;
	const char *id = sorcery_object_id(object);

	(void) of;
	if (is_empty(made->auth.auth_user)) {
		LOG(ERROR, "%s: No authentication username", id);
		return -1;
	}
	if (is_empty(made->auth.auth_pass) && !made->has_digest) {
		LOG(ERROR, "%s: No plain text or digest password found for algorithm MD5 in supported_algorithms_uas", id);
		return -1;
	}
	return 0;
}

/* transport */

struct stub_transport {
	struct ast_sip_transport transport;
	char protocol[8];
	bool tls;
	bool allow_reload;
};

static void *transport_alloc(const char *id)
{
	(void) id;
	return sorcery_object_alloc(sizeof(struct stub_transport), NULL, SIDE_CORE);
}

/* ADDRESS, ADDRESS:PORT, [ADDRESS]:PORT */
static int parse_bind(const char *value, pj_sockaddr *host)
{
	char *copy = core_strdup(value);
	char *address = copy;
	char *port = NULL;
	int result = 0;

	memset(host, 0, sizeof(*host));
	if (*address == '[') {
		char *end = strchr(++address, ']');

		if (end) {
			port = end[1] == ':' ? end + 2 : NULL;
			*end = '\0';
		}
	} else if (strchr(address, ':') && strchr(address, ':') == strrchr(address, ':')) {
		port = strchr(address, ':');
		*port++ = '\0';
	}
	if (inet_pton(AF_INET, address, &host->ipv4.sin_addr) == 1) {
		host->ipv4.sin_family = AF_INET;
		host->ipv4.sin_port = htons(port ? atoi(port) : 0);
	} else if (inet_pton(AF_INET6, address, &host->ipv6.sin6_addr) == 1) {
		host->ipv6.sin6_family = AF_INET6;
		host->ipv6.sin6_port = htons(port ? atoi(port) : 0);
	} else {
		result = -1;
	}
	free(copy);
	return result;
}

static int transport_option(const struct aco_option *option, struct ast_variable *variable, void *object)
{
	struct stub_transport *made = object;

	(void) option;
	if (!strcasecmp(variable->name, "protocol")) {
		static const char *const protocols[] = { "udp", "tcp", "tls", "ws", "wss", "flow" };
		size_t i = 0;

		while (i < COUNT_OF(protocols) && strcasecmp(variable->value, protocols[i])) {
			i++;
		}
		if (i == COUNT_OF(protocols)) {
			return -1;
		}
		made->tls = !strcasecmp(variable->value, "tls");
		snprintf(made->protocol, sizeof(made->protocol), "%s", variable->value);
		made->transport.flow = !strcasecmp(variable->value, "flow");
	} else if (!strcasecmp(variable->name, "allow_reload")) {
		made->allow_reload = is_true(variable->value);
	} else if (!strcasecmp(variable->name, "bind")) {
		return parse_bind(variable->value, &made->transport.host);
	}
	return 0;
}

static int transport_fields(const void *object, struct ast_variable **fields)
{
	const struct stub_transport *transport = object;
	const pj_sockaddr *host = &transport->transport.host;
	bool is_ipv6 = host->addr.sa_family == AF_INET6;
	const void *address = is_ipv6 ? (const void *) &host->ipv6.sin6_addr : &host->ipv4.sin_addr;
	char text[INET6_ADDRSTRLEN] = "";
	char *bind;

	inet_ntop(is_ipv6 ? AF_INET6 : AF_INET, address, text, sizeof(text));
	/* The port lies at the same place in either family. */
	bind = core_asprintf(is_ipv6 ? "[%s]:%d" : "%s:%d", text, ntohs(host->ipv4.sin_port));
	tell(fields, "protocol", transport->protocol[0] ? transport->protocol : "udp");
	tell(fields, "bind", bind);
	tell(fields, "allow_reload", transport->allow_reload ? "yes" : "no");
	free(bind);
	return 0;
}

/* Where each transport was started, whether it is still there or not: it goes on from that. */
struct started {
	struct started *next;
	char *id;
	pj_sockaddr host;
	bool tls;
};

static struct started *started;

static struct started *find_started(const char *id)
{
	struct started *found = started;

	while (found && strcmp(found->id, id)) {
		found = found->next;
	}
	return found;
}

/* Transports are loaded by one thread at a time. */
static int transport_apply(const struct ast_sorcery *of, void *object)
{
	struct stub_transport *made = object;
	pj_sockaddr *host = &made->transport.host;
	const char *id = sorcery_object_id(object);
	struct started *old = find_started(id);

	(void) of;
	if (made->transport.flow) {
		return parse_bind("0.0.0.0", host);
	}
	if (old && !made->allow_reload) {
		if (old->tls != made->tls || memcmp(host, &old->host, sizeof(*host))) {
			LOG(NOTICE, "Transport '%s' is not fully reloadable, not reloading: protocol, bind, TLS, TCP, ToS, or CoS options.",
				id);
		}
		*host = old->host;
		made->tls = old->tls;
	} else if (host->addr.sa_family != AF_INET && host->addr.sa_family != AF_INET6) {
		LOG(ERROR, "Transport '%s' could not be started as binding not specified", id);
		return -1;
	} else if (!host->ipv4.sin_port) {
		/* The port lies at the same place in either family. */
		host->ipv4.sin_port = htons(made->tls ? 5061 : 5060);
	}
	if (!old) {
		old = core_alloc(sizeof(*old));
		old->id = core_strdup(id);
		old->next = started;
		started = old;
	}
	old->host = *host;
	old->tls = made->tls;
	return 0;
}

static void forget_started(void)
{
	while (started) {
		struct started *next = started->next;

		free(started->id);
		free(started);
		started = next;
	}
}

/* aor: there so that its sections are read, and with them its place in the order of types. */

static void *aor_alloc(const char *id)
{
	(void) id;
	return sorcery_object_alloc(sizeof(struct ast_sorcery_object_details), NULL, SIDE_CORE);
}

static int aor_option(const struct aco_option *option, struct ast_variable *variable, void *object)
{
	(void) option, (void) variable, (void) object;
	return 0;
}

/* Servants */

struct servant_task {
	int (*run)(void *data);
	void *data;
	int result;
	bool done;
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

static void serve(void *data)
{
	struct servant_task *task = data;

	is_servant = true;
	task->result = task->run(task->data);
	pthread_mutex_lock(&task->lock);
	task->done = true;
	pthread_cond_signal(&task->changed);
	pthread_mutex_unlock(&task->lock);
}

static int serve_and_wait(int (*run)(void *), void *data)
{
	struct servant_task task = {
		.run = run,
		.data = data,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER,
	};

	if (is_servant) {
		return run(data);
	}
	worker_push(servants, serve, &task);
	pthread_mutex_lock(&task.lock);
	while (!task.done) {
		pthread_cond_wait(&task.changed, &task.lock);
	}
	pthread_mutex_unlock(&task.lock);
	return task.result;
}

int ast_sip_push_task_wait_servant(struct ast_taskprocessor *serializer, int (*sip_task)(void *), void *task_data)
{
	(void) serializer;
	return serve_and_wait(sip_task, task_data);
}

struct push {
	int (*task)(void *);
	void *data;
};

static void run_pushed(void *data)
{
	struct push *push = data;

	push->task(push->data);
	free(push);
}

int ast_sip_push_task(struct ast_taskprocessor *serializer, int (*sip_task)(void *), void *task_data)
{
	struct push *push = malloc(sizeof(*push));

	(void) serializer;
	if (!push) {
		return -1;
	}
	push->task = sip_task;
	push->data = task_data;
	worker_push(servants, run_pushed, push);
	return 0;
}

/* Nobody registers here. */
struct ao2_container *ast_sip_location_retrieve_contacts_from_aor_list(const char *aor_list)
{
	(void) aor_list;
	return NULL;
}

int ast_sip_create_request(const char *method, struct pjsip_dialog *dlg, struct ast_sip_endpoint *endpoint,
	const char *uri, struct ast_sip_contact *contact, pjsip_tx_data **tdata)
{
	(void) method, (void) dlg, (void) endpoint, (void) uri, (void) contact, (void) tdata;
	return -1;
}

int ast_sip_add_header(pjsip_tx_data *tdata, const char *name, const char *value)
{
	(void) tdata, (void) name, (void) value;
	return -1;
}

int ast_sip_send_request(pjsip_tx_data *tdata, struct pjsip_dialog *dlg, struct ast_sip_endpoint *endpoint,
	void *token, void (*callback)(void *token, pjsip_event *e))
{
	(void) tdata, (void) dlg, (void) endpoint, (void) token, (void) callback;
	return -1;
}

/* Nobody has a call here. */
struct ast_endpoint_snapshot *ast_endpoint_latest_snapshot(const char *tech, const char *resource)
{
	(void) tech, (void) resource;
	return NULL;
}

struct ast_sorcery *ast_sip_get_sorcery(void)
{
	return sorcery;
}

/* Commands */

static char *show_endpoints(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	struct ao2_container *endpoints;

	if (cmd == CLI_INIT) {
		entry->command = "pjsip show endpoints";
		entry->usage = "Usage: pjsip show endpoints\n       Lists the endpoints' ids.\n";
		return NULL;
	}
	endpoints = sorcery_all(sorcery, "endpoint");
	for (int i = 0; i < container_count(endpoints); i++) {
		ast_cli(args->fd, " Endpoint:  %s\n", sorcery_object_id(container_at(endpoints, i)));
	}
	ast_cli(args->fd, "\nObjects found: %d\n\n", container_count(endpoints));
	object_release(endpoints);
	return CLI_SUCCESS;
}

static struct ast_cli_entry commands[] = {
	{ .handler = show_endpoints },
};

/* The module */

static void add_type(const char *type, aco_type_item_alloc alloc, const char *options, aco_option_handler option,
	sorcery_fields_handler fields, sorcery_apply_handler apply)
{
	char *args = core_asprintf("pjsip.conf,criteria=type=%s", type);

	sorcery_apply_default(sorcery, type, "res_pjsip", "config", args);
	sorcery_register_own(sorcery, type, alloc, options, option, fields, apply);
	free(args);
}

static enum ast_module_load_result load(void)
{
	static const struct ast_sorcery_wizard *const wizards[] = { &config_wizard, &memory_wizard, &realtime_wizard };

	read_layout();
	servants = worker_start(SERVANTS);
	sorcery = sorcery_open("res_pjsip", wizards, COUNT_OF(wizards));
	add_type("auth", auth_alloc, AUTH_OPTIONS, auth_option, auth_fields, auth_apply);
	add_type("aor", aor_alloc, "^", aor_option, NULL, NULL);
	/* Nobody registers, so that what one says is never asked for. */
	add_type("contact", aor_alloc, "^", aor_option, NULL, NULL);
	add_type("transport", transport_alloc, TRANSPORT_OPTIONS, transport_option, transport_fields, transport_apply);
	add_type("endpoint", endpoint_alloc, ENDPOINT_OPTIONS, endpoint_option, endpoint_fields, NULL);
	sorcery_load(sorcery, false);
	cli_register(commands, COUNT_OF(commands));
	return AST_MODULE_LOAD_SUCCESS;
}

static int reload_task(void *data)
{
	(void) data;
	sorcery_load(sorcery, true);
	return 0;
}

static int reload(void)
{
	return serve_and_wait(reload_task, NULL);
}

/* The servants live on: the loader still has modules to unload that may ask for one. */
static int unload(void)
{
	return 0;
}

void pjsip_free(void)
{
	if (sorcery) {
		worker_stop(servants);
		sorcery_close(sorcery);
		forget_started();
	}
}

struct ast_module_info res_pjsip_module = {
	.name = "res_pjsip",
	.description = "Basic SIP resource",
	.load = load,
	.reload = reload,
	.unload = unload,
	.load_pri = AST_MODPRI_CHANNEL_DEPEND - 5,
	.support_level = AST_MODULE_SUPPORT_CORE,
};

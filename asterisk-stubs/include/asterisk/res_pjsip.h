/*
 * The objects of res_pjsip from which a phone's variables come.
 *
 * Only the fields that are read have a name; what lies between them is filled so that they have their true offsets in 22,
 * and what lies behind the last of them is left out, but for the endpoint, whose size tells its layout.
 */
#ifndef STUB_RES_PJSIP_H
#define STUB_RES_PJSIP_H

#include <pjsip.h>

#include "asterisk/sorcery.h"
#include "asterisk/vector.h"

struct ast_taskprocessor;

/* A caller id's name and number may be there, and yet not be valid. */
struct ast_party_name {
	char *str;
	int char_set;
	int presentation;
	unsigned char valid;
};

struct ast_party_number {
	char *str;
	int plan;
	int presentation;
	unsigned char valid;
};

struct ast_party_id {
	struct ast_party_name name;
	struct ast_party_number number;
	char opaque[24];
};

struct ast_sip_endpoint_id_configuration {
	struct ast_party_id self;
	char opaque[40];
};

AST_VECTOR(ast_sip_auth_vector, const char *);

struct ast_sip_endpoint {
	SORCERY_OBJECT(details);
	char opaque1[16];
	const char *transport;
	char opaque5[8];
	const char *aors;
	char opaque2[752];
	struct ast_sip_endpoint_id_configuration id;
	char opaque3[104];
	struct ast_sip_auth_vector inbound_auths;
	char opaque4[256];
};

struct ast_sip_auth {
	SORCERY_OBJECT(details);
	char opaque[16];
	const char *auth_user;
	const char *auth_pass;
	const char *md5_creds;
};

struct ast_sip_transport {
	SORCERY_OBJECT(details);
	char opaque1[116];
	pj_sockaddr host;
	char opaque2[452];
	int flow;
};

struct ast_sip_contact {
	SORCERY_OBJECT(details);
	char opaque1[8];
	const char *uri;
	char opaque2[16];
	const char *user_agent;
	const char *aor;
	const char *reg_server;
	const char *via_addr;
	char opaque3[8];
	const char *endpoint_name;
	char opaque4[40];
	struct timeval expiration_time;
	char opaque5[32];
};

struct ast_sorcery *ast_sip_get_sorcery(void);

struct ao2_container *ast_sip_location_retrieve_contacts_from_aor_list(const char *aor_list);

int ast_sip_create_request(const char *method, struct pjsip_dialog *dlg, struct ast_sip_endpoint *endpoint,
	const char *uri, struct ast_sip_contact *contact, pjsip_tx_data **tdata);
int ast_sip_add_header(pjsip_tx_data *tdata, const char *name, const char *value);
int ast_sip_send_request(pjsip_tx_data *tdata, struct pjsip_dialog *dlg, struct ast_sip_endpoint *endpoint,
	void *token, void (*callback)(void *token, pjsip_event *e));

int ast_sip_push_task(struct ast_taskprocessor *serializer, int (*sip_task)(void *), void *task_data);

int ast_sip_push_task_wait_servant(struct ast_taskprocessor *serializer, int (*sip_task)(void *), void *task_data);

#endif

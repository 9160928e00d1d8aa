/* What a security event says. */
#ifndef STUB_SECURITY_EVENTS_DEFS_H
#define STUB_SECURITY_EVENTS_DEFS_H

#include <stdint.h>
#include <sys/time.h>

#include "asterisk/netsock2.h"

enum ast_security_event_type {
	AST_SECURITY_EVENT_FAILED_ACL,
	AST_SECURITY_EVENT_INVAL_ACCT_ID,
};

#define AST_SECURITY_EVENT_INVAL_ACCT_ID_VERSION 1

struct ast_security_event_ip_addr {
	const struct ast_sockaddr *addr;
	enum ast_transport transport;
};

struct ast_security_event_common {
	enum ast_security_event_type event_type;
	uint32_t version;
	const char *service;
	const char *module;
	const char *account_id;
	const char *session_id;
	const struct timeval *session_tv;
	struct ast_security_event_ip_addr local_addr;
	struct ast_security_event_ip_addr remote_addr;
};

struct ast_security_event_inval_acct_id {
	struct ast_security_event_common common;
};

#endif

/*
 * Stand-ins for pjproject's types, so that asterisk/res_pjsip.h parses where pjproject's headers are not installed
 * (distributions ship Asterisk's headers without them).
 *
 * Only pj_sockaddr is real: its port is read. Everything else is named by pointer, or lies behind the last field
 * that this module reads, and is opaque here. Never compile code that calls pjproject against these.
 */
#ifndef PJPROJECT_SHIM_H
#define PJPROJECT_SHIM_H

#include <stdint.h>
#include <stddef.h>
#include <netinet/in.h>

typedef int pj_status_t;
typedef int pj_bool_t;
typedef unsigned int pj_uint32_t;
typedef size_t pj_size_t;
typedef ptrdiff_t pj_ssize_t;

typedef struct pj_str_t {
	char *ptr;
	pj_ssize_t slen;
} pj_str_t;

/* pj/sock.h: the family is the first field of each member, the port of both IP members lies at the same place. */
typedef struct pj_addr_hdr {
	uint16_t sa_family;
} pj_addr_hdr;

typedef union pj_sockaddr {
	pj_addr_hdr addr;
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
} pj_sockaddr;

#define PJ_INET6_ADDRSTRLEN 46
#define PJSIP_MAX_URL_SIZE 256
#define PJSIP_EXPIRES_NOT_SPECIFIED ((pj_uint32_t) -1)

typedef enum { PJ_SSL_CIPHER_SHIM = 0x7fffffff } pj_ssl_cipher;
typedef enum { PJSIP_STATUS_CODE_SHIM = 0x7fffffff } pjsip_status_code;
typedef enum {
	PJSIP_AUTH_ALGORITHM_TYPE_SHIM,
	/* Sizes an array at the end of struct ast_sip_auth, behind the fields that are read. */
	PJSIP_AUTH_ALGORITHM_COUNT
} pjsip_auth_algorithm_type;
typedef void (*pjsip_tp_state_callback)(void);

#define PJPROJECT_OPAQUE(name) typedef struct name name
PJPROJECT_OPAQUE(pj_pool_t);
PJPROJECT_OPAQUE(pj_timer_heap_t);
PJPROJECT_OPAQUE(pj_timer_entry);
PJPROJECT_OPAQUE(pjsip_dialog);
PJPROJECT_OPAQUE(pjsip_endpoint);
PJPROJECT_OPAQUE(pjsip_event);
PJPROJECT_OPAQUE(pjsip_fromto_hdr);
PJPROJECT_OPAQUE(pjsip_contact_hdr);
PJPROJECT_OPAQUE(pjsip_generic_string_hdr);
PJPROJECT_OPAQUE(pjsip_hdr);
PJPROJECT_OPAQUE(pjsip_inv_session);
PJPROJECT_OPAQUE(pjsip_module);
PJPROJECT_OPAQUE(pjsip_msg);
PJPROJECT_OPAQUE(pjsip_msg_body);
PJPROJECT_OPAQUE(pjsip_param);
PJPROJECT_OPAQUE(pjsip_response_addr);
PJPROJECT_OPAQUE(pjsip_rx_data);
PJPROJECT_OPAQUE(pjsip_sip_uri);
PJPROJECT_OPAQUE(pjsip_tpfactory);
PJPROJECT_OPAQUE(pjsip_tpselector);
PJPROJECT_OPAQUE(pjsip_transaction);
PJPROJECT_OPAQUE(pjsip_transport);
PJPROJECT_OPAQUE(pjsip_tx_data);
PJPROJECT_OPAQUE(pjsip_uri);
PJPROJECT_OPAQUE(pjsip_auth_algorithm);
PJPROJECT_OPAQUE(pjsip_auth_clt_sess);
PJPROJECT_OPAQUE(pjsip_evsub);

/* Held by value behind the fields that are read: their size does not matter here. */
typedef struct pjsip_tls_setting { char shim; } pjsip_tls_setting;
typedef struct pjsip_media_type { pj_str_t type; pj_str_t subtype; char shim[64]; } pjsip_media_type;

#endif

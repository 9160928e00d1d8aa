/* Answering requests. */
#ifndef RES_PHONEPROV_REQUESTS_H
#define RES_PHONEPROV_REQUESTS_H

#include "asterisk/http.h"

extern struct ast_http_uri phoneprov_uri;

/* Waits for those that are being answered, and keeps others waiting. A reload or a provider is not kept from anything. */
void requests_shut_out(void);
void requests_let_in(void);

#endif

/* Who answers what. */
#ifndef HTTP_URIS_H
#define HTTP_URIS_H

#include "asterisk/http.h"

/* Where all of them are; "" or a name behind a slash. */
void http_set_prefix(const char *prefix);
const char *http_prefix(void);
void http_free_prefix(void);

void http_link(struct ast_http_uri *uri);
void http_unlink(struct ast_http_uri *uri);
/* Who answers for the path, and what is left of the path for him; NULL if nobody does. */
struct ast_http_uri *http_find(char **path);
void http_each(void (*call)(const struct ast_http_uri *uri, void *data), void *data);

#endif

/* Who answers what. */

#include "http/uris.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "base/ledger.h"

static struct ast_http_uri *uris;
static pthread_rwlock_t uris_lock = PTHREAD_RWLOCK_INITIALIZER;

static char *prefix;

void http_set_prefix(const char *name)
{
	prefix = core_strdup(name);
}

const char *http_prefix(void)
{
	return prefix;
}

void http_free_prefix(void)
{
	free(prefix);
}

/* Longer ones first; the newest first among those of one length. */
void http_link(struct ast_http_uri *uri)
{
	struct ast_http_uri **at = &uris;

	pthread_rwlock_wrlock(&uris_lock);
	while (*at && strlen((*at)->uri) > strlen(uri->uri)) {
		at = &(*at)->entry.next;
	}
	uri->prefix = prefix;
	uri->entry.next = *at;
	*at = uri;
	pthread_rwlock_unlock(&uris_lock);
}

static bool unlink_uri(struct ast_http_uri *uri)
{
	struct ast_http_uri **at = &uris;
	bool found;

	pthread_rwlock_wrlock(&uris_lock);
	while (*at && *at != uri) {
		at = &(*at)->entry.next;
	}
	found = *at;
	if (found) {
		*at = uri->entry.next;
		uri->entry.next = NULL;
	}
	pthread_rwlock_unlock(&uris_lock);
	return found;
}

void http_unlink(struct ast_http_uri *uri)
{
	unlink_uri(uri);
}

int ast_http_uri_link(struct ast_http_uri *urihandler)
{
	if (fault_strikes(FAULT_REGISTER, __func__)) {
		return -1;
	}
	ledger_enter(LEDGER_HTTP_URI, SIDE_MODULE, 1);
	http_link(urihandler);
	return 0;
}

void ast_http_uri_unlink(struct ast_http_uri *urihandler)
{
	if (unlink_uri(urihandler)) {
		ledger_enter(LEDGER_HTTP_URI, SIDE_MODULE, -1);
	}
}

struct ast_http_uri *http_find(char **path)
{
	struct ast_http_uri *found = NULL;
	size_t length = strlen(prefix);

	if (strncasecmp(*path, prefix, length) || (*path)[length] != '/') {
		return NULL;
	}
	pthread_rwlock_rdlock(&uris_lock);
	for (struct ast_http_uri *uri = uris; uri; uri = uri->entry.next) {
		char *rest = *path + length + 1;
		size_t own = strlen(uri->uri);

		if (strncasecmp(rest, uri->uri, own) || (rest[own] && rest[own] != '/')) {
			continue;
		}
		rest += own;
		if (*rest == '/') {
			rest++;
		}
		if (!*rest || uri->has_subtree) {
			*path = rest;
			found = uri;
			break;
		}
	}
	pthread_rwlock_unlock(&uris_lock);
	return found;
}

void http_each(void (*call)(const struct ast_http_uri *uri, void *data), void *data)
{
	pthread_rwlock_rdlock(&uris_lock);
	for (const struct ast_http_uri *uri = uris; uri; uri = uri->entry.next) {
		call(uri, data);
	}
	pthread_rwlock_unlock(&uris_lock);
}

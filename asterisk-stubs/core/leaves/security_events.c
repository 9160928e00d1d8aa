/* Security events: each is a line of the log. */

#include <netdb.h>
#include <stddef.h>
#include <sys/socket.h>

#include "asterisk/security_events.h"

#include "base/log.h"

int ast_security_event_report(const struct ast_security_event_common *sec)
{
	char address[NI_MAXHOST] = "?";

	getnameinfo((const struct sockaddr *) &sec->remote_addr.addr->ss, sec->remote_addr.addr->len, address,
		sizeof(address), NULL, 0, NI_NUMERICHOST);
	log_write(__LOG_NOTICE, __FILE__, "SecurityEvent=\"%s\",Service=\"%s\",AccountID=\"%s\",RemoteAddress=\"%s\"\n",
		sec->event_type == AST_SECURITY_EVENT_INVAL_ACCT_ID ? "InvalidAccountID" : "?", sec->service,
		sec->account_id, address);
	return 0;
}

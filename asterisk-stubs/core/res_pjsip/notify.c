/* Requests out of a dialog. They go nowhere, and are answered as "stub answer" says. */

#include "res_pjsip/notify.h"

#include <stdlib.h>

#include "asterisk/res_pjsip.h"

#include "base/alloc.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/memory.h"

/* A transaction's, in the version of pjproject that is claimed. */
#define TRANSACTION_SIZE 400
#define STATUS_AT 176
/* pjsip_event_id_e. */
#define EVENT_TIMER 1
#define EVENT_RX_MSG 3
#define EVENT_TSX_STATE 5

/* pjsip_event, of a transaction. */
struct event {
	void *list[2];
	int type;
	void *source;
	void *transaction;
	int previous_state;
	int cause;
};

struct sent {
	void *token;
	void (*callback)(void *token, pjsip_event *event);
	int status;
};

static struct worker *servants;
/* 0 is silence. */
static int status = 200;

void notify_by(struct worker *workers)
{
	servants = workers;
}

const char *pj_get_version(void);
const char *pj_get_version(void)
{
	return "2.15-stub";
}

int ast_sip_create_request(const char *method, struct pjsip_dialog *dlg, struct ast_sip_endpoint *endpoint,
	const char *uri, struct ast_sip_contact *contact, pjsip_tx_data **tdata)
{
	(void) dlg, (void) endpoint, (void) uri;
	if (fault_strikes(FAULT_SIP, __func__)) {
		return -1;
	}
	LOG(NOTICE, "%s to %s", method, contact->uri);
	*tdata = block_alloc(1, LEDGER_REQUEST, SIDE_MODULE);
	return 0;
}

int ast_sip_add_header(pjsip_tx_data *tdata, const char *name, const char *value)
{
	(void) tdata;
	LOG(NOTICE, "%s: %s", name, value);
	return 0;
}

static void answer(void *data)
{
	struct sent *sent = data;
	char *transaction = core_alloc(TRANSACTION_SIZE);
	struct event event = {
		.type = EVENT_TSX_STATE,
		.transaction = transaction,
		.cause = sent->status ? EVENT_RX_MSG : EVENT_TIMER,
	};

	*(int *) (transaction + STATUS_AT) = sent->status;
	sent->callback(sent->token, (pjsip_event *) &event);
	free(transaction);
	free(sent);
}

int ast_sip_send_request(pjsip_tx_data *tdata, struct pjsip_dialog *dlg, struct ast_sip_endpoint *endpoint,
	void *token, void (*callback)(void *token, pjsip_event *e))
{
	struct sent *sent;

	(void) dlg, (void) endpoint;
	block_free(tdata);
	if (fault_strikes(FAULT_SIP, __func__)) {
		return -1;
	}
	sent = core_alloc(sizeof(*sent));
	sent->token = token;
	sent->callback = callback;
	sent->status = status;
	worker_push(servants, answer, sent);
	return 0;
}

char *notify_answer(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	if (cmd == CLI_INIT) {
		entry->command = "stub answer";
		entry->usage = "Usage: stub answer STATUS\n       Requests are answered so from now on; 0 is silence.\n";
		return NULL;
	}
	if (args->argc != entry->args + 1) {
		return CLI_SHOWUSAGE;
	}
	status = atoi(args->argv[entry->args]);
	ast_cli(args->fd, "Answered with %d\n", status);
	return CLI_SUCCESS;
}

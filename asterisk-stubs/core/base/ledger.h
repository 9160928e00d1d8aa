/* What was taken and given back, by kind and by side. */
#ifndef BASE_LEDGER_H
#define BASE_LEDGER_H

#include "base/text.h"

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
	LEDGER_REQUEST,
	LEDGER_KINDS,
};

enum side {
	SIDE_CORE,
	SIDE_MODULE,
	SIDES,
};

void ledger_enter(enum ledger_kind kind, enum side side, int count);
/* A line for each kind, of that side and those behind it. */
void ledger_report(struct text *out, const char *prefix, enum side first);
void ledger_write_file(const char *directory);

#endif

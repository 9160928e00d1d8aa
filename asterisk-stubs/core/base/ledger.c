/* What was taken and given back, by kind and by side: a test ends with the module's side at zero. */

#include "base/ledger.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"

static const char *const kinds[LEDGER_KINDS] = {
	[LEDGER_MEMORY] = "memory",
	[LEDGER_VAR] = "var",
	[LEDGER_VAR_LIST] = "var_list",
	[LEDGER_VARIABLE] = "variable",
	[LEDGER_CONFIG] = "config",
	[LEDGER_OBJECT] = "object",
	[LEDGER_REFERENCE] = "reference",
	[LEDGER_ITERATOR] = "iterator",
	[LEDGER_PROVIDER] = "provider",
	[LEDGER_SORCERY_TYPE] = "sorcery_type",
	[LEDGER_SORCERY_FIELD] = "sorcery_field",
	[LEDGER_OBSERVER] = "observer",
	[LEDGER_INSTANCE_OBSERVER] = "instance_observer",
	[LEDGER_CLI] = "cli",
	[LEDGER_HTTP_URI] = "http_uri",
	[LEDGER_MANAGER_ACTION] = "manager_action",
	[LEDGER_FUNCTION] = "function",
	[LEDGER_CONFIG_ENGINE] = "config_engine",
	[LEDGER_MODULE_REF] = "module_ref",
	[LEDGER_REQUEST] = "request",
};

static struct {
	atomic_long live;
	atomic_long total;
} entries[LEDGER_KINDS][SIDES];

void ledger_enter(enum ledger_kind kind, enum side side, int count)
{
	atomic_fetch_add(&entries[kind][side].live, count);
	if (count > 0) {
		atomic_fetch_add(&entries[kind][side].total, count);
	}
}

void ledger_report(struct text *out, const char *prefix, enum side first)
{
	for (int kind = 0; kind < LEDGER_KINDS; kind++) {
		long live = 0;
		long total = 0;

		for (int side = first; side < SIDES; side++) {
			live += atomic_load(&entries[kind][side].live);
			total += atomic_load(&entries[kind][side].total);
		}
		text_add_format(out, "%s%s live=%ld total=%ld\n", prefix, kinds[kind], live, total);
	}
}

void ledger_write_file(const char *directory)
{
	char *name = core_asprintf("%s/ledger", directory);
	FILE *file = fopen(name, "w");
	struct text out = { 0 };

	if (!file) {
		LOG(ERROR, "Unable to write %s", name);
	} else {
		ledger_report(&out, "", SIDE_CORE);
		ledger_report(&out, "module ", SIDE_MODULE);
		fputs(text_string(&out), file);
		fclose(file);
	}
	text_free(&out);
	free(name);
}

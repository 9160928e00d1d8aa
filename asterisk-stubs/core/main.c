/* Starting and ending the process. */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/debug.h"
#include "base/ledger.h"
#include "base/log.h"
#include "base/paths.h"
#include "base/process.h"
#include "base/seen.h"
#include "commands/commands.h"
#include "console/cli.h"
#include "console/control.h"
#include "dialplan/strings.h"
#include "http/requests.h"
#include "modules/load.h"
#include "modules/reload.h"
#include "modules/unload.h"
#include "res_phoneprov/res_phoneprov.h"
#include "res_pjsip/res_pjsip.h"

static struct ast_module_info http_module = {
	.name = "http",
	.description = "Built-in HTTP Server",
	.support_level = AST_MODULE_SUPPORT_CORE,
};

static const struct builtin builtins[] = {
	{ .resource = "http", .info = &http_module, .always = true, .until_shutdown = true },
	{ .resource = "res_pjsip.so", .info = &res_pjsip_module, .until_shutdown = true },
	{ .resource = "res_phoneprov.so", .info = &res_phoneprov_module },
	{ 0 },
};

static void run(void)
{
	process_start();
	log_open(paths.log);
	if (paths.live_dangerously) {
		LOG(WARNING, "Privilege escalation protection disabled!");
	}
	commands_register();
	control_start();
	strings_add_functions();
	http_start();
	modules_load(builtins);
	process_set_booted();
	LOG(VERBOSE, "Asterisk Ready.");
	modules_booted();
	process_wait_stop();

	/* Requests and commands are taken while modules unload, as in Asterisk. */
	modules_unload();
	control_stop();
	http_stop();
	pjsip_free();
	cli_free();
	ledger_write_file(paths.log);
	debug_free();
	seen_forget();
	log_close();
	process_end();
}

static int usage(void)
{
	fputs("Usage: asterisk-stub -f -C ASTERISK.CONF\n"
		"       asterisk-stub -C ASTERISK.CONF -rx COMMAND\n", stderr);
	return 1;
}

int main(int argc, char **argv)
{
	const char *conf = NULL;
	const char *command = NULL;
	bool foreground = false;
	int result = 0;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-f")) {
			foreground = true;
		} else if (!strcmp(argv[i], "-C") && i + 1 < argc) {
			conf = argv[++i];
		} else if (!strcmp(argv[i], "-rx") && i + 1 < argc) {
			command = argv[++i];
		} else {
			return usage();
		}
	}
	if (!conf || foreground == (command != NULL)) {
		return usage();
	}
	/* Before the log is open, complaints go to stderr. */
	if (paths_read(conf)) {
		fprintf(stderr, "asterisk-stub: unable to read %s\n", conf);
		return 1;
	}
	if (command) {
		result = control_send(command);
		seen_forget();
	} else {
		run();
	}
	return result;
}

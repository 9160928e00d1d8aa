/* asterisk.conf: where the instance has its files, which version it claims to be, and how careful it is. */

#include "base/paths.h"

#include "asterisk/paths.h"

#include "base/alloc.h"
#include "base/config.h"

struct paths paths;
const char *ast_config_AST_CONFIG_DIR;
const char *ast_config_AST_DATA_DIR;
const char *ast_config_AST_SPOOL_DIR;
/* Nobody named it. */
const char *ast_config_AST_SYSTEM_NAME = "";

static char *setting(const struct ast_config *config, const char *section, const char *name, const char *otherwise)
{
	const char *value = config_value(config, section, name);

	return core_strdup(value ? value : otherwise);
}

int paths_read(const char *asterisk_conf)
{
	struct ast_config *config = config_read(asterisk_conf, "asterisk", false);

	if (!config || config == CONFIG_STATUS_FILEINVALID) {
		return -1;
	}
	paths = (struct paths) {
		.etc = setting(config, "directories", "astetcdir", "/etc/asterisk"),
		.modules = setting(config, "directories", "astmoddir", "/usr/lib/asterisk/modules"),
		.data = setting(config, "directories", "astdatadir", "/var/lib/asterisk"),
		.spool = setting(config, "directories", "astspooldir", "/var/spool/asterisk"),
		.log = setting(config, "directories", "astlogdir", "/var/log/asterisk"),
		.run = setting(config, "directories", "astrundir", "/var/run/asterisk"),
		.version = setting(config, "options", "stub_version", "22.0.0"),
		.layout = setting(config, "options", "stub_layout", ""),
		.live_dangerously = is_true(config_value(config, "options", "live_dangerously")),
		.trap_server = is_true(config_value(config, "options", "stub_trap_server")),
		.trap_empty_template = is_true(config_value(config, "options", "stub_trap_empty_template")),
	};
	config_look_in(paths.etc);
	ast_config_AST_CONFIG_DIR = paths.etc;
	ast_config_AST_DATA_DIR = paths.data;
	ast_config_AST_SPOOL_DIR = paths.spool;
	config_free(config);
	return 0;
}

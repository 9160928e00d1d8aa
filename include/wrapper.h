/* The one header that bindgen reads: what of Asterisk this module uses. */

/* Asterisk's headers insist on a name for "this module's handle"; ours lies in src/module.rs. */
#define AST_MODULE_SELF_SYM __internal_res_pjsip_phoneprov_provider_self

#include "asterisk.h"
#include "asterisk/ast_expr.h"
#include "asterisk/ast_version.h"
#include "asterisk/astobj2.h"
#include "asterisk/buildopts.h"
#include "asterisk/callerid.h"
#include "asterisk/channel.h"
#include "asterisk/chanvars.h"
#include "asterisk/cli.h"
#include "asterisk/config.h"
#include "asterisk/config_options.h"
#include "asterisk/http.h"
#include "asterisk/localtime.h"
#include "asterisk/logger.h"
#include "asterisk/manager.h"
#include "asterisk/module.h"
#include "asterisk/options.h"
#include "asterisk/paths.h"
#include "asterisk/pbx.h"
#include "asterisk/phoneprov.h"
#include "asterisk/res_pjsip.h"
#include "asterisk/security_events.h"
#include "asterisk/sorcery.h"
#include "asterisk/strings.h"

/* Telling who guards the machine that somebody is up to something. */
#ifndef STUB_SECURITY_EVENTS_H
#define STUB_SECURITY_EVENTS_H

#include "asterisk/security_events_defs.h"

int ast_security_event_report(const struct ast_security_event_common *sec);

#endif

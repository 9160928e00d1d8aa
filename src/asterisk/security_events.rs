//! Header: asterisk/security_events.h. What fail2ban and the like read in Asterisk's security log.

use super::MODULE_NAME;
use super::http::Request;
use crate::ffi;
use std::ffi::CStr;
use std::ptr::null;

/// Reports a request for a phone that nobody has, as an invalid account of service `HTTP`. Any thread.
pub fn invalid_account(request: &Request, account: &CStr) {
    let transport = ffi::ast_transport_AST_TRANSPORT_TCP;
    let event = ffi::ast_security_event_common {
        event_type: ffi::ast_security_event_type_AST_SECURITY_EVENT_INVAL_ACCT_ID,
        version: ffi::AST_SECURITY_EVENT_INVAL_ACCT_ID_VERSION,
        service: c"HTTP".as_ptr(),
        module: MODULE_NAME.as_ptr(),
        account_id: account.as_ptr(),
        session_id: c"phoneprov".as_ptr(),
        session_tv: null(),
        local_addr: ffi::ast_security_event_ip_addr { addr: &request.local, transport },
        remote_addr: ffi::ast_security_event_ip_addr { addr: &request.remote, transport },
    };
    let event = ffi::ast_security_event_inval_acct_id { common: event };
    // SAFETY: the event and all that it points to live through the call, which copies them. An event of this type is the
    // common part and nothing else.
    unsafe { ffi::ast_security_event_report(&event.common) };
}

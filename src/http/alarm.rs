//! What is said of requests for phones that nobody has.

use super::record::Record;
use crate::asterisk::http::Request;
use crate::asterisk::logger::notice;
use crate::asterisk::security_events;
use crate::phone::mac::Digits;
use crate::text::Shown;
use std::ffi::CString;
use std::time::Instant;

/// Speaks up about a request for a phone that nobody has. In a request's thread, which holds no lock.
pub fn note_unknown(record: &Record, request: &Request, mac: &Digits) {
    let Some(from) = request.from() else { return };
    let (alarm, unknown) = record.end_unknown(mac, from, Instant::now());
    if let Some(requests) = alarm.log {
        notice!(
            "{from} asked for /phoneprov/{}, and no phone has that MAC: add a section for it or correct the phone's \
             provisioning URL ({requests} such since the last line, {unknown} in all)",
            Shown(request.uri)
        );
    }
    // The MAC alone: the rest of the URI is the client's own text, which Asterisk writes into its logs as it is.
    if !alarm.guessing {
        return;
    }
    if let Ok(account) = CString::new(mac.as_slice()) {
        security_events::invalid_account(request, &account);
    }
}

//! Headers: asterisk/endpoints.h, asterisk/stasis_endpoints.h. What Asterisk's core knows of an endpoint.

use super::astobj2::Ao2;
use crate::ffi;
use std::ffi::CStr;

/// Whether the PJSIP endpoint of that id has a call. Any thread; takes a lock of the core's cache for a moment.
pub fn is_in_call(id: &CStr) -> bool {
    // SAFETY: the strings live through the call; the snapshot is an ao2 object whose reference passes to us.
    let snapshot: Option<Ao2<ffi::ast_endpoint_snapshot>> =
        unsafe { Ao2::from_owned(ffi::ast_endpoint_latest_snapshot(c"PJSIP".as_ptr(), id.as_ptr()).cast()) };
    snapshot.is_some_and(|snapshot| snapshot.num_channels > 0)
}

//! Header: asterisk/callerid.h. Caller ids as they are written.

use crate::ffi;
use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr::null;

/// As much of either part as an endpoint keeps (res_pjsip's handler of `callerid`).
const LONGEST: usize = 80;
const LONGEST_TEXT: usize = 1024;

/// Splits `"Name" <number>` into name and number; either is empty if it is not there. Any thread.
pub fn split(text: &CStr) -> (CString, CString) {
    // Asterisk copies it to its stack. Of what is longer than this, neither part would be kept anyway.
    let text = CString::new(&text.to_bytes()[..text.count_bytes().min(LONGEST_TEXT)]).unwrap_or_default();
    let (mut name, mut number) = ([0u8; LONGEST], [0u8; LONGEST]);
    // SAFETY: the text lives through the call, and each buffer is written within the length that goes with it.
    unsafe {
        ffi::ast_callerid_split(
            text.as_ptr(),
            name.as_mut_ptr().cast::<c_char>(),
            LONGEST as _,
            number.as_mut_ptr().cast::<c_char>(),
            LONGEST as _,
        );
    }
    let owned = |buffer: &[u8]| CStr::from_bytes_until_nul(buffer).unwrap_or_default().to_owned();
    (owned(&name), owned(&number))
}

/// The two as one text, as sorcery has it in an endpoint's object set (res_pjsip's `caller_id_to_str`, which may cut it off).
/// Any thread.
pub fn merge(name: Option<&CStr>, number: Option<&CStr>) -> CString {
    let length = |part: Option<&CStr>| part.map_or(0, CStr::count_bytes);
    let mut text = vec![0u8; 11 + length(name) + length(number)];
    let pointer = |part: Option<&CStr>| part.map_or(null(), CStr::as_ptr);
    // SAFETY: both parts live through the call or are NULL, and the text is written within its length.
    unsafe {
        let room = text.len() as c_int;
        ffi::ast_callerid_merge(text.as_mut_ptr().cast(), room, pointer(name), pointer(number), null());
    }
    CStr::from_bytes_until_nul(&text).unwrap_or_default().to_owned()
}

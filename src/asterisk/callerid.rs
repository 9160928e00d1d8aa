//! Header: asterisk/callerid.h. Caller ids as they are written.

use crate::ffi;
use std::ffi::{CStr, CString, c_char};

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

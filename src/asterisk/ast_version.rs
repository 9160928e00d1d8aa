//! Header: asterisk/ast_version.h. Which Asterisk runs.

use crate::ffi;
use std::ffi::CStr;

/// The running Asterisk's version. Any thread.
pub fn running() -> String {
    // SAFETY: returns a string constant of the Asterisk program.
    unsafe { CStr::from_ptr(ffi::ast_get_version()) }.to_string_lossy().into_owned()
}

/// The running Asterisk's major version, if it tells one. Any thread.
pub fn running_major() -> Option<u32> {
    major(&running())
}

/// The major version in `22.10.1~dfsg`, `certified/18.9-cert4`, `GIT-22-08a24ad`: the first number that follows the start, a `/`
/// or a `-`.
fn major(version: &str) -> Option<u32> {
    version.split(['/', '-']).find_map(|part| {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part[..end].parse().ok()
    })
}

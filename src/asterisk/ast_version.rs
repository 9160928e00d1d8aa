//! Header: asterisk/ast_version.h. Which Asterisk runs, and which this build is for.

use crate::ffi;
use std::ffi::CStr;
use std::fmt;

/// The version of the Asterisk whose headers this module was built with.
pub const BUILT_FOR: &str = env!("BUILT_FOR_ASTERISK");

/// This build must not run in that Asterisk: struct layouts differ between major versions, and the build-option
/// checksum does not tell them apart.
#[derive(Debug)]
pub struct VersionError {
    running: String,
}

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "this build is for Asterisk {BUILT_FOR} and cannot run in Asterisk {}; install the build for that version",
            self.running
        )
    }
}

/// The running Asterisk's version. Any thread.
pub fn running() -> String {
    // SAFETY: returns a string constant of the Asterisk program.
    unsafe { CStr::from_ptr(ffi::ast_get_version()) }.to_string_lossy().into_owned()
}

/// Fails unless the running Asterisk has the major version that this module was built for.
pub fn check() -> Result<(), VersionError> {
    let running = running();
    match (major(&running), major(BUILT_FOR)) {
        (Some(running), Some(built_for)) if running == built_for => Ok(()),
        _ => Err(VersionError { running }),
    }
}

/// The major version in `22.10.1~dfsg`, `certified/18.9-cert4`, `GIT-22-08a24ad`: the first number that follows the
/// start, a `/` or a `-`.
fn major(version: &str) -> Option<u32> {
    version.split(['/', '-']).find_map(|part| {
        let digits = part.find(|c: char| !c.is_ascii_digit()).map_or(part, |end| &part[..end]);
        digits.parse().ok()
    })
}

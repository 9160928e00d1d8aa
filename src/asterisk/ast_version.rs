//! Header: asterisk/ast_version.h. Which Asterisk runs, and which this build is for.

use crate::ffi;
use std::ffi::CStr;
use std::fmt;

/// The version of the Asterisk whose headers this module was built with.
pub const BUILT_FOR: &str = env!("BUILT_FOR_ASTERISK");

/// This build must not run in that Asterisk: struct layouts differ between versions, minor ones included (an endpoint's
/// auths lie elsewhere in 22.9 than in 22.10), and the build-option checksum does not tell them apart.
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

/// The running Asterisk's major version, if it tells one. Any thread.
pub fn running_major() -> Option<u32> {
    numbers(&running()).map(|(major, _)| major)
}

/// Fails unless the running Asterisk has the major and the minor version that this module was built for.
pub fn check() -> Result<(), VersionError> {
    let running = running();
    if fits(&running, BUILT_FOR) { Ok(()) } else { Err(VersionError { running }) }
}

/// Whether two versions are of one layout, as far as both tell: a development version names no minor, and nor do headers
/// that were built with no ASTERISK_VERSION.
fn fits(running: &str, built_for: &str) -> bool {
    match (numbers(running), numbers(built_for)) {
        (Some((running, running_minor)), Some((built_for, built_for_minor))) => {
            running == built_for && running_minor.zip(built_for_minor).is_none_or(|(one, other)| one == other)
        }
        _ => false,
    }
}

/// Major and minor version in `22.10.1~dfsg`, `certified/18.9-cert4`, `GIT-22-08a24ad`: the first number that follows the
/// start, a `/` or a `-`, and the one behind its dot.
fn numbers(version: &str) -> Option<(u32, Option<u32>)> {
    fn leading(text: &str) -> Option<(u32, &str)> {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        Some((text[..end].parse().ok()?, &text[end..]))
    }
    version.split(['/', '-']).find_map(|part| {
        let (major, rest) = leading(part)?;
        Some((major, rest.strip_prefix('.').and_then(leading).map(|(minor, _)| minor)))
    })
}

//! `pjsip reload phoneprovs`.

use super::text::below;
use crate::asterisk::cli::Refusal;
use crate::reload::{self, Reload};
use std::ffi::CStr;

/// Answers the command.
pub fn run(only: Option<&CStr>, confirm: bool) -> Result<String, Refusal> {
    match reload::reload(only, confirm) {
        Reload::Done(result) => Ok(result + "\n"),
        Reload::Later(reason) => Ok(below("", reason)),
        Reload::Failed(reason) => Err(Refusal::Failed(below("", &reason))),
    }
}

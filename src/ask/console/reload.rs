//! `pjsip reload phoneprovs`.

use super::super::reload::{self, Reload};
use super::text::{OFF, below};
use crate::asterisk::cli::Refusal;
use crate::serve::loaded::loaded;
use std::ffi::CStr;

/// Answers the command.
pub fn run(only: Option<&CStr>, confirm: bool) -> Result<String, Refusal> {
    let loaded = loaded().ok_or_else(|| Refusal::Failed(OFF.into()))?;
    match reload::on_demand(&loaded, only, confirm) {
        Reload::Done { result, .. } => Ok(result + "\n"),
        Reload::Later(reason) => Ok(below("", reason)),
        Reload::Failed(reason) => Err(Refusal::Failed(below("", &reason))),
    }
}

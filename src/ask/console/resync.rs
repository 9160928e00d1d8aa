//! `pjsip resync phoneprovs`.

use super::super::resync::{Wanted, resync};
use super::text::{OFF, below};
use crate::asterisk::cli::Refusal;
use crate::serve::loaded::loaded;
use std::ffi::CStr;

/// Answers the command.
pub fn run(whom: &CStr) -> Result<String, Refusal> {
    let loaded = loaded().ok_or_else(|| Refusal::Failed(OFF.into()))?;
    match resync(&loaded, Wanted::of(whom)) {
        Ok(done) => Ok(below("", &done)),
        Err(reason) => Err(Refusal::Failed(below("", &reason))),
    }
}

//! `pjsip convert phoneprovs`: users.conf as sections of pjsip.conf.

use super::super::convert::{self, Unreadable};
use super::text::{OFF, below};
use crate::asterisk::cli::{Console, Refusal};
use crate::sources::phoneprov_conf;
use crate::text::Shown;
use std::ffi::CStr;

/// The file that is read where none is named.
pub fn usual_file() -> &'static CStr {
    phoneprov_conf::users_file()
}

/// Answers the command.
pub fn run(file: Option<&CStr>, unmask: bool, console: &mut Console) -> Result<String, Refusal> {
    let file = file.unwrap_or(usual_file());
    match convert::convert(file, unmask) {
        None => Err(Refusal::Failed(OFF.into())),
        Some(Err(Unreadable)) => {
            let reason = format!(
                "{} cannot be read or parsed: Asterisk's log says why. A name without a '/' is that of a file beside pjsip.conf.",
                Shown(file)
            );
            Err(Refusal::Failed(below("", &reason)))
        }
        Some(Ok(text)) => {
            console.write_bytes(&text);
            Ok(String::new())
        }
    }
}

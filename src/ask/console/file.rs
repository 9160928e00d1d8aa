//! `pjsip show phoneprov … file`: what a phone would get.

use super::super::preview;
use super::text::below;
use crate::asterisk::cli::Refusal;
use crate::http::preview::Sight;
use crate::phone::configuration::Content as _;
use crate::phone::standard;
use crate::phone::view::is_mac;
use crate::serve::loaded::loaded;
use crate::sources::sections::{self, Phoneprov};
use crate::text::fit;
use std::ffi::{CStr, CString};

/// Answers the command.
pub fn run(name: &CStr, file: &CStr, unmask: bool) -> Result<String, Refusal> {
    let sight = if unmask { Sight::Whole } else { Sight::Masked };
    match preview::preview(name, file, sight) {
        Ok(found) => Ok(printable(&found.preview.content)),
        Err(nothing) => Err(Refusal::Failed(below("", &format!("{nothing}.")))),
    }
}

/// The names of a phone's files, by its MAC or by the id of one of its sections. Never waits.
pub fn names(name: &CStr) -> Vec<CString> {
    let Some(loaded) = loaded() else { return Vec::new() };
    let mac = loaded.sources().and_then(|sources| {
        let section = sections::find::<Phoneprov>(&sources, name)?;
        let is_mac = |each: &CStr| each.to_bytes().eq_ignore_ascii_case(standard::MAC.to_bytes());
        section.variables().iter().find(|(each, _)| is_mac(each)).map(|(_, mac)| mac.to_owned())
    });
    let mac = mac.as_deref().unwrap_or(name);
    let table = loaded.http.table();
    let phone = table.phone(mac.to_bytes()).or_else(|| table.phones().iter().find(|phone| is_mac(&phone.mac, mac)));
    phone.map(|phone| preview::names(phone)).unwrap_or_default()
}

/// The text as a terminal may show it: ends of lines and tabs stay, other control characters and what is no UTF-8 are replaced.
///
/// A line that begins with another character than ASCII's gets a carriage return in front, which shows nothing: a remote console
/// takes such a first byte for the mark of a verbose message, and leaves the line out (logger.h, `VERBOSE_HASMAGIC`; asterisk.c).
fn printable(content: &[u8]) -> String {
    let text = String::from_utf8_lossy(content);
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut begins_line = true;
    while let Some(character) = characters.next() {
        let is_plain = match character {
            '\n' | '\t' => true,
            '\r' => characters.peek() == Some(&'\n'),
            _ => fit(character) == character,
        };
        let character = if is_plain { character } else { '\u{fffd}' };
        if begins_line && !character.is_ascii() {
            shown.push('\r');
        }
        shown.push(character);
        begins_line = character == '\n';
    }
    shown
}

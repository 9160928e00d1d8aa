//! The words of a line.

use std::ffi::{CString, c_char};

/// What follows a `#`.
pub(super) struct Directive<'a> {
    pub(super) word: Word,
    pub(super) argument: &'a [u8],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Include,
    TryInclude,
    Exec,
}

impl<'a> Directive<'a> {
    /// `None` if Asterisk can do nothing with it.
    pub(super) fn new(text: &'a [u8]) -> Option<Self> {
        let word = first_word(text);
        let argument = stripped(text.get(word.len() + 1..).unwrap_or_default());
        let word = match word.to_ascii_lowercase().as_slice() {
            b"include" => Word::Include,
            b"tryinclude" => Word::TryInclude,
            b"exec" => Word::Exec,
            _ => return None,
        };
        let argument = match argument {
            [b'"', inside @ .., b'"'] | [b'<', inside @ .., b'>'] => inside,
            argument => argument,
        };
        (!argument.is_empty()).then_some(Directive { word, argument })
    }
}

/// What stands before the first blank, as a machine's own characters are signed.
pub(super) fn first_word(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|&byte| (byte as c_char) <= 32).unwrap_or(text.len());
    &text[..end]
}

/// The value, if the option is a type.
pub(super) fn kind(option: &[u8]) -> Option<CString> {
    let at = position(option, b'=')?;
    let name = option[..at].strip_suffix(b"+").unwrap_or(&option[..at]);
    let value = &option[at + 1..];
    let is_type = stripped(name).eq_ignore_ascii_case(b"type");
    is_type.then(|| c_string(stripped(value.strip_prefix(b">").unwrap_or(value))))
}

pub(super) fn position(text: &[u8], wanted: u8) -> Option<usize> {
    text.iter().position(|&byte| byte == wanted)
}

pub(super) fn before_zero(text: &[u8]) -> &[u8] {
    &text[..position(text, 0).unwrap_or(text.len())]
}

/// A line of a text that is not read, without what follows a `;`.
pub(super) fn before_comment(line: &[u8]) -> &[u8] {
    stripped(&line[..position(line, b';').unwrap_or(line.len())])
}

/// Without control characters and blanks at both ends (strings.h, `ast_strip`).
pub(super) fn stripped(text: &[u8]) -> &[u8] {
    let from = text.iter().position(|&byte| byte > 32).unwrap_or(text.len());
    let to = text.iter().rposition(|&byte| byte > 32).map_or(from, |last| last + 1);
    &text[from..to]
}

pub(super) fn c_string(text: &[u8]) -> CString {
    CString::new(before_zero(text)).unwrap_or_default()
}

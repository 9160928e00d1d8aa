//! Configuration text for people: bytes are kept as they are everywhere else and made readable only here.

use std::ffi::CStr;
use std::fmt;

/// Longest piece of somebody's configuration that a message repeats, in characters.
const LONGEST: usize = 80;

/// Shows configuration text in a message: broken UTF-8 and control characters replaced, long text cut.
pub struct Shown<'a>(pub &'a CStr);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A character has at most four bytes: what lies behind LONGEST of them need not be looked at.
        let bytes = self.0.to_bytes();
        let head = &bytes[..bytes.len().min(LONGEST * 4)];
        let text = String::from_utf8_lossy(head);
        let mut shown = 0;
        for character in text.chars().take(LONGEST) {
            shown += character.len_utf8();
            fmt::Write::write_char(f, fit(character))?;
        }
        if shown < text.len() || head.len() < bytes.len() { f.write_str("…") } else { Ok(()) }
    }
}

/// The character, or what is shown in place of one that would do something to whoever shows it: control characters, and those
/// that turn the direction of what stands beside them (Unicode, Bidi_Control).
pub fn fit(character: char) -> char {
    let turns =
        matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if character.is_control() || turns { '\u{fffd}' } else { character }
}

/// Whether a control character is in it, which would make lines of its own of a value in a phone's file. A tab does no harm.
pub fn has_control(text: &CStr) -> bool {
    text.to_bytes().iter().any(|byte| byte.is_ascii_control() && *byte != b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CString;

    #[test]
    fn ordinary_text_is_shown_as_it_is() {
        assert_eq!(Shown(c"Müller & Söhne").to_string(), "Müller & Söhne");
    }

    #[test]
    fn broken_utf8_and_control_characters_are_replaced() {
        assert_eq!(Shown(c"a\xffb\nc").to_string(), "a\u{fffd}b\u{fffd}c");
        assert!(has_control(c"a\rb") && has_control(c"\x7f") && !has_control(c"a\tb \xc3\xa4"));
        assert_eq!(Shown(c"gnp.\u{202e}exe").to_string(), "gnp.\u{fffd}exe");
    }

    #[test]
    fn a_megabyte_is_cut() {
        let long = CString::new(vec![b'x'; 1 << 20]).unwrap();
        let shown = Shown(&long).to_string();
        assert_eq!(shown, "x".repeat(LONGEST) + "…");
        assert_eq!(Shown(&CString::new("ä".repeat(81)).unwrap()).to_string(), "ä".repeat(LONGEST) + "…");
        assert_eq!(Shown(&CString::new("ä".repeat(80)).unwrap()).to_string(), "ä".repeat(LONGEST));
    }
}

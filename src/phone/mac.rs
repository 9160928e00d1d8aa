//! MAC addresses as people write them.

use std::ffi::CStr;
use xxhash_rust::xxh3::xxh3_64;

/// The twelve hexadecimal digits of a MAC, in lower case.
pub type Digits = [u8; 12];

/// Reads a MAC in any usual spelling: twelve hexadecimal digits, `:`, `-` or `.` between them, perhaps `0x` before them; `None`
/// if it is no MAC.
///
/// Only to compare and to warn: `res_phoneprov` knows a phone by the text itself, so that is what is handed on.
pub fn digits(text: &CStr) -> Option<Digits> {
    digits_in(text.to_bytes())
}

fn digits_in(text: &[u8]) -> Option<Digits> {
    let text = text.strip_prefix(b"0x").or_else(|| text.strip_prefix(b"0X")).unwrap_or(text);
    let mut digits: Digits = [0; 12];
    let mut count = 0;
    for &byte in text {
        if byte.is_ascii_hexdigit() {
            *digits.get_mut(count)? = byte.to_ascii_lowercase();
            count += 1;
        } else if !matches!(byte, b':' | b'-' | b'.') {
            return None;
        }
    }
    (count == 12).then_some(digits)
}

/// The same number for every spelling of a MAC, and for a text that is none its own; another one, almost always, for others.
pub fn key(text: &[u8]) -> u64 {
    digits_in(text).map_or_else(|| xxh3_64(text), |digits| key_of(&digits))
}

/// The same, of the digits.
pub fn key_of(digits: &Digits) -> u64 {
    xxh3_64(digits)
}

/// What may be a MAC in a text, such as a file's name, at whatever digit it begins: twelve hexadecimal digits, with one `:`,
/// `-` or `.` between two pairs or none. Most of it is none: to look for those that one knows.
pub fn all(text: &[u8]) -> impl Iterator<Item = Digits> {
    (0..text.len()).filter_map(|at| leading(&text[at..])).map(|(digits, _)| digits)
}

/// The first one in a text that looks like a MAC of its own: no hexadecimal digit follows, and none comes before, but for
/// letters, which may be a word's end (`spa`). Where the maker's part is zero it is no phone's.
pub fn lone(text: &[u8]) -> Option<Digits> {
    (0..text.len()).find_map(|at| {
        let (digits, length) = leading(&text[at..])?;
        let before = text[..at].iter().rev().take_while(|byte| byte.is_ascii_hexdigit());
        let ends = text.get(at + length).is_none_or(|next| !next.is_ascii_hexdigit());
        let is_lone = ends && before.into_iter().all(u8::is_ascii_alphabetic);
        (is_lone && !digits.starts_with(b"000000")).then_some(digits)
    })
}

/// What may be the MAC that a text begins with, and how much of the text it takes.
fn leading(text: &[u8]) -> Option<(Digits, usize)> {
    let mut digits: Digits = [0; 12];
    let (mut at, mut count) = (0, 0);
    while count < 12 {
        if count > 0 && count % 2 == 0 && matches!(text.get(at), Some(b':' | b'-' | b'.')) {
            at += 1;
        }
        let byte = text.get(at).filter(|byte| byte.is_ascii_hexdigit())?;
        digits[count] = byte.to_ascii_lowercase();
        (at, count) = (at + 1, count + 1);
    }
    Some((digits, at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MAC: Digits = *b"0004f2abcdef";

    #[test]
    fn usual_spellings_are_one_mac() {
        for spelling in [
            c"0004f2abcdef",
            c"0004F2ABCDEF",
            c"00:04:f2:ab:cd:ef",
            c"00-04-F2-AB-CD-EF",
            c"0004.f2ab.cdef",
            c"0x0004F2ABCDEF",
            c"0X0004f2abcdef",
        ] {
            assert_eq!(digits(spelling), Some(MAC), "{spelling:?}");
        }
    }

    #[test]
    fn what_is_no_mac_is_none() {
        for text in [
            c"",
            c"0x",
            c"0004f2abcde",
            c"0004f2abcdef0",
            c"0004f2abcdeg",
            c"00 04 f2 ab cd ef",
            c"x0004f2abcdef",
            c"\xff",
        ] {
            assert_eq!(digits(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_mac_is_found_in_a_file_name() {
        for text in [
            "0004f2abcdef.cfg",
            "cfg0/0004F2ABCDEF",
            "SEP0004F2ABCDEF.cnf.xml",
            "a/00:04:f2:ab:cd:ef-line.cfg",
            "x_0004.f2ab.cdef",
            "0x0004f2abcdef.cfg",
            "spa0004f2abcdef.cfg",
            "tenant-a0004F2ABCDEF.cfg",
        ] {
            assert_eq!(lone(text.as_bytes()), Some(MAC), "{text}");
            assert!(all(text.as_bytes()).any(|mac| mac == MAC), "{text}");
        }
    }

    #[test]
    fn a_known_mac_is_found_between_other_digits() {
        for text in ["0004f2abcdef0.cfg", "170004f2abcdef", "1-0004f2abcdef-1"] {
            assert!(all(text.as_bytes()).any(|mac| mac == MAC), "{text}");
        }
    }

    #[test]
    fn other_digits_are_no_mac() {
        for text in
            ["", "firmware-1.2.3.bin", "0004f2abcdef0.cfg", "10004f2abcdef.cfg", "0004f2abcde.cfg", "00-0-4f2abcdef"]
        {
            assert_eq!(lone(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_mac_of_no_maker_is_no_phones() {
        for text in ["y000000000065.cfg", "000000000000.cfg", "00-00-00-12-34-56.xml"] {
            assert_eq!(lone(text.as_bytes()), None, "{text}");
        }
        assert_eq!(lone(b"y000000000065-0004f2abcdef.cfg"), Some(MAC));
    }

    proptest! {
        #[test]
        fn any_text_is_searched(text in prop::collection::vec(
            prop_oneof![prop::sample::select(b"0af:-./gz".to_vec()), any::<u8>()], 0..40)
        ) {
            if let Some(mac) = lone(&text) {
                prop_assert!(all(&text).any(|each| each == mac));
            }
        }

        #[test]
        fn a_mac_is_found_whatever_is_around_it(
            before in "[0-9a-z/._:-]{0,20}", mac in "[0-9A-Fa-f]{12}", separator in "[:.-]?", after in "[0-9a-z/._:-]{0,20}"
        ) {
            let pairs: Vec<&str> = (0..6).map(|pair| &mac[2 * pair..2 * pair + 2]).collect();
            let text = format!("{before}{}{after}", pairs.join(&separator));
            let wanted: Digits = mac.to_ascii_lowercase().as_bytes().try_into().unwrap();
            prop_assert!(all(text.as_bytes()).any(|each| each == wanted));
        }
    }
}

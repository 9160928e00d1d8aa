//! MAC addresses as people write them.

use std::ffi::CStr;

/// The twelve hexadecimal digits of a MAC, in lower case.
pub type Digits = [u8; 12];

/// Reads a MAC in any usual spelling: twelve hexadecimal digits, `:`, `-` or `.` between them; `None` if it is no MAC.
///
/// Only to compare and to warn: `res_phoneprov` knows a phone by the text itself, so that is what is handed on.
pub fn digits(text: &CStr) -> Option<Digits> {
    let mut digits: Digits = [0; 12];
    let mut count = 0;
    for &byte in text.to_bytes() {
        if byte.is_ascii_hexdigit() {
            *digits.get_mut(count)? = byte.to_ascii_lowercase();
            count += 1;
        } else if !matches!(byte, b':' | b'-' | b'.') {
            return None;
        }
    }
    (count == 12).then_some(digits)
}

/// The first MAC in a text, such as a file's name: twelve hexadecimal digits, in pairs or groups that `:`, `-` or `.` may
/// separate, with no other hexadecimal digit at either end.
pub fn find(text: &[u8]) -> Option<Digits> {
    let begins = |&at: &usize| text[at].is_ascii_hexdigit() && (at == 0 || !text[at - 1].is_ascii_hexdigit());
    (0..text.len()).filter(begins).find_map(|at| leading(&text[at..]))
}

/// The MAC that a text begins with.
fn leading(text: &[u8]) -> Option<Digits> {
    let mut digits: Digits = [0; 12];
    let mut count = 0;
    for (at, &byte) in text.iter().enumerate() {
        if byte.is_ascii_hexdigit() {
            digits[count] = byte.to_ascii_lowercase();
            count += 1;
        } else if !matches!(byte, b':' | b'-' | b'.') || count % 2 == 1 {
            return None;
        }
        if count == 12 {
            let ends = text.get(at + 1).is_none_or(|next| !next.is_ascii_hexdigit());
            return ends.then_some(digits);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn usual_spellings_are_one_mac() {
        for spelling in
            [c"0004f2abcdef", c"0004F2ABCDEF", c"00:04:f2:ab:cd:ef", c"00-04-F2-AB-CD-EF", c"0004.f2ab.cdef"]
        {
            assert_eq!(digits(spelling), Some(*b"0004f2abcdef"), "{spelling:?}");
        }
    }

    #[test]
    fn what_is_no_mac_is_none() {
        for text in [c"", c"0004f2abcde", c"0004f2abcdef0", c"0004f2abcdeg", c"00 04 f2 ab cd ef", c"\xff"] {
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
        ] {
            assert_eq!(find(text.as_bytes()), Some(*b"0004f2abcdef"), "{text}");
        }
    }

    #[test]
    fn other_digits_are_no_mac() {
        for text in
            ["", "firmware-1.2.3.bin", "0004f2abcdef0.cfg", "0004f2abcde.cfg", "00-0-4f2abcdef", "spa0004f2abcdef"]
        {
            assert_eq!(find(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_searched(text in prop::collection::vec(
            prop_oneof![prop::sample::select(b"0af:-./gz".to_vec()), any::<u8>()], 0..40)
        ) {
            find(&text);
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

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
}

//! Which variables are nobody's business, and what is shown in their place.

use std::ffi::{CStr, CString};

/// What is shown in place of a secret: it does not even tell the length.
pub const MASK: &CStr = c"********";

/// Whether a variable of that name holds a secret: SECRET, and whatever names a password (PASS, PWD), a pre-shared key, a
/// secret, a token or a PIN, in any case; PW and CRED as words of their own, and KEY as the last one (the keys that a phone has
/// are no secret, and are numbered or named after it).
pub fn is_secret(name: &CStr) -> bool {
    let name = name.to_bytes().to_ascii_uppercase();
    let parts: [&[u8]; 6] = [b"PASS", b"PWD", b"PSK", b"SECRET", b"TOKEN", b"PIN"];
    let words = || name.split(|byte| !byte.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let is_word = |word: &[u8]| word == b"PW" || word.starts_with(b"CRED");
    let ends_in_key = name.ends_with(b"_KEY") || name == b"KEY";
    parts.iter().any(|part| name.windows(part.len()).any(|window| window == *part))
        || words().any(is_word)
        || ends_in_key
}

/// Whether a function that is called so is asked for a secret: its name holds such a word, or one of its arguments is one, as
/// in `AST_SORCERY(res_pjsip,auth,1000,password)`. Arguments are ordinary texts, too: "Shopping" names no PIN.
pub fn asks_for_secret(call: &[u8]) -> bool {
    const WORDS: [&str; 9] = ["pass", "passwd", "password", "passphrase", "pwd", "psk", "secret", "token", "pin"];
    let end = call.iter().position(|&byte| byte == b'(').unwrap_or(call.len());
    let (name, arguments) = call.split_at(end);
    let words = arguments.split(|byte| !byte.is_ascii_alphanumeric());
    let is_one = |word: &[u8]| WORDS.iter().any(|each| word.eq_ignore_ascii_case(each.as_bytes()));
    CString::new(name).is_ok_and(|name| is_secret(&name)) || words.into_iter().any(is_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in [
            c"SECRET",
            c"secret",
            c"ADMIN_PASSWORD",
            c"ApiToken",
            c"VM_PIN",
            c"PIN",
            c"ADMIN_PW",
            c"pw2",
            c"SIP_KEY",
            c"CRED",
        ] {
            assert!(is_secret(name), "{name:?}");
        }
        for name in [c"LABEL", c"USERNAME", c"LINEKEYS", c"KEY_1", c"SOFTKEY2", c"PWR", c"ACCREDITED", c"P", c""] {
            assert!(!is_secret(name), "{name:?}");
        }
    }

    #[test]
    fn a_call_asks_for_a_secret_by_a_word_of_its_own() {
        for call in ["PJSIP_PHONEPROV_SECRET(a,b)", "AST_SORCERY(res_pjsip,auth,1000,password)", "DB(phones/VM_PIN)"] {
            assert!(asks_for_secret(call.as_bytes()), "{call}");
        }
        for call in ["PHONEPROV_XML(Shopping in Passau)", "TOLOWER(Spinoza)", "LEN(********)", "RAND()", ""] {
            assert!(!asks_for_secret(call.as_bytes()), "{call}");
        }
    }
}

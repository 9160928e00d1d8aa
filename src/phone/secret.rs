//! Which variables are nobody's business, and what is shown in their place.

use std::ffi::CStr;

/// What is shown in place of a secret: it does not even tell the length.
pub const MASK: &CStr = c"********";

/// Whether a variable of that name holds a secret: SECRET, and whatever names a password (PASS, PWD), a pre-shared key, a
/// secret, a token or a PIN, in any case.
pub fn is_secret(name: &CStr) -> bool {
    let name = name.to_bytes().to_ascii_uppercase();
    let parts: [&[u8]; 6] = [b"PASS", b"PWD", b"PSK", b"SECRET", b"TOKEN", b"PIN"];
    parts.iter().any(|part| name.windows(part.len()).any(|window| window == *part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in [c"SECRET", c"secret", c"ADMIN_PASSWORD", c"ApiToken", c"VM_PIN", c"PIN"] {
            assert!(is_secret(name), "{name:?}");
        }
        for name in [c"LABEL", c"USERNAME", c"LINEKEYS", c"P", c""] {
            assert!(!is_secret(name), "{name:?}");
        }
    }
}

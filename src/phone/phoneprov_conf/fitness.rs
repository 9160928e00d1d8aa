//! Whether `res_phoneprov` can live with phoneprov.conf.

use super::super::conf::conf_text::{self, Disk, Opened, Reason};
use super::profiles::Profiles;
use super::unfit::Unfit;
use std::ffi::CString;

const NAME: &[u8] = b"phoneprov.conf";

/// A disk that has this text alone.
struct One<'a>(&'a [u8]);

impl Disk for One<'_> {
    fn expand(&self, name: &[u8]) -> Vec<CString> {
        CString::new(name).ok().filter(|_| name == NAME).into_iter().collect()
    }

    fn open(&self, _path: &CString) -> Opened {
        Opened::Text(self.0.to_vec())
    }

    fn is_elsewhere(&self, _name: &[u8]) -> bool {
        false
    }
}

/// What is wrong with a file of which Asterisk has read these profiles, or could read none; its text if that could be read.
pub fn unfit(profiles: Option<&Profiles>, text: impl FnOnce() -> Result<Vec<u8>, String>) -> Option<Unfit> {
    match profiles {
        Some(profiles) => profiles.is_empty().then_some(Unfit::NoProfile),
        None => Some(match text() {
            Ok(text) => unparsable(&text),
            Err(reason) => Unfit::Unreadable(reason),
        }),
    }
}

/// What Asterisk stumbles over in a text, as far as that is plain to see.
fn unparsable(text: &[u8]) -> Unfit {
    let unread = conf_text::read(NAME, &One(text)).unread;
    let unclosed = unread.into_iter().find(|unread| unread.reason == Reason::NoBracket).map(|unread| unread.line);
    let first = text.split(|&byte| byte == b'\n').position(|line| {
        let line = line.trim_ascii();
        !line.is_empty() && !line.starts_with(b";") && !line.starts_with(b"#")
    });
    let homeless = first.filter(|&at| {
        let line = text.split(|&byte| byte == b'\n').nth(at).unwrap_or_default().trim_ascii();
        // In a comment of many lines nobody knows.
        !line.starts_with(b"[") && !text.windows(3).any(|part| part == b";--")
    });
    match (homeless, unclosed) {
        (Some(line), _) => Unfit::Homeless(line + 1),
        (None, Some(line)) => Unfit::Unclosed(line),
        (None, None) => Unfit::Unparsable,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::variables::Variables;
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> String {
        unfit(None, || Ok(text.as_bytes().to_vec())).unwrap().to_string()
    }

    #[test]
    fn the_line_is_named_that_asterisk_stumbles_over() {
        assert!(of("[general]\n[desk\na = b\n").contains("line 2 lacks a ']'"));
        assert!(of("; x\n\na = b\n[desk]\n").contains("line 3 stands before"));
        assert!(of("[a](b)\n").contains("cannot be parsed (the log"));
        assert!(of("; x\n;-- a\nb = c\n--;\n[desk](no)\n").contains("cannot be parsed (the log"));
    }

    #[test]
    fn a_file_without_a_profile_is_unfit_and_one_with_any_is_not() {
        let profiles = |name: &str| Profiles::new(vec![(std::ffi::CString::new(name).unwrap(), Variables::default())]);
        let of = |profiles| unfit(Some(&profiles), || Err("not asked".into()));
        assert_eq!(of(profiles("general")), Some(Unfit::NoProfile));
        assert_eq!(of(profiles("desk")), None);
        let unreadable = unfit(None, || Err("Permission denied".into())).unwrap();
        assert_eq!(unreadable.to_string(), "phoneprov.conf cannot be read (Permission denied)");
    }

    proptest! {
        #[test]
        fn any_text_is_looked_at(text in prop::collection::vec(any::<u8>(), 0..200)) {
            unfit(None, || Ok(text)).unwrap().to_string();
        }
    }
}

//! What each phone has, as text that outlives Asterisk: a line a phone, its files behind it. No Asterisk in here, and no secret:
//! of names and contents there are hashes.

use crate::http::delivery::{Got, MOST_FILES};
use crate::http::fetches::Name;
use crate::phone::mac::Digits;
use std::collections::HashMap;
use std::ffi::CString;
use std::fmt::Write as _;

/// What the text begins with.
const TITLE: &str = "phoneprov delivered 1";
/// The last second of the year 9999: nobody has fetched anything later, and nobody could say when that was.
const LATEST: u64 = 253_402_300_799;

/// As text.
pub fn encode(phones: &[(Name, Vec<Got>)]) -> String {
    let mut text = format!("{TITLE}\n");
    for (phone, files) in phones {
        match phone {
            Name::Mac(digits) => text.push_str(&String::from_utf8_lossy(digits)),
            // Whatever is in it, it is one word.
            Name::Text(text_of) => {
                text.push('=');
                text_of.to_bytes().iter().for_each(|byte| text.push_str(&format!("{byte:02x}")));
            }
        }
        for Got { file, print, at } in files {
            let _ = write!(text, " {file:016x}:{print:016x}:{at}");
        }
        text.push('\n');
    }
    text
}

/// What a text says; `None` if it is none of these. A line that nobody understands is left out.
pub fn decode(text: &str) -> Option<HashMap<Name, Vec<Got>>> {
    let mut lines = text.lines();
    (lines.next()? == TITLE).then(|| lines.filter_map(phone).collect())
}

fn phone(line: &str) -> Option<(Name, Vec<Got>)> {
    let mut words = line.split(' ');
    let name = words.next()?;
    let name = match name.strip_prefix('=') {
        Some(hex) => Name::Text(CString::new(bytes(hex)?).ok()?.into_boxed_c_str()),
        None => Name::Mac(Digits::try_from(name.as_bytes()).ok()?),
    };
    let files = words.map(got).take(MOST_FILES + 1).collect::<Option<Vec<Got>>>()?;
    (files.len() <= MOST_FILES).then_some((name, files))
}

fn got(word: &str) -> Option<Got> {
    let mut parts = word.split(':');
    let mut number = |radix| u64::from_str_radix(parts.next()?, radix).ok();
    let got = Got { file: number(16)?, print: number(16)?, at: number(10)? };
    (parts.next().is_none() && got.at <= LATEST).then_some(got)
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    hex.as_bytes().chunks(2).map(|each| if each.len() == 2 { pair(each) } else { None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name() -> impl Strategy<Value = Name> {
        prop_oneof![
            "[0-9a-f]{12}".prop_map(|mac| Name::Mac(mac.as_bytes().try_into().unwrap())),
            "[^\0]{1,20}".prop_map(|text| Name::Text(CString::new(text).unwrap().into_boxed_c_str())),
        ]
    }

    fn got() -> impl Strategy<Value = Got> {
        (any::<u64>(), any::<u64>(), 0..=LATEST).prop_map(|(file, print, at)| Got { file, print, at })
    }

    #[test]
    fn so_many_files_were_never_remembered_of_one_phone() {
        let of =
            |count| decode(&format!("{TITLE}\n0011223344aa{}\n", " 1:2:3".repeat(count))).map(|phones| phones.len());
        assert_eq!([MOST_FILES, MOST_FILES + 1].map(of), [Some(1), Some(0)]);
    }

    #[test]
    fn a_time_that_nobody_could_tell_is_none() {
        let of = |at: u64| decode(&format!("{TITLE}\n0011223344aa 1:2:{at}\n")).map(|phones| phones.len());
        assert_eq!([LATEST, LATEST + 1, u64::MAX].map(of), [Some(1), Some(0), Some(0)]);
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(phones in prop::collection::hash_map(name(), prop::collection::vec(got(), 0..4), 0..8)) {
            let all: Vec<_> = phones.clone().into_iter().collect();
            prop_assert_eq!(decode(&encode(&all)), Some(phones));
        }

        #[test]
        fn any_text_is_read(text in ".{0,80}", lines in prop::collection::vec("[0-9a-f=: ]{0,40}", 0..5)) {
            decode(&text);
            let read = decode(&format!("{TITLE}\n{}", lines.join("\n")));
            prop_assert!(read.is_some());
        }
    }
}

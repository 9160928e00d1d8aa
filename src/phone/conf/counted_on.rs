//! Lines of a file that is included together with others: `#include phones/*.conf`.
//!
//! Asterisk does not begin to count anew with each of them (config.c, `config_text_file_load`), so that a line's number is right
//! in the first one alone. How many are too many is found by looking for what it read there.

use super::super::variables::Pair;
use std::cmp::Reverse;

/// How many lines had been counted when Asterisk began to read a file, from what a section has of it: the number with which the
/// most of that is found in the file. `None` if the file does not have it.
pub fn counted_before<'a>(text: &[u8], pairs: impl IntoIterator<Item = Pair<'a>>) -> Option<u32> {
    let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).collect();
    let wanted: Vec<(u32, Pair)> = pairs.into_iter().filter_map(|pair| Some((pair.written?.line, pair))).collect();
    let (first_line, first) = wanted.first()?;
    let line = |line: u32, before: u32| lines.get(line.checked_sub(before)?.checked_sub(1)? as usize).copied();
    let are_named = |before| wanted.iter().all(|(at, pair)| line(*at, before).is_some_and(|line| gives(line, pair)));
    let same =
        |before| wanted.iter().filter(|(at, pair)| line(*at, before).is_some_and(|line| says(line, pair))).count();
    if are_named(0) && same(0) == wanted.len() {
        return Some(0);
    }
    let there = (1..).zip(&lines).filter(|(_, line)| gives(line, first)).map(|(number, _)| number);
    let possible = there.filter_map(|number: u32| first_line.checked_sub(number)).filter(|&before| are_named(before));
    let scored = possible.map(|before| (same(before), Reverse(before))).filter(|(same, _)| *same > 0);
    scored.max().map(|(_, Reverse(before))| before)
}

/// Whether a line gives an option of that name.
fn gives(line: &[u8], pair: &Pair) -> bool {
    let rest = line.strip_prefix(pair.name.to_bytes()).map(<[u8]>::trim_ascii_start);
    rest.is_some_and(|rest| rest.starts_with(b"=") || rest.starts_with(b"+="))
}

/// Whether it gives that value, too.
fn says(line: &[u8], pair: &Pair) -> bool {
    let value = pair.value.to_bytes();
    line.windows(value.len()).any(|part| part == value)
}

#[cfg(test)]
mod tests {
    use super::super::super::place::Written;
    use super::*;
    use std::ffi::CStr;

    const PHONES: &[u8] =
        b"[a]\ntype = phoneprov\nMAC = 1\nPROFILE=desk\n\n[b]\ntype = phoneprov\n  MAC => 2 ; Bob's\nPROFILE = desk\n";

    fn before(pairs: &[(&'static CStr, &'static CStr, u32)]) -> Option<u32> {
        let pair = |&(name, value, line)| Pair {
            name,
            value,
            written: Some(Written { file: c"b.conf", line }),
            is_inherited: false,
        };
        counted_before(PHONES, pairs.iter().map(pair))
    }

    #[test]
    fn the_first_file_is_counted_right_and_others_are_not() {
        assert_eq!(before(&[(c"MAC", c"1", 3), (c"PROFILE", c"desk", 4)]), Some(0));
        assert_eq!(before(&[(c"MAC", c"2", 8), (c"PROFILE", c"desk", 9)]), Some(0));
        assert_eq!(before(&[(c"MAC", c"2", 108), (c"PROFILE", c"desk", 109)]), Some(100));
        // What stands five lines above is named likewise, and says something else.
        assert_eq!(before(&[(c"MAC", c"1", 8), (c"PROFILE", c"desk", 9)]), Some(5));
    }

    #[test]
    fn what_was_edited_since_is_found_by_the_rest_or_not_at_all() {
        assert_eq!(before(&[(c"MAC", c"1", 103), (c"PROFILE", c"sofa", 104)]), Some(100));
        assert_eq!(before(&[(c"MAC", c"3", 103)]), None);
        assert_eq!(before(&[(c"NOTE", c"1", 3)]), None);
    }
}

//! A phone's content in eight bytes.

use super::line::Line;
use std::num::NonZeroU64;
use xxhash_rust::xxh3::Xxh3;

/// Tells whether two phones would be served alike: a hash of every line's names and values, in order.
///
/// The same on every machine. Two different contents of one phone share it with a probability of 2⁻⁶⁴.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(NonZeroU64);

impl Fingerprint {
    /// As a number.
    pub fn number(self) -> u64 {
        self.0.get()
    }

    /// The fingerprint of a phone's lines, which are in the order in which they are served.
    pub fn of<'l, 'a: 'l>(lines: impl IntoIterator<Item = &'l Line<'a>>) -> Self {
        let mut hash = Xxh3::new();
        for line in lines {
            for variable in &line.variables {
                // The NUL bytes keep A=BC apart from AB=C.
                hash.update(variable.name.to_bytes_with_nul());
                hash.update(variable.value.to_bytes_with_nul());
            }
            hash.update(b"\0"); // ends the line: no name is empty
        }
        Fingerprint(NonZeroU64::new(hash.digest()).unwrap_or(NonZeroU64::MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::{Origin, Variable};
    use super::*;
    use std::ffi::CStr;

    fn line<'a>(pairs: &[(&'a CStr, &'a CStr)]) -> Line<'a> {
        let variables = pairs
            .iter()
            .map(|&(name, value)| Variable { name, value: value.into(), origin: Origin::Section, written: None })
            .collect();
        let mut line = Line::new(c"s");
        line.variables = variables;
        line
    }

    #[test]
    fn any_change_of_what_is_served_changes_it() {
        let of = |lines: &[Line]| Fingerprint::of(lines);
        let base = of(&[line(&[(c"A", c"BC")])]);
        assert_eq!(base, of(&[line(&[(c"A", c"BC")])]));
        assert_ne!(base, of(&[line(&[(c"AB", c"C")])]));
        assert_ne!(base, of(&[line(&[(c"A", c"BD")])]));
        assert_ne!(of(&[line(&[(c"A", c"1"), (c"B", c"2")])]), of(&[line(&[(c"A", c"1")]), line(&[(c"B", c"2")])]));
    }
}

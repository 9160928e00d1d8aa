//! Lines, and texts that are made of them, without their secrets.

use super::line::Line;
use super::secret::{MASK, is_secret};
use std::ffi::{CStr, CString};

/// A secret that is shorter than this cannot be taken out of other texts.
const SHORTEST: usize = 4;

/// Puts [`MASK`] in the place of every secret of a line.
pub fn mask(line: &mut Line) {
    let all = line.variables.iter_mut().chain(&mut line.hidden);
    all.filter(|variable| is_secret(variable.name)).for_each(|variable| variable.value = MASK.into());
}

/// A text that may be made of a line's secrets, such as a file's name, with [`MASK`] in their place.
pub fn without<'a>(text: &CStr, lines: impl IntoIterator<Item = &'a Line<'a>>) -> CString {
    let mut shown = text.to_bytes().to_vec();
    let variables = lines.into_iter().flat_map(|line| &line.variables);
    for value in variables.filter(|variable| is_secret(variable.name)).map(|variable| variable.value.to_bytes()) {
        // Shorter ones stand in many names by chance.
        if value.len() >= SHORTEST {
            shown = replaced(&shown, value, MASK.to_bytes());
        }
    }
    CString::new(shown).unwrap_or_default()
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        replaced.extend_from_slice(&rest[..at]);
        replaced.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    replaced.extend_from_slice(rest);
    replaced
}

#[cfg(test)]
mod tests {
    use super::super::line::Origin;
    use super::*;

    #[test]
    fn secrets_are_taken_out_of_other_texts() {
        let mut line = Line::new(c"s");
        for (name, value) in [(c"SECRET", c"wonderland"), (c"PIN", c"12"), (c"LABEL", c"alice")] {
            line.offer(name, value, Origin::Section);
        }
        assert_eq!(
            without(c"wonderland/alice-12-wonderland.cfg", [&line]),
            c"********/alice-12-********.cfg".to_owned()
        );
        let mut line = Line::new(c"s");
        line.offer(c"TOKEN", c"****", Origin::Section);
        assert_eq!(without(c"a****b", [&line]), c"a********b".to_owned());
    }
}

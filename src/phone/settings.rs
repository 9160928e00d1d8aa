//! The `type=phoneprov_global` section: how the module itself behaves.

use super::fleet::Section;
use super::problem::{Fault, Problem, SectionType};
use std::ffi::CStr;

/// What the section says, or the defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `http_gate`: whether requests are held while phones change.
    pub http_gate: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { http_gate: true }
    }
}

impl Settings {
    /// Reads the sections, which come in order of id; only the first counts.
    pub fn read<'a>(sections: impl IntoIterator<Item = Section<'a>>, problems: &mut Vec<Problem>) -> Self {
        let mut settings = Settings::default();
        let mut problem = |section: &CStr, fault| {
            problems.push(Problem { object: SectionType::PhoneprovGlobal, section: section.into(), fault });
        };
        let mut sections = sections.into_iter();
        let Some((id, variables)) = sections.next() else { return settings };
        for (name, value) in variables.iter() {
            match name.to_bytes() {
                b"http_gate" => match yes_or_no(value) {
                    Some(wanted) => settings.http_gate = wanted,
                    None => problem(id, Fault::NotYesOrNo { name: name.into(), value: value.into() }),
                },
                _ => problem(id, Fault::UnknownOption(name.into())),
            }
        }
        for (other, _) in sections {
            problem(other, Fault::SecondGlobal { holder: id.into() });
        }
        settings
    }
}

/// Reads a boolean in all of Asterisk's spellings (utils.c, `ast_true` and `ast_false`).
fn yes_or_no(value: &CStr) -> Option<bool> {
    let is_one_of = |words: &[&[u8]]| words.iter().any(|word| value.to_bytes().eq_ignore_ascii_case(word));
    if is_one_of(&[b"yes", b"true", b"y", b"t", b"1", b"on"]) {
        Some(true)
    } else if is_one_of(&[b"no", b"false", b"n", b"f", b"0", b"off"]) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::variables::Variables;
    use super::*;

    fn read(sections: &[(&CStr, &[(&CStr, &CStr)])]) -> (Settings, Vec<String>) {
        let sections: Vec<(&CStr, Variables)> =
            sections.iter().map(|(id, pairs)| (*id, pairs.iter().copied().collect())).collect();
        let mut problems = Vec::new();
        let settings = Settings::read(sections.iter().map(|(id, variables)| (*id, variables)), &mut problems);
        (settings, problems.iter().map(Problem::to_string).collect())
    }

    #[test]
    fn the_gate_is_on_unless_switched_off() {
        assert_eq!(read(&[]), (Settings { http_gate: true }, vec![]));
        assert_eq!(read(&[(c"g", &[(c"http_gate", c"Off")])]), (Settings { http_gate: false }, vec![]));
    }

    #[test]
    fn what_is_not_understood_is_told_and_changes_nothing() {
        let (settings, problems) =
            read(&[(c"a", &[(c"http_gate", c"maybe"), (c"gate", c"no")]), (c"b", &[(c"http_gate", c"no")])]);
        assert_eq!(settings, Settings::default());
        assert_eq!(
            problems,
            [
                "phoneprov_global section 'a': has http_gate 'maybe'; write yes or no",
                "phoneprov_global section 'a': has option 'gate', which does not exist; remove it or correct its name",
                "phoneprov_global section 'b': is not used, section 'a' is; put all options into one",
            ]
        );
    }
}

//! Which kind of fault it is: the name of a problem without what is one section's own, for those who count.

use super::fault::{Fault, Problem, Severity};
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// So many problems of each kind.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// How many there are that keep a section, or a file, from being served.
    pub errors: usize,
    /// The others.
    pub warnings: usize,
    /// Of each kind, by its name, in order.
    pub by_kind: BTreeMap<String, usize>,
}

impl Kinds {
    /// Counts.
    pub fn of<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> Self {
        let mut kinds = Kinds::default();
        for problem in problems {
            match problem.fault.severity() {
                Severity::Error => kinds.errors += 1,
                Severity::Warning => kinds.warnings += 1,
            }
            *kinds.by_kind.entry(problem.fault.kind()).or_default() += 1;
        }
        kinds
    }
}

impl Fault {
    /// Its kind in one word, for programs: `UnknownProfile`.
    pub fn kind(&self) -> String {
        let mut head = Head(String::new());
        // Ends at the first character that belongs to no name.
        let _ = write!(head, "{self:?}");
        head.0
    }
}

/// The same for people: `unknown profile`.
pub fn in_words(kind: &str) -> String {
    let mut words = String::new();
    for character in kind.chars() {
        if character.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(character.to_lowercase());
    }
    NAMES.iter().fold(words, |words, (lower, name)| words.replace(lower, name))
}

/// Names that are not written like words.
const NAMES: [(&str, &str); 2] = [(" mac", " MAC"), ("res phoneprov", "res_phoneprov")];

/// Takes a name and no more.
struct Head(String);

impl Write for Head {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = text.find(|character: char| !character.is_alphanumeric());
        self.0.push_str(&text[..end.unwrap_or(text.len())]);
        if end.is_some() { Err(fmt::Error) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::object_type::ObjectType;
    use super::*;

    #[test]
    fn problems_are_counted_by_kind() {
        let faults = [
            Fault::UnknownProfile(c"sofa".into()),
            Fault::UnknownProfile(c"bed".into()),
            Fault::NoAuth { endpoint: c"e".into() },
            Fault::MissingMac,
        ];
        let problem = |fault| Problem { object: ObjectType::Phoneprov, section: c"s".into(), fault };
        let problems = faults.map(problem);
        let Kinds { errors, warnings, by_kind } = Kinds::of(&problems);
        assert_eq!((errors, warnings), (3, 1));
        let told: Vec<_> = by_kind.iter().map(|(kind, count)| format!("{count} {}", in_words(kind))).collect();
        assert_eq!(told, ["1 missing MAC", "1 no auth", "2 unknown profile"]);
    }
}

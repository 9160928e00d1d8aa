//! Enough of a phone's content to tell later which of its variables have changed, in eight bytes a variable.

use super::line::Line;
use super::secret;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::{CStr, CString};
use std::sync::Arc;
use xxhash_rust::xxh3::{Xxh3, xxh3_64_with_seed};

/// The names of all variables that any phone has had, each with a number. They are few, whatever the fleet's size.
#[derive(Debug, Default)]
pub struct Names {
    numbers: HashMap<Arc<CStr>, u32>,
    names: Vec<Arc<CStr>>,
}

impl Names {
    fn number(&mut self, name: &CStr) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let (name, number): (Arc<CStr>, u32) = (name.into(), self.names.len() as u32);
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        number
    }
}

/// Each variable's name and what tells its value and its line from others, of one phone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digest(Box<[(u32, u32)]>);

impl Digest {
    /// Of a phone's lines.
    pub fn of<'a, 'p: 'a>(lines: impl IntoIterator<Item = &'a Line<'p>>, names: &mut Names) -> Self {
        let variables = lines.into_iter().flat_map(|line| line.variables.iter().map(move |variable| (line, variable)));
        let entry = |(line, variable): (&Line, &super::line::Variable)| {
            let value = xxh3_64_with_seed(variable.value.to_bytes(), line.number as u64);
            (names.number(variable.name), value as u32)
        };
        Digest(variables.map(entry).collect())
    }

    /// A hash that may be shown to whoever may not see secrets: of a secret no more than two bytes go into it, which tells
    /// nodes apart and no password.
    pub fn published(&self, names: &Names) -> u64 {
        let mut hash = Xxh3::new();
        for (number, value) in &self.0 {
            let Some(name) = names.names.get(*number as usize) else { continue };
            hash.update(name.to_bytes_with_nul());
            let value = if secret::is_secret(name) { value & 0xffff } else { *value };
            hash.update(&value.to_le_bytes());
        }
        hash.digest()
    }

    /// The names of the variables whose values differ, or that only one of the two has, in order. Two values look alike with
    /// a probability of 2⁻³².
    pub fn changed(&self, new: &Self, names: &Names) -> Vec<CString> {
        let (old, new): (HashSet<_>, HashSet<_>) = (self.0.iter().collect(), new.0.iter().collect());
        let changed = old.symmetric_difference(&new).filter_map(|(number, _)| names.names.get(*number as usize));
        let changed: BTreeSet<&CStr> = changed.map(AsRef::as_ref).collect();
        changed.into_iter().map(CStr::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::{Origin, Variable};
    use super::*;

    fn line(number: i32, pairs: &[(&'static CStr, &'static CStr)]) -> Line<'static> {
        let mut line = Line::new(c"s");
        line.number = number;
        line.variables = pairs
            .iter()
            .map(|&(name, value)| Variable { name, value: value.into(), origin: Origin::Section })
            .collect();
        line
    }

    #[test]
    fn names_what_was_changed_given_and_taken_away() {
        let mut names = Names::default();
        let old = [line(1, &[(c"A", c"1"), (c"B", c"2"), (c"C", c"3")]), line(2, &[(c"A", c"1")])];
        let new = [line(1, &[(c"A", c"1"), (c"B", c"x"), (c"D", c"4")]), line(2, &[(c"A", c"1")])];
        let (old, new) = (Digest::of(&old, &mut names), Digest::of(&new, &mut names));
        assert_eq!(old.changed(&new, &names), [c"B".to_owned(), c"C".into(), c"D".into()]);
        assert_eq!(new.changed(&new, &names), Vec::<CString>::new());
    }

    #[test]
    fn tells_values_that_changed_their_line() {
        let mut names = Names::default();
        let lines = |one, two| [line(1, &[(c"A", one)]), line(2, &[(c"A", two)])];
        let (old, new) = (Digest::of(&lines(c"x", c"y"), &mut names), Digest::of(&lines(c"y", c"x"), &mut names));
        assert_eq!(old.changed(&new, &names), [c"A".to_owned()]);
    }
}

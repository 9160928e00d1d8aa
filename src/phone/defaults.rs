//! The values of all `type=phoneprov_default` sections, merged.

use super::object_type::ObjectType;
use super::place::Written;
use super::problem::{Fault, Problem};
use super::standard::StandardNames;
use super::variables::{Pair, Variables};
use crate::text::has_control;
use std::collections::HashMap;
use std::ffi::CStr;

/// One name's default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultValue<'a> {
    /// The value.
    pub value: &'a CStr,
    /// The id of the section that gives it.
    pub section: &'a CStr,
    /// Where in it, if that is known.
    pub written: Option<Written<'a>>,
}

/// Every name that a `phoneprov_default` section gives, once.
#[derive(Debug, Default)]
pub struct Defaults<'a> {
    in_order: Vec<(&'a CStr, DefaultValue<'a>)>,
    by_name: HashMap<&'a CStr, usize>,
}

impl<'a> Defaults<'a> {
    /// Merges the sections, which come in order of id; the first to give a name wins, another is a problem.
    pub fn merge(
        sections: impl IntoIterator<Item = (&'a CStr, &'a Variables)>,
        names: &StandardNames,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut defaults = Defaults::default();
        for (section, variables) in sections {
            for Pair { name, value, written, .. } in with_standard_names(variables, names) {
                if has_control(value) {
                    let fault = Fault::ControlCharacter { name: name.into(), source: "this section".to_owned() };
                    problems.push(Problem { object: ObjectType::PhoneprovDefault, section: section.into(), fault });
                    continue;
                }
                match defaults.get(name) {
                    None => {
                        defaults.by_name.insert(name, defaults.in_order.len());
                        defaults.in_order.push((name, DefaultValue { value, section, written }));
                    }
                    Some(first) if first.section != section => problems.push(Problem {
                        object: ObjectType::PhoneprovDefault,
                        section: section.into(),
                        fault: Fault::ConflictingDefault {
                            name: name.into(),
                            used: first.value.into(),
                            holder: first.section.into(),
                        },
                    }),
                    Some(_) => {}
                }
            }
        }
        defaults
    }

    /// The default of exactly this name.
    pub fn get(&self, name: &CStr) -> Option<DefaultValue<'a>> {
        self.by_name.get(name).map(|&at| self.in_order[at].1)
    }

    /// All names with their defaults, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&'a CStr, DefaultValue<'a>)> + '_ {
        self.in_order.iter().copied()
    }
}

/// A section's pairs as written, and behind each that spells a standard name in another case the same value under the
/// standard name, unless the section gives that name itself; a template's do not count against the section's own.
///
/// The pair as written stays, because a template may ask for it.
pub fn with_standard_names<'a>(variables: &'a Variables, names: &StandardNames) -> impl Iterator<Item = Pair<'a>> {
    variables.pairs().flat_map(|pair| {
        let hides = |other: &Pair, name: &CStr| other.name == name && (pair.is_inherited || !other.is_inherited);
        let is_given = |name: &CStr| variables.pairs().any(|other| hides(&other, name));
        let standard = names.respelled(pair.name).filter(|standard| !is_given(standard));
        std::iter::once(pair).chain(standard.map(|name| Pair { name, ..pair }))
    })
}

#[cfg(test)]
mod tests {
    use super::super::standard::{LABEL, MAC};
    use super::*;

    #[test]
    fn the_first_section_wins_and_the_other_is_told() {
        let (a, b): (Variables, Variables) = (
            [(c"LABEL", c"x"), (c"A", c"1")].into_iter().collect(),
            [(c"LABEL", c"y"), (c"B", c"2")].into_iter().collect(),
        );
        let mut problems = Vec::new();
        let defaults = Defaults::merge([(c"a", &a), (c"b", &b)], &StandardNames::new([MAC, LABEL]), &mut problems);
        assert_eq!(defaults.get(LABEL), Some(DefaultValue { value: c"x", section: c"a", written: None }));
        assert_eq!(defaults.iter().map(|(name, _)| name).collect::<Vec<_>>(), [LABEL, c"A", c"B"]);
        assert_eq!(
            problems.iter().map(Problem::to_string).collect::<Vec<_>>(),
            [
                "phoneprov_default section 'b': gives LABEL a value, section 'a' gives it 'x'; that one is used, so remove one"
            ]
        );
    }

    #[test]
    fn another_case_counts_unless_the_exact_name_is_there() {
        let names = StandardNames::new([LABEL]);
        let folded: Variables = [(c"label", c"x")].into_iter().collect();
        let given = |variables: &Variables| {
            let pairs = with_standard_names(variables, &names);
            pairs.map(|pair| format!("{:?}={:?}", pair.name, pair.value)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(given(&folded), r#""label"="x" "LABEL"="x""#);
        let both: Variables = [(c"label", c"x"), (c"LABEL", c"y")].into_iter().collect();
        assert_eq!(given(&both), r#""label"="x" "LABEL"="y""#);
        let pair = |name, value, is_inherited| {
            let written = Some(Written { file: c"", line: 1 });
            Pair { name, value, written, is_inherited }
        };
        let over_a_template: Variables = [pair(c"label", c"x", false), pair(LABEL, c"y", true)].into_iter().collect();
        assert_eq!(given(&over_a_template), r#""label"="x" "LABEL"="x" "LABEL"="y""#);
    }
}

//! What differs between a phone as it is and as it would be.

use super::fleet::Phone;
use super::line::Line;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::CStr;

/// One variable of one line with another value than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference<'a> {
    /// The id of the line's section; of the one it had, if it goes.
    pub section: &'a CStr,
    /// The variable's name.
    pub name: &'a CStr,
    /// Its value so far, if there is one.
    pub old: Option<Cow<'a, CStr>>,
    /// Its value from now on, if there is one.
    pub new: Option<Cow<'a, CStr>>,
}

/// All differences, by line and in order of the names. A section is compared with itself, wherever its line has gone; one that
/// is new, with the section that is gone and had the same number.
pub fn differences<'a>(old: &Phone<'a>, new: &Phone<'a>) -> Vec<Difference<'a>> {
    type Pair<'p, 'a> = (Option<&'p Line<'a>>, Option<&'p Line<'a>>);
    let is_gone = |line: &Line| new.lines.iter().all(|each| each.section != line.section);
    let before = |after: &Line| {
        let same = old.lines.iter().find(|line| line.section == after.section);
        same.or_else(|| old.lines.iter().find(|line| line.number == after.number && is_gone(line)))
    };
    let mut pairs: Vec<Pair> = new.lines.iter().map(|after| (before(after), Some(after))).collect();
    let met: Vec<&CStr> = pairs.iter().filter_map(|(before, _)| Some(before.as_ref()?.section)).collect();
    let gone = old.lines.iter().filter(|line| !met.contains(&line.section));
    pairs.extend(gone.map(|line| (Some(line), None)));
    pairs.sort_by_key(|(before, after)| after.or(*before).map(|line| line.number));
    let mut differences = Vec::new();
    for (before, after) in pairs {
        let Some(section) = after.or(before).map(|line| line.section) else { continue };
        let variables = before.into_iter().chain(after).flat_map(|line| &line.variables);
        let names: BTreeSet<&CStr> = variables.map(|variable| variable.name).collect();
        for name in names {
            let value = |line: Option<&Line<'a>>| {
                let variable = line?.variables.iter().find(|variable| variable.name == name)?;
                Some(variable.value.clone())
            };
            let (old, new) = (value(before), value(after));
            if old != new {
                differences.push(Difference { section, name, old, new });
            }
        }
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::super::line::{Origin, Variable};
    use super::*;

    fn line(section: &'static CStr, number: i32, pairs: &[(&'static CStr, &'static CStr)]) -> Line<'static> {
        let mut line = Line::new(section);
        line.number = number;
        let variable = |&(name, value): &(&'static CStr, &'static CStr)| Variable {
            name,
            value: value.into(),
            origin: Origin::Section,
            written: None,
        };
        line.variables = pairs.iter().map(variable).collect();
        line
    }

    #[test]
    fn each_variable_that_differs_is_told_with_both_values() {
        let phone = |lines| Phone { mac: c"1", lines };
        let old = phone(vec![line(c"z", 1, &[(c"X", c"1"), (c"Y", c"1")]), line(c"b", 2, &[(c"X", c"1")])]);
        let new = phone(vec![line(c"a", 1, &[(c"Y", c"2"), (c"X", c"1")])]);
        let told: Vec<String> = differences(&old, &new)
            .iter()
            .map(|each| format!("{:?} {:?}: {:?} {:?}", each.section, each.name, each.old, each.new))
            .collect();
        assert_eq!(told, [r#""a" "Y": Some("1") Some("2")"#, r#""b" "X": Some("1") None"#]);
    }

    #[test]
    fn sections_that_change_places_are_compared_with_themselves() {
        let phone = |lines| Phone { mac: c"1", lines };
        let old = phone(vec![line(c"a", 1, &[(c"LINE", c"1"), (c"X", c"a")]), line(c"b", 2, &[(c"LINE", c"2")])]);
        let new = phone(vec![line(c"b", 1, &[(c"LINE", c"1")]), line(c"a", 2, &[(c"LINE", c"2"), (c"X", c"a")])]);
        let told: Vec<_> = differences(&old, &new).into_iter().map(|each| (each.section, each.name)).collect();
        assert_eq!(told, [(c"b", c"LINE"), (c"a", c"LINE")]);
    }
}

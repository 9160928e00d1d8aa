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

/// All differences, by line and in order of the names. A line is the same line if it has the same number, whichever section
/// it comes from: so the phone sees it.
pub fn differences<'a>(old: &Phone<'a>, new: &Phone<'a>) -> Vec<Difference<'a>> {
    fn of<'a, 'p>(phone: &'p Phone<'a>, number: i32) -> Option<&'p Line<'a>> {
        phone.lines.iter().find(|line| line.number == number)
    }
    let numbers: BTreeSet<i32> = old.lines.iter().chain(&new.lines).map(|line| line.number).collect();
    let mut differences = Vec::new();
    for number in numbers {
        let (before, after) = (of(old, number), of(new, number));
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
}

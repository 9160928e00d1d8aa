//! What differs between a phone as it is and as it would be.

use super::fleet::Phone;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::CStr;

/// One variable of one section with another value than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference<'a> {
    /// The section's id.
    pub section: &'a CStr,
    /// The variable's name.
    pub name: &'a CStr,
    /// Its value so far, if there is one.
    pub old: Option<Cow<'a, CStr>>,
    /// Its value from now on, if there is one.
    pub new: Option<Cow<'a, CStr>>,
}

/// All differences, by section and in order of the names.
pub fn differences<'a>(old: &Phone<'a>, new: &Phone<'a>) -> Vec<Difference<'a>> {
    fn of<'a, 'p>(phone: &'p Phone<'a>, section: &CStr) -> Option<&'p super::line::Line<'a>> {
        phone.lines.iter().find(|line| line.section == section)
    }
    let sections: BTreeSet<&CStr> = old.lines.iter().chain(&new.lines).map(|line| line.section).collect();
    let mut differences = Vec::new();
    for section in sections {
        let (before, after) = (of(old, section), of(new, section));
        let variables = before.into_iter().chain(after).flat_map(|line| &line.variables);
        let names: BTreeSet<&CStr> = variables.map(|variable| variable.name).collect();
        for name in names {
            let value = |line: Option<&super::line::Line<'a>>| {
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
    use super::super::line::{Line, Origin, Variable};
    use super::*;

    fn line(section: &'static CStr, pairs: &[(&'static CStr, &'static CStr)]) -> Line<'static> {
        let mut line = Line::new(section);
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
        let old = phone(vec![line(c"a", &[(c"X", c"1"), (c"Y", c"1")]), line(c"b", &[(c"X", c"1")])]);
        let new = phone(vec![line(c"a", &[(c"Y", c"2"), (c"X", c"1")])]);
        let told: Vec<String> = differences(&old, &new)
            .iter()
            .map(|each| format!("{:?} {:?}: {:?} {:?}", each.section, each.name, each.old, each.new))
            .collect();
        assert_eq!(told, [r#""a" "Y": Some("1") Some("2")"#, r#""b" "X": Some("1") None"#]);
    }
}

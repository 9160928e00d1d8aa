//! Which line of a section is at fault.

use super::super::place::Written;
use super::super::standard;
use super::super::variables::{Pair, Variables};
use super::fault::Fault;
use std::ffi::CStr;

/// Where a section begins, as far as is known: its first option of its own. What stands above that, its name and its type,
/// Asterisk does not tell.
pub fn of_section(section: &Variables) -> Option<Written<'_>> {
    section.pairs().next()?.written
}

/// Where in a section a fault is: the option that is at fault, or else where the section begins.
pub fn of_fault<'a>(fault: &Fault, section: &'a Variables) -> Option<Written<'a>> {
    let is_named = |pair: &Pair, name: &CStr| pair.name.to_bytes().eq_ignore_ascii_case(name.to_bytes());
    let named = |name: &CStr| {
        let exact = section.pairs().find(|pair| pair.name == name);
        exact.or_else(|| section.pairs().find(|pair| is_named(pair, name)))
    };
    let pair = match fault {
        // The one that is not used.
        Fault::GivenTwice { name, used } => {
            section.pairs().find(|pair| is_named(pair, name) && pair.value != used.as_c_str() && !pair.is_inherited)
        }
        Fault::DuplicateLine { .. } => named(standard::LINE).or_else(|| named(standard::MAC)),
        fault => option(fault).and_then(named),
    };
    pair.and_then(|pair| pair.written).or_else(|| of_section(section))
}

/// The option that a fault is in, if it is in one.
fn option(fault: &Fault) -> Option<&CStr> {
    match fault {
        Fault::UnknownEndpoint(_)
        | Fault::UnknownTransport { .. }
        | Fault::UnknownAuth { .. }
        | Fault::NoAuth { .. }
        | Fault::DigestOnly { .. } => Some(standard::ENDPOINT),
        Fault::UnknownProfile(_) => Some(standard::PROFILE),
        Fault::Refused { .. } | Fault::NotAMac(_) | Fault::OtherSpelling { .. } => Some(standard::MAC),
        Fault::UnknownTimeZone(_) => Some(standard::TIMEZONE),
        Fault::LineNotANumber { .. } => Some(standard::LINE),
        Fault::ControlCharacter { name, .. }
        | Fault::ConflictingDefault { name, .. }
        | Fault::UnknownOption { name, .. }
        | Fault::NotUnderstood { name, .. } => Some(name),
        Fault::MisspeltType { .. } => Some(c"type"),
        Fault::KeptPort { .. } => Some(c"bind"),
        Fault::KeptProtocol { .. } => Some(c"protocol"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section() -> Variables {
        let pair = |name, value, file, line, is_inherited| Pair {
            name,
            value,
            written: Some(Written { file, line }),
            is_inherited,
        };
        let pairs = [
            pair(c"PROFILE", c"sofa", c"", 2, true),
            pair(c"NOTE", c"of the template", c"", 3, true),
            pair(c"mac", c"1", c"phones.conf", 12, false),
            pair(c"NOTE", c"one", c"phones.conf", 13, false),
            pair(c"NOTE", c"two", c"phones.conf", 14, false),
        ];
        let mut section: Variables = pairs.into_iter().collect();
        section.own_first();
        section
    }

    #[test]
    fn a_fault_is_where_its_option_is_written_or_where_the_section_begins() {
        let section = section();
        let place = |fault| {
            let Written { file, line } = of_fault(&fault, &section).unwrap();
            format!("{}:{line}", file.to_str().unwrap())
        };
        assert_eq!(place(Fault::UnknownProfile(c"sofa".into())), ":2");
        assert_eq!(place(Fault::NotAMac(c"1".into())), "phones.conf:12");
        assert_eq!(place(Fault::GivenTwice { name: c"NOTE".into(), used: c"one".into() }), "phones.conf:14");
        assert_eq!(place(Fault::UnknownEndpoint(c"x".into())), "phones.conf:12");
        assert_eq!(place(Fault::MissingMac), "phones.conf:12");
        let nowhere = [(c"MAC", c"1")].into_iter().collect();
        assert_eq!(of_fault(&Fault::NotAMac(c"1".into()), &nowhere), None);
    }
}

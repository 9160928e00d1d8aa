//! Problems as people are told of them: one that many sections share is told once.

use super::super::object_type::ObjectType;
use super::super::place::{Behind, Place};
use super::fault::{Problem, Severity};
use crate::text::Shown;
use std::collections::HashMap;
use std::fmt;

/// Who have less in common are told one by one.
const MANY: usize = 6;
/// How many of many are named.
const EXAMPLES: usize = 5;

/// Finds the place of a problem, if it has one.
pub type Finder<'a> = &'a dyn Fn(&Problem) -> Option<Place>;

/// Finds none.
pub const NOWHERE: Finder = &|_| None;

/// A problem and all sections that have it: one, or many.
#[derive(Debug)]
pub struct Shared<'a>(Vec<&'a Problem>);

/// The problems, in order; those that many sections share where the first of them was.
pub fn shared<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> Vec<Shared<'a>> {
    let problems: Vec<&Problem> = problems.into_iter().collect();
    let faults: Vec<(ObjectType, String)> =
        problems.iter().map(|problem| (problem.object, problem.fault.common())).collect();
    let mut by_fault: HashMap<&(ObjectType, String), Vec<&Problem>> = HashMap::new();
    for (fault, problem) in faults.iter().zip(&problems) {
        by_fault.entry(fault).or_default().push(problem);
    }
    let mut told = Vec::new();
    for (fault, problem) in faults.iter().zip(problems) {
        match by_fault.get_mut(fault) {
            Some(all) if all.len() >= MANY => told.push(Shared(std::mem::take(all))),
            // The others of many, which have been told with the first.
            Some(all) if all.is_empty() => {}
            _ => told.push(Shared(vec![problem])),
        }
    }
    told
}

impl<'a> Shared<'a> {
    /// How much harm it does.
    pub fn severity(&self) -> Severity {
        self.0.first().map_or(Severity::Warning, |problem| problem.fault.severity())
    }

    /// Whether many sections have it.
    pub fn is_of_many(&self) -> bool {
        self.0.len() >= MANY
    }

    /// What is wrong, in words that fit all who have it.
    pub fn fault(&self) -> String {
        let fault = self.0.first().map(|problem| &problem.fault);
        fault.map(|fault| if self.is_of_many() { fault.common() } else { fault.to_string() }).unwrap_or_default()
    }

    /// Those who are named for all.
    pub fn examples(&self) -> &[&'a Problem] {
        &self.0[..self.0.len().min(EXAMPLES)]
    }

    /// Those who have it.
    pub fn problems(&self) -> &[&Problem] {
        &self.0
    }

    /// The same with the place of each that is named; once, where that is the same: a template's.
    pub fn told(&'a self, place: Finder<'a>) -> Told<'a> {
        Told { shared: self, place }
    }

    /// Those that are named, in words.
    fn named(&self, place: Finder) -> String {
        let examples: Vec<(&Problem, Option<Place>)> =
            self.examples().iter().map(|problem| (*problem, place(problem))).collect();
        let (_, first) = &examples[0];
        let is_one = first.is_some() && examples.iter().all(|(_, place)| place == first);
        let shown = |(problem, place): &(&Problem, Option<Place>)| {
            let place = place.as_ref().filter(|_| !is_one);
            format!("'{}'{}", Shown(&problem.section), Behind(place))
        };
        let shown: Vec<String> = examples.iter().map(shown).collect();
        shown.join(", ") + &Behind(first.as_ref().filter(|_| is_one)).to_string()
    }
}

impl fmt::Display for Shared<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.told(NOWHERE).fmt(f)
    }
}

/// A problem and all sections that have it, in words.
pub struct Told<'a> {
    shared: &'a Shared<'a>,
    place: Finder<'a>,
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Told { shared, place } = self;
        let Some(first) = shared.0.first() else { return Ok(()) };
        if !shared.is_of_many() {
            return f.write_str(&first.told(place(first).as_ref()));
        }
        let kind = if first.object == ObjectType::Profile { "s" } else { " sections" };
        write!(
            f,
            "{}{kind} {} and {} more: each {}",
            first.object.name().to_string_lossy(),
            shared.named(place),
            shared.0.len() - EXAMPLES,
            first.fault.common()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::fault::Fault;
    use super::*;
    use std::ffi::CString;

    fn problem(number: usize, fault: Fault) -> Problem {
        Problem { object: ObjectType::Phoneprov, section: CString::new(format!("p{number}")).unwrap(), fault }
    }

    fn told(problems: &[Problem]) -> Vec<String> {
        shared(problems).iter().map(Shared::to_string).collect()
    }

    #[test]
    fn what_many_share_is_told_once_where_the_first_is() {
        let mut problems: Vec<Problem> = (0..7).map(|n| problem(n, Fault::UnknownProfile(c"sofa".into()))).collect();
        problems.insert(0, problem(8, Fault::MissingMac));
        problems.insert(3, problem(9, Fault::MissingMac));
        let told = told(&problems);
        assert_eq!(told.len(), 3, "{told:#?}");
        assert!(told[0].starts_with("phoneprov section 'p8': has no MAC"));
        assert!(
            told[1].starts_with(
                "phoneprov sections 'p0', 'p1', 'p2', 'p3', 'p4' and 2 more: each names PROFILE 'sofa', which"
            ),
            "{}",
            told[1]
        );
        assert!(told[2].starts_with("phoneprov section 'p9': has no MAC"));
    }

    #[test]
    fn what_few_share_is_told_of_each() {
        let problems: Vec<Problem> = (0..5).map(|n| problem(n, Fault::MissingMac)).collect();
        assert_eq!(told(&problems).len(), 5);
    }

    #[test]
    fn one_transport_is_one_problem_whichever_endpoints_name_it() {
        let fault =
            |n| Fault::UnknownTransport { endpoint: CString::new(format!("e{n}")).unwrap(), transport: c"udp".into() };
        let problems: Vec<Problem> = (0..6).map(|n| problem(n, fault(n))).collect();
        let told = told(&problems);
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].contains("names an endpoint whose transport 'udp' does not exist"), "{told:?}");
    }
}

//! A phone as people ask about it: with the sections that are not served, and why.

use super::directory::Directory;
use super::fleet::{self, Group, Phone, Section};
use super::line::{Context, Line};
use super::mac;
use super::phoneprov_conf::profiles::Profiles;
use super::problem::{Fault, Problem, Severity};
use super::standard;
use super::variables::Variables;
use std::collections::HashMap;
use std::ffi::CStr;

/// All sections with one MAC, or one section without.
#[derive(Debug, Default)]
pub struct View<'a> {
    /// The MAC, to the letter.
    pub mac: Option<&'a CStr>,
    /// Its sections, in order of id.
    pub sections: Vec<Section<'a>>,
    /// What can be provisioned of it.
    pub phone: Option<Phone<'a>>,
    /// What is wrong with its sections.
    pub problems: Vec<Problem>,
}

impl<'a> View<'a> {
    /// Looks at a phone. `told` are problems that were found without resolving it, by section.
    pub fn new<D: Directory>(
        group: &Group<'a>,
        context: &Context<'a, D>,
        told: &HashMap<&CStr, Vec<&Problem>>,
    ) -> Self {
        let mut problems = Vec::new();
        let phone = group.resolve(context, &mut problems);
        let of_its_own = group.sections.iter().filter_map(|(id, _)| told.get(id)).flatten();
        problems.extend(of_its_own.map(|problem| (*problem).clone()));
        View { mac: Some(group.mac), sections: group.sections.clone(), phone, problems }
    }

    /// A section that has no MAC.
    pub fn without_mac(section: Section<'a>, problem: &Problem) -> Self {
        View { mac: None, sections: vec![section], phone: None, problems: vec![problem.clone()] }
    }

    /// Adds what is wrong with lines whose profile phoneprov.conf does not have and that are not served from before.
    pub fn note_unknown_profiles<D>(&mut self, context: &Context<D>, is_served: impl Fn(&CStr) -> bool) {
        let lines = self.phone.iter().flat_map(|phone| &phone.lines);
        let unknown = lines.filter(|line| !line.has_profile(context) && !is_served(line.section));
        self.problems.extend(unknown.map(|line| fleet::refused(line, context)));
    }

    /// Adds what is wrong with lines that are not served, because `res_phoneprov` does not have their profile, whatever
    /// phoneprov.conf says by now; `profiles` are those that it has, if that is known.
    pub fn note_refused_profiles<D>(
        &mut self,
        context: &Context<D>,
        profiles: Option<&Profiles>,
        is_served: impl Fn(&CStr) -> bool,
    ) {
        let lines = self.phone.iter().flat_map(|phone| &phone.lines);
        let lacks = |line: &&Line| match (profiles, line.get(standard::PROFILE)) {
            (Some(profiles), Some(profile)) => !profiles.has(profile),
            _ => !line.has_profile(context),
        };
        let refused =
            lines.filter(lacks).filter(|line| !is_served(line.section) && self.refusal(line.section).is_none());
        let problems: Vec<Problem> = refused.map(|line| fleet::refused(line, context)).collect();
        self.problems.extend(problems);
    }

    /// The problem that keeps a section from being served, if there is one.
    pub fn refusal(&self, section: &CStr) -> Option<&Fault> {
        let of_section = self.problems.iter().filter(|problem| *problem.section == *section);
        of_section.map(|problem| &problem.fault).find(|fault| fault.severity() == Severity::Error)
    }

    /// The profile of its first line.
    pub fn profile(&self, context: &Context<impl Directory>) -> Option<&CStr> {
        let first = self.phone.as_ref().and_then(|phone| phone.lines.first());
        match first {
            Some(line) => line.get(standard::PROFILE),
            None => self.sections.iter().find_map(|(_, variables)| given(variables, standard::PROFILE, context)),
        }
    }
}

/// Whether two texts are one MAC, in whatever spelling.
pub fn is_mac(mac: &CStr, name: &CStr) -> bool {
    mac == name || mac::digits(mac).is_some_and(|digits| mac::digits(name) == Some(digits))
}

/// What a section itself gives under a standard name, in whatever case.
fn given<'a, D>(variables: &'a Variables, name: &CStr, context: &Context<D>) -> Option<&'a CStr> {
    let pairs = super::defaults::with_standard_names(variables, context.names);
    pairs.into_iter().find(|pair| pair.name == name).map(|pair| pair.value)
}

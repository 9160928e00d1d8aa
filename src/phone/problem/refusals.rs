//! What `res_phoneprov` is certain to refuse, so that it need not be asked: it says so in the log each time.

use super::super::fingerprint::Fingerprint;
use super::super::fleet::{self, Phone};
use super::super::line::{Context, Line};
use super::super::phoneprov_conf::profiles::Profiles;
use super::super::standard;
use super::fault::{Fault, Problem};
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString};

/// What is known to be refused.
#[derive(Clone, Debug, Default)]
pub struct Refusals {
    /// The lines that were refused, by the ids of their sections, each with its content.
    lines: HashMap<CString, Fingerprint>,
    /// The profiles that there are; `None` if nobody knows.
    profiles: Option<Profiles>,
}

impl Refusals {
    /// A line has been refused: it is not offered again until it, or what it lacks, has changed.
    pub fn note(&mut self, line: &Line) {
        self.lines.insert(line.section.into(), Fingerprint::of([line]));
    }

    /// What lines lack may be there now: `res_phoneprov` has read everything anew, or somebody wants to have it tried.
    pub fn forget(&mut self) {
        self.lines.clear();
    }

    /// Sets the profiles that `res_phoneprov` has; `None` if nobody knows.
    pub fn set_profiles(&mut self, profiles: Option<&Profiles>) {
        self.profiles = profiles.cloned();
    }

    /// Forgets what is refused no longer.
    pub fn keep(&mut self, problems: &[Problem]) {
        if self.lines.is_empty() {
            return;
        }
        let refused = problems.iter().filter(|problem| matches!(problem.fault, Fault::Refused { .. }));
        let refused: HashSet<&CStr> = refused.map(|problem| problem.section.as_c_str()).collect();
        self.lines.retain(|section, _| refused.contains(section.as_c_str()));
    }

    fn is_refused(&self, line: &Line) -> bool {
        self.lines.get(line.section).is_some_and(|content| *content == Fingerprint::of([line]))
    }

    /// The phone with what is worth being offered of it, if anything is; the rest is a problem each.
    pub fn worth_offering<'a, D>(
        &self,
        mut phone: Phone<'a>,
        context: &Context<'a, D>,
        problems: &mut Vec<Problem>,
    ) -> Option<Phone<'a>> {
        let has_profile = |line: &Line| {
            let profile = line.get(standard::PROFILE);
            profile.zip(self.profiles.as_ref()).is_none_or(|(profile, profiles)| profiles.has(profile))
        };
        phone.lines.retain(|line| {
            let is_worth_it = has_profile(line) && !self.is_refused(line);
            problems.extend((!is_worth_it).then(|| fleet::refused(line, context)));
            is_worth_it
        });
        (!phone.lines.is_empty()).then_some(phone)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::defaults::Defaults;
    use super::super::super::directory::Nothing;
    use super::super::super::fleet::Group;
    use super::super::super::standard::StandardNames;
    use super::super::super::variables::Variables;
    use super::*;

    /// The sections that are offered of a phone with one line of each profile, and what is said of the others.
    fn offered(refusals: &Refusals, sections: &[(&CStr, Variables)]) -> (Vec<String>, Vec<String>) {
        let (defaults, names) = (Defaults::default(), StandardNames::default());
        let context = Context { defaults: &defaults, names: &names, directory: &Nothing, profiles: None };
        let sections = sections.iter().map(|(id, variables)| (*id, variables)).collect();
        let phone = Group { mac: c"0004f2abcdef", sections }.resolve(&context, &mut Vec::new()).unwrap();
        let mut problems = Vec::new();
        let phone = refusals.worth_offering(phone, &context, &mut problems);
        let lines = phone.iter().flat_map(|phone| &phone.lines);
        let ids = lines.map(|line| line.section.to_str().unwrap().to_owned()).collect();
        (ids, problems.iter().map(|problem| problem.section.to_str().unwrap().to_owned()).collect())
    }

    fn section(line: &CStr, profile: &CStr) -> Variables {
        [(c"MAC", c"0004f2abcdef"), (c"PROFILE", profile), (c"LINE", line)].into_iter().collect()
    }

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn a_profile_that_is_not_there_need_not_be_asked_for() {
        let sections = [(c"a", section(c"1", c"desk")), (c"b", section(c"2", c"sofa"))];
        let mut refusals = Refusals::default();
        assert_eq!(offered(&refusals, &sections), (ids(&["a", "b"]), ids(&[])), "nobody knows");
        refusals.set_profiles(Some(&Profiles::new(vec![(c"desk".into(), Variables::default())])));
        assert_eq!(offered(&refusals, &sections), (ids(&["a"]), ids(&["b"])));
        assert_eq!(offered(&refusals, &sections[1..]), (ids(&[]), ids(&["b"])));
    }

    #[test]
    fn a_line_that_was_refused_is_offered_again_when_it_has_changed() {
        let sections = [(c"a", section(c"1", c"desk"))];
        let mut refusals = Refusals::default();
        let mut line = Line::new(c"a");
        let same = [(c"MAC", c"0004f2abcdef"), (c"PROFILE", c"desk"), (c"LINE", c"1")];
        let mac = [(c"MAC_LOWER", c"0004f2abcdef"), (c"MAC_UPPER", c"0004F2ABCDEF")];
        let added = [(c"USERNAME", c"a"), (c"LABEL", c"a"), (c"SERVER_PORT", c"5060"), mac[0], mac[1]];
        for (name, value) in same.into_iter().chain(added) {
            line.offer(name, value, super::super::super::line::Origin::Section);
        }
        refusals.note(&line);
        assert_eq!(offered(&refusals, &sections), (ids(&[]), ids(&["a"])));
        assert_eq!(offered(&refusals, &[(c"a", section(c"2", c"desk"))]), (ids(&["a"]), ids(&[])));

        let refused = |id: &CStr| {
            let fault = Fault::Refused { mac: c"0004f2abcdef".into(), profile: c"desk".into() };
            Problem { object: super::super::super::object_type::ObjectType::Phoneprov, section: id.into(), fault }
        };
        refusals.keep(&[refused(c"b"), refused(c"a")]);
        assert_eq!(offered(&refusals, &sections), (ids(&[]), ids(&["a"])));
        refusals.keep(&[refused(c"b")]);
        assert_eq!(offered(&refusals, &sections), (ids(&["a"]), ids(&[])), "it was not refused the last time");
        refusals.note(&line);
        refusals.forget();
        assert_eq!(offered(&refusals, &sections), (ids(&["a"]), ids(&[])));
    }
}

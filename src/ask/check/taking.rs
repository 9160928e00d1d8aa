//! What `res_phoneprov` will take of a phone, by what it has now.

use crate::phone::directory::Directory;
use crate::phone::fleet::{self, Phone};
use crate::phone::line::Context;
use crate::phone::problem::Problem;
use crate::phone::standard;
use crate::serve::loaded::Own;
use crate::serve::served::Snapshot;
use std::collections::{HashMap, HashSet};
use std::ffi::CStr;

/// Judges lines that would be offered.
pub struct Taking<'a> {
    snapshot: &'a Snapshot,
    own: &'a Own,
    macs_of_users_conf: HashSet<&'a CStr>,
    /// By section, why it was refused when it was offered last.
    refusals: HashMap<&'a CStr, &'a Problem>,
}

impl<'a> Taking<'a> {
    /// By what is served, and what `res_phoneprov` has read.
    pub fn new(snapshot: &'a Snapshot, own: &'a Own) -> Self {
        let macs = own.users.iter().filter_map(|(_, variables)| variables.get(standard::MAC));
        let refusals = snapshot.refusals().map(|problem| (problem.section.as_c_str(), problem));
        Taking { snapshot, own, macs_of_users_conf: macs.collect(), refusals: refusals.collect() }
    }

    /// Leaves what it will take of a phone, adds why it will not take the rest, and tells whether anything is left.
    pub fn leave<D: Directory>(
        &self,
        phone: &mut Phone<'_>,
        context: &Context<D>,
        problems: &mut Vec<Problem>,
    ) -> bool {
        let served = self.snapshot.sections(phone.mac);
        let is_of_users_conf = self.macs_of_users_conf.contains(phone.mac);
        phone.lines.retain(|line| {
            let is_served = served.iter().any(|id| id.as_c_str() == line.section);
            // What res_phoneprov has read counts, and not what phoneprov.conf says by now.
            let has_profile = line.get(standard::PROFILE).is_none_or(|profile| self.own.profiles.has(profile));
            if !has_profile || (!is_served && is_of_users_conf) {
                problems.extend(line.has_profile(context).then(|| fleet::refused(line, context)));
                return false;
            }
            if is_served {
                return true;
            }
            // What was refused is tried again, and there is nothing that will make it work.
            let refusal = self.refusals.get(line.section).filter(|_| line.has_profile(context));
            problems.extend(refusal.copied().cloned());
            refusal.is_none() && line.has_profile(context)
        });
        !phone.lines.is_empty()
    }
}

//! What will be taken of a phone, by what `res_phoneprov` has now.

use crate::phone::directory::Directory;
use crate::phone::fleet::{self, Phone};
use crate::phone::line::Context;
use crate::phone::problem::Problem;
use crate::phone::standard;
use crate::serve::loaded::Own;
use crate::serve::served::Snapshot;
use crate::serve::taking::{macs_of_users_conf, takes_profile};
use std::collections::{HashMap, HashSet};
use std::ffi::CStr;

/// Judges lines that would be offered.
pub struct Taking<'a> {
    snapshot: &'a Snapshot,
    own: &'a Own,
    /// The MACs of phones that are not ours and cannot become so.
    taken: HashSet<&'a CStr>,
    /// By section, why it was refused when it was offered last.
    refusals: HashMap<&'a CStr, &'a Problem>,
}

impl<'a> Taking<'a> {
    /// By what is served, and what `res_phoneprov` has read.
    pub fn new(snapshot: &'a Snapshot, own: &'a Own) -> Self {
        let taken = match snapshot.spares_res_phoneprov {
            // It is reloaded for such a phone, and asks us first.
            true => HashSet::new(),
            false => macs_of_users_conf(own),
        };
        let refusals = snapshot.refusals().map(|problem| (problem.section.as_c_str(), problem));
        Taking { snapshot, own, taken, refusals: refusals.collect() }
    }

    /// Leaves what it will take of a phone, adds why it will not take the rest, and tells whether anything is left.
    pub fn leave<D: Directory>(
        &self,
        phone: &mut Phone<'_>,
        context: &Context<D>,
        problems: &mut Vec<Problem>,
    ) -> bool {
        let served = self.snapshot.sections(phone.mac);
        phone.lines.retain(|line| {
            let is_served = served.iter().any(|id| id.as_c_str() == line.section);
            let has_profile = takes_profile(self.own, line.get(standard::PROFILE));
            if !has_profile || (served.is_empty() && self.taken.contains(phone.mac)) {
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

//! What has to be removed from and added to `res_phoneprov` so that it holds what the configuration says.

use super::directory::Directory;
use super::fingerprint::Fingerprint;
use super::fleet::{self, Phone, Section};
use super::line::Context;
use super::problem::Problem;
use std::collections::{HashMap, HashSet};
use std::ffi::CStr;

/// What `res_phoneprov` holds from us: MAC → content. `None` is a phone that is not as it should be (a line of it was
/// refused, or nobody knows): it differs from everything and so is tried again.
pub type Applied = HashMap<Box<CStr>, Option<Fingerprint>>;

/// The steps from what is applied to what is wanted: removals first, then additions, in order.
#[derive(Debug, Default)]
pub struct Diff<'a> {
    /// Phones to remove: those that are gone and those that changed.
    pub remove: Vec<Box<CStr>>,
    /// Phones to add with all their lines: new ones and those that changed. In order of their first section's id.
    pub add: Vec<Phone<'a>>,
    /// Phones that are left alone.
    pub unchanged: usize,
}

/// Compares the sections, which come in order of id, with what is applied.
pub fn diff<'a, D: Directory>(
    sections: impl IntoIterator<Item = Section<'a>>,
    context: &Context<'a, D>,
    applied: &Applied,
    problems: &mut Vec<Problem>,
) -> Diff<'a> {
    let groups = fleet::group(sections, context, problems);
    let mut diff = Diff::default();
    let mut wanted: HashSet<&CStr> = HashSet::with_capacity(groups.len());

    for group in groups {
        let Some(phone) = group.resolve(context, problems) else { continue };
        wanted.insert(phone.mac);
        match applied.get(phone.mac) {
            Some(&Some(fingerprint)) if fingerprint == phone.fingerprint() => diff.unchanged += 1,
            Some(_) => {
                diff.remove.push(phone.mac.into());
                diff.add.push(phone);
            }
            None => diff.add.push(phone),
        }
    }
    diff.remove.extend(applied.keys().filter(|mac| !wanted.contains(mac.as_ref())).cloned());
    diff
}

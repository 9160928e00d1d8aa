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

#[cfg(test)]
mod tests {
    use super::super::defaults::Defaults;
    use super::super::directory::Nothing;
    use super::super::standard::StandardNames;
    use super::super::variables::Variables;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::ffi::CString;

    /// What `res_phoneprov` does with the calls: MAC → each line's section and values, in order of addition.
    type Host = BTreeMap<CString, Vec<(CString, Vec<CString>)>>;

    /// Applies the sections to the host as sync.rs does; answers how many phones were removed and added.
    fn apply(sections: &BTreeMap<CString, Variables>, applied: &mut Applied, host: &mut Host) -> (usize, usize) {
        let (defaults, names) = (Defaults::default(), StandardNames::default());
        let context = Context { defaults: &defaults, names: &names, directory: &Nothing };
        let sections = sections.iter().map(|(id, variables)| (id.as_c_str(), variables));
        let diff = diff(sections, &context, applied, &mut Vec::new());
        for mac in &diff.remove {
            assert!(host.remove(mac.as_ref()).is_some(), "removes what is not there");
            applied.remove(mac);
        }
        for phone in &diff.add {
            let lines = phone.lines.iter().map(|line| {
                let values = line.variables.iter().map(|variable| variable.value.clone().into_owned());
                (line.section.to_owned(), values.collect())
            });
            assert!(host.insert(phone.mac.to_owned(), lines.collect()).is_none(), "adds what is there");
            applied.insert(phone.mac.into(), Some(phone.fingerprint()));
        }
        (diff.remove.len(), diff.add.len())
    }

    /// Few ids, MACs and LINEs, so that sections meet on one phone and on one line.
    fn fleet() -> impl Strategy<Value = BTreeMap<CString, Variables>> {
        let text = |range: std::ops::Range<u8>| range.prop_map(|n| CString::new(n.to_string()).unwrap());
        let section = (text(0..4), text(0..4), text(0..3)).prop_map(|(mac, line, label)| {
            [(c"MAC", mac.as_c_str()), (c"PROFILE", c"p"), (c"LINE", &line), (c"LABEL", &label)].into_iter().collect()
        });
        prop::collection::btree_map(text(0..8), section, 0..8)
    }

    proptest! {
        #[test]
        fn any_history_ends_like_a_fresh_start(history in prop::collection::vec(fleet(), 1..6)) {
            let (mut applied, mut host) = (Applied::default(), Host::default());
            for sections in &history {
                apply(sections, &mut applied, &mut host);
            }
            let last = history.last().unwrap();
            let mut fresh = Host::default();
            apply(last, &mut Applied::default(), &mut fresh);
            prop_assert_eq!(&host, &fresh);
            prop_assert_eq!(apply(last, &mut applied, &mut host), (0, 0));
        }
    }

    #[test]
    fn a_phone_in_doubt_is_removed_and_added_again() {
        let variables: Variables = [(c"MAC", c"0004f2abcdef"), (c"PROFILE", c"p")].into_iter().collect();
        let sections = BTreeMap::from([(c"a".to_owned(), variables)]);
        let (mut applied, mut host) = (Applied::default(), Host::default());
        assert_eq!(apply(&sections, &mut applied, &mut host), (0, 1));
        applied.values_mut().for_each(|fingerprint| *fingerprint = None);
        assert_eq!(apply(&sections, &mut applied, &mut host), (1, 1));
    }
}

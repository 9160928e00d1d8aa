//! What has to be removed from and added to `res_phoneprov` so that it holds what the configuration says.

use super::directory::Directory;
use super::evaluated::{Evaluated, Evaluator, Outcome, World};
use super::fingerprint::Fingerprint;
use super::fleet::{Group, Phone};
use super::held_back::keeper::{Keeper, Sight, Was};
use super::line::Context;
use super::object_type::ObjectType;
use super::problem::refusals::Refusals;
use super::problem::{Fault, Problem};
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::time::SystemTime;

/// What `res_phoneprov` holds from us, by MAC.
pub type Applied = HashMap<Box<CStr>, Held>;

/// A phone that `res_phoneprov` holds.
#[derive(Clone, Debug)]
pub struct Held {
    /// Its content. `None` is a phone that is not as it should be (there was no memory for one of its lines, or nobody knows): it
    /// differs from everything and so is tried again.
    pub fingerprint: Option<Fingerprint>,
    /// What templates see of it.
    pub evaluated: Arc<Evaluated>,
    /// The ids of its sections, in the order of its lines.
    pub sections: Arc<[CString]>,
    /// When it was applied.
    pub since: SystemTime,
    /// The file that its first section stood in; `None` if it came from elsewhere.
    pub file: Option<Arc<CStr>>,
}

impl Held {
    /// That phone, of which all lines were applied at that time.
    pub fn new(wanted: Wanted, since: SystemTime, file: Option<Arc<CStr>>) -> Self {
        let Wanted { sections, fingerprint, evaluated, .. } = wanted;
        Held { fingerprint: Some(fingerprint), evaluated, sections, since, file }
    }

    /// What is asked about where it would go.
    pub fn was<'a>(&'a self, mac: &'a CStr) -> Was<'a> {
        Was { mac, file: self.file.as_deref(), sections: &self.sections }
    }

    /// Whether a phone is served as before.
    pub fn is_like(&self, other: &Self) -> bool {
        self.evaluated.hash == other.evaluated.hash
    }
}

/// A phone that is to be served. It is kept completed and not resolved: a whole fleet resolved at once would take ten times its
/// room.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// The sections with its MAC.
    pub group: Group<'a>,
    /// The ids of those that it is made of, in the order of its lines.
    pub sections: Arc<[CString]>,
    /// What tells it from another content of it.
    pub fingerprint: Fingerprint,
    /// What templates see of it, and what of that is handed to `res_phoneprov`.
    pub evaluated: Arc<Evaluated>,
}

impl<'a> Wanted<'a> {
    /// What is wanted of a group of sections: the phone that it resolves to, completed.
    pub fn new(group: Group<'a>, phone: &Phone, fingerprint: Fingerprint, evaluated: Arc<Evaluated>) -> Self {
        let sections = phone.lines.iter().map(|line| line.section.to_owned()).collect();
        Wanted { group, sections, fingerprint, evaluated }
    }
}

/// Completes a phone; `before` is what is served of it. What changes by itself is a problem of its first section.
pub fn complete<W: World>(
    phone: &Phone,
    evaluator: &mut Evaluator<W>,
    before: Option<&Held>,
    problems: &mut Vec<Problem>,
) -> (Fingerprint, Arc<Evaluated>) {
    let fingerprint = phone.fingerprint();
    let Outcome { evaluated, unsteady } = evaluator.evaluate(phone, fingerprint, before.map(|held| &held.evaluated));
    let section = phone.lines.first().map(|line| line.section).unwrap_or_default();
    problems.extend(unsteady.into_iter().map(|what| Problem {
        object: ObjectType::Phoneprov,
        section: section.into(),
        fault: Fault::Unsteady(what),
    }));
    (fingerprint, evaluated)
}

/// The steps from what is applied to what is wanted: removals first, then additions, in order.
#[derive(Debug, Default)]
pub struct Diff<'a> {
    /// Phones to remove: those that are gone and those that changed.
    pub remove: Vec<Box<CStr>>,
    /// Phones to add with all their lines: new ones and those that changed, in order of their first section's id, and behind
    /// them those that a removal takes along.
    pub add: Vec<Wanted<'a>>,
    /// Phones that are left alone.
    pub unchanged: usize,
    /// Of those, the ones that are held back and that a removal takes along: to be added again as they were.
    pub again: Vec<Box<CStr>>,
    /// Those of them that are made of other sections than before, which say the same: by MAC, their ids.
    pub renamed: Vec<(Box<CStr>, Arc<[CString]>)>,
}

/// Compares the phones, grouped and in order, with what is applied. What is certain to be refused is left out.
pub fn diff<'a, D: Directory, W: World, S: Sight>(
    groups: Vec<Group<'a>>,
    context: &Context<'a, D>,
    evaluator: &mut Evaluator<W>,
    applied: &Applied,
    refusals: &Refusals,
    keeper: &mut Keeper<S>,
    problems: &mut Vec<Problem>,
) -> Diff<'a> {
    let mut diff = Diff::default();
    let mut kept: Vec<Group> = Vec::with_capacity(groups.len());
    let mut held_back: HashSet<Box<CStr>> = HashSet::new();

    for group in groups {
        let told = problems.len();
        let phone = resolve(&group, context, refusals, problems);
        let held = applied.get(group.mac);
        if held.is_some_and(|held| keeper.keeps(held.was(group.mac), phone.as_ref(), &problems[told..])) {
            held_back.insert(group.mac.into());
            continue;
        }
        let Some(phone) = phone else { continue };
        let (fingerprint, evaluated) = complete(&phone, evaluator, held, problems);
        match held {
            Some(held) if held.fingerprint == Some(fingerprint) && held.evaluated.hash == evaluated.hash => {
                let ids = || phone.lines.iter().map(|line| line.section);
                if !held.sections.iter().map(CString::as_c_str).eq(ids()) {
                    diff.renamed.push((group.mac.into(), ids().map(CStr::to_owned).collect()));
                }
                kept.push(group);
            }
            held => {
                diff.remove.extend(held.map(|_| group.mac.into()));
                diff.add.push(Wanted::new(group, &phone, fingerprint, evaluated));
            }
        }
    }
    // Mostly nobody is gone: all that is applied was met above.
    if kept.len() + diff.remove.len() + held_back.len() < applied.len() {
        let added = diff.add.iter().map(|wanted| wanted.group.mac);
        let wanted: HashSet<&CStr> = kept.iter().map(|group| group.mac).chain(added).collect();
        let gone = applied.iter().filter(|(mac, _)| !wanted.contains(mac.as_ref()) && !held_back.contains(*mac));
        let gone = gone.map(|(mac, held)| held.was(mac));
        let (stay, go): (Vec<Was>, Vec<Was>) = gone.partition(|was| keeper.keeps(*was, None, &[]));
        let of_emptied = keeper.keep_of_emptied(applied.iter().map(|(mac, held)| held.was(mac)), &go);
        diff.remove.extend(go.iter().map(|was| was.mac.into()).filter(|mac| !of_emptied.contains(mac)));
        held_back.extend(stay.iter().map(|was| was.mac.into()));
        held_back.extend(of_emptied);
    }

    // Removing one spelling of a MAC may take along another that differs in case only: res_phoneprov looks a phone up by
    // its exact hash and then compares without case (res_phoneprov.c, extension_delete_cb).
    let folded = |mac: &CStr| mac.to_bytes().to_ascii_lowercase();
    let removed: HashSet<Vec<u8>> = diff.remove.iter().map(|mac| folded(mac)).collect();
    diff.unchanged = kept.len() + held_back.len();
    if !removed.is_empty() {
        diff.again.extend(held_back.into_iter().filter(|mac| removed.contains(&folded(mac))));
        for group in kept.into_iter().filter(|group| removed.contains(&folded(group.mac))) {
            diff.remove.push(group.mac.into());
            diff.unchanged -= 1;
            // Its problems have been told above.
            let untold = &mut Vec::new();
            let Some(phone) = resolve(&group, context, refusals, untold) else { continue };
            let (fingerprint, evaluated) = complete(&phone, evaluator, applied.get(group.mac), untold);
            diff.add.push(Wanted::new(group, &phone, fingerprint, evaluated));
        }
    }
    diff
}

/// A phone with what is worth being offered of it.
pub fn resolve<'a, D: Directory>(
    group: &Group<'a>,
    context: &Context<'a, D>,
    refusals: &Refusals,
    problems: &mut Vec<Problem>,
) -> Option<Phone<'a>> {
    let phone = group.resolve(context, problems)?;
    refusals.worth_offering(phone, context, problems)
}

#[cfg(test)]
mod tests {
    use super::super::defaults::Defaults;
    use super::super::directory::Nothing;
    use super::super::evaluated::{Nowhere, Prepared};
    use super::super::fleet;
    use super::super::held_back::keeper::Terms;
    use super::super::held_back::why::Since;
    use super::super::phoneprov_conf::profiles::Profiles;
    use super::super::standard::StandardNames;
    use super::super::variables::Variables;
    use super::*;
    use crate::template::line::NamePool;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// What `res_phoneprov` does with the calls: MAC → each line's section and values, in order of addition.
    type Host = BTreeMap<CString, Vec<(CString, Vec<CString>)>>;

    /// Applies the sections to the host as serve/apply.rs does; answers how many phones were removed and added.
    fn apply(sections: &BTreeMap<CString, Variables>, applied: &mut Applied, host: &mut Host) -> (usize, usize) {
        let (defaults, names) = (Defaults::default(), StandardNames::default());
        let context = Context { defaults: &defaults, names: &names, directory: &Nothing, profiles: None };
        let sections = sections.iter().map(|(id, variables)| (id.as_c_str(), variables));
        let groups = fleet::group(sections, &context, &mut Vec::new());
        let (profiles, pool, prepared) = (Profiles::default(), NamePool::default(), Prepared::default());
        let mut evaluator =
            Evaluator { profiles: &profiles, world: Nowhere, pool: &pool, prepared: &prepared, is_hasty: false };
        let before = Since::new();
        let mut keeper = Keeper::new(Nothing, Terms::that_let_go(&before));
        let diff = diff(groups, &context, &mut evaluator, applied, &Refusals::default(), &mut keeper, &mut Vec::new());
        for mac in &diff.remove {
            // At its worst: what differs in case only goes too.
            host.retain(|each, _| !each.to_bytes().eq_ignore_ascii_case(mac.to_bytes()));
            assert!(applied.remove(mac).is_some(), "removes what is not there");
        }
        let (removed, added) = (diff.remove.len(), diff.add.len());
        for wanted in diff.add {
            let mac = wanted.group.mac;
            let values = wanted.evaluated.given().map(|pairs| pairs.map(|(_, value)| value.to_owned()).collect());
            let lines = wanted.sections.iter().cloned().zip(values);
            assert!(host.insert(mac.to_owned(), lines.collect()).is_none(), "adds what is there");
            applied.insert(mac.into(), Held::new(wanted, SystemTime::UNIX_EPOCH, None));
        }
        (removed, added)
    }

    /// An edit: a section is written or, without content, deleted. Few ids, MACs and LINEs, so that sections meet on one
    /// phone and on one line.
    fn edit() -> impl Strategy<Value = (CString, Option<Variables>)> {
        let text = |range: std::ops::Range<u8>| range.prop_map(|n| CString::new(n.to_string()).unwrap());
        let mac = prop::sample::select(vec![c"aa", c"aA", c"AA", c"bb"]);
        let section = (mac, text(0..4), text(0..3)).prop_map(|(mac, line, label)| {
            [(c"MAC", mac), (c"PROFILE", c"p"), (c"LINE", &line), (c"LABEL", &label)].into_iter().collect()
        });
        (text(0..8), prop::option::weighted(0.8, section))
    }

    proptest! {
        #[test]
        fn any_history_ends_like_a_fresh_start(edits in prop::collection::vec(edit(), 1..30)) {
            let (mut applied, mut host) = (Applied::default(), Host::default());
            let mut sections = BTreeMap::new();
            for (id, content) in edits {
                match content {
                    Some(content) => sections.insert(id, content),
                    None => sections.remove(&id),
                };
                apply(&sections, &mut applied, &mut host);
            }
            let mut fresh = Host::default();
            apply(&sections, &mut Applied::default(), &mut fresh);
            prop_assert_eq!(&host, &fresh);
            prop_assert_eq!(apply(&sections, &mut applied, &mut host), (0, 0));
        }
    }

    #[test]
    fn a_phone_in_doubt_is_removed_and_added_again() {
        let variables: Variables = [(c"MAC", c"0004f2abcdef"), (c"PROFILE", c"p")].into_iter().collect();
        let sections = BTreeMap::from([(c"a".to_owned(), variables)]);
        let (mut applied, mut host) = (Applied::default(), Host::default());
        assert_eq!(apply(&sections, &mut applied, &mut host), (0, 1));
        applied.values_mut().for_each(|held| held.fingerprint = None);
        assert_eq!(apply(&sections, &mut applied, &mut host), (1, 1));
    }
}

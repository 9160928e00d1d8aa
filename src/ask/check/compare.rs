//! What a reload would do to which phone: those that are served beside those that are wanted.

use super::findings::{Findings, Plan};
use crate::phone::compare::differences;
use crate::phone::diff::Applied;
use crate::phone::fleet::Phone;
use crate::phone::held_back::why::HeldBack;
use crate::phone::problem::Problem;
use crate::phone::problem::shared::NOWHERE;
use crate::serve::served::Snapshot;
use std::collections::{HashMap, HashSet};
use std::ffi::CStr;

/// Compares phone by phone, beside what is `applied` of each.
pub fn compare<'a>(
    served: &'a [Phone<'a>],
    wanted: &'a [Phone<'a>],
    problems: Vec<Problem>,
    applied: &'a Applied,
    held_back: HeldBack,
) -> Findings<'a> {
    let by_mac = |phones: &'a [Phone<'a>]| phones.iter().map(|phone| (phone.mac, phone)).collect::<HashMap<_, _>>();
    let (before, after) = (by_mac(served), by_mac(wanted));
    let mut findings = Findings {
        plans: Vec::new(),
        profiles: Vec::new(),
        unchanged: 0,
        by_res_pjsip: HashSet::new(),
        problems,
        is_stopped: false,
        is_stale: false,
        rows_since: None,
        fall: None,
        place: NOWHERE,
        held_back: HeldBack::default(),
    };
    let stays = |phone: &&Phone| !held_back.since.contains_key(phone.mac);
    for phone in wanted.iter().filter(stays) {
        // What is served of a phone that was held back is its own, whatever sorcery has.
        let is_as_applied = applied.get(phone.mac).is_some_and(|held| held.fingerprint == Some(phone.fingerprint()));
        match before.get(phone.mac) {
            None if is_as_applied => findings.unchanged += 1,
            None if applied.contains_key(phone.mac) => findings.plans.push(Plan::Change(phone, Vec::new())),
            None => findings.plans.push(Plan::Add(phone)),
            Some(old) if old.fingerprint() == phone.fingerprint() => findings.unchanged += 1,
            Some(old) => findings.plans.push(Plan::Change(phone, differences(old, phone))),
        }
    }
    let gone = served.iter().filter(|phone| !after.contains_key(phone.mac)).filter(stays);
    findings.plans.extend(gone.map(Plan::Remove));
    let mut held: Vec<_> = applied.iter().filter(|(mac, _)| held_back.since.contains_key(*mac)).collect();
    held.sort_by(|(_, one), (_, other)| one.sections.cmp(&other.sections));
    findings.plans.extend(held.into_iter().map(|(mac, held)| Plan::Hold(mac, &held.sections)));
    Findings { held_back, ..findings }
}

/// Adds what sorcery has read already, and waits for `res_phoneprov`.
pub fn add_waiting<'a>(findings: &mut Findings<'a>, wanted: &'a [Phone<'a>], snapshot: &'a Snapshot) {
    let planned: HashSet<&CStr> = findings.plans.iter().map(Plan::mac).collect();
    let waits = |phone: &&Phone| {
        let held = snapshot.applied.get(phone.mac).and_then(|held| held.fingerprint);
        !planned.contains(phone.mac) && held.is_some_and(|held| held != phone.fingerprint())
    };
    let changed: Vec<Plan> = wanted.iter().filter(waits).map(|phone| Plan::Change(phone, Vec::new())).collect();
    let macs: HashSet<&CStr> = wanted.iter().map(|phone| phone.mac).collect();
    let gone = snapshot.applied.iter().filter(|(mac, _)| !macs.contains(&***mac) && !planned.contains(&***mac));
    let gone: Vec<Plan> = gone.map(|(mac, held)| Plan::RemoveOf(mac, &held.sections)).collect();
    findings.unchanged -= changed.len();
    findings.plans.extend(changed.into_iter().chain(gone));
}

//! Carries a difference out, in `res_phoneprov` where it is given the phones, and records what became of them.

use super::taking::{Answer, Taker};
use crate::asterisk::logger::{debug, error};
use crate::http::Http;
use crate::phone::bucket;
use crate::phone::diff::{self, Applied, Diff, Held, Wanted};
use crate::phone::directory::Directory;
use crate::phone::evaluated::{Evaluator, World};
use crate::phone::fleet::{self, Group, Phone};
use crate::phone::held_back::keeper::{Keeper, Sight, Was};
use crate::phone::line::{Context, Line};
use crate::phone::problem::Problem;
use crate::phone::problem::refusals::Refusals;
use crate::report::{Change, Changes, Fate, MOST_TOLD};
use crate::text::Shown;
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::time::SystemTime;

/// What became of the phones in `old`, which were removed or lost, and of those that were `added`; tells the record of
/// requests who is there and who is not.
fn changes_between<'a>(http: &Http, old: &'a Applied, new: &Applied, added: impl Iterator<Item = &'a CStr>) -> Changes {
    let mut changes = Changes::default();
    let added = added.filter(|mac| !old.contains_key(*mac));
    for mac in old.keys().map(AsRef::as_ref).chain(added) {
        let (before, after) = (old.get(mac), new.get(mac));
        count_phone(&mut changes, mac, before, after);
        http.record.phone_changed(mac, before.map(|held| &held.sections), after.map(|held| &held.sections));
    }
    if changes.count() > MOST_TOLD {
        changes.phones.clear();
    }
    changes
}

fn count_phone(changes: &mut Changes, mac: &CStr, before: Option<&Held>, after: Option<&Held>) {
    let (count, fate): (_, fn(&Held, &Held) -> Fate) = match (before, after) {
        (Some(before), Some(after)) if before.is_like(after) => {
            changes.unchanged += 1;
            return;
        }
        (Some(_), Some(_)) => {
            (&mut changes.changed, |before, after| Fate::Changed(before.evaluated.differences(&after.evaluated)))
        }
        (None, Some(_)) => (&mut changes.added, |_, _| Fate::Added),
        (Some(_), None) => (&mut changes.removed, |_, _| Fate::Removed),
        (None, None) => return,
    };
    *count += 1;
    changes.macs.push(mac.into());
    let Some(held) = after.or(before) else { return };
    if changes.phones.len() <= MOST_TOLD {
        let fate = fate(before.unwrap_or(held), held);
        changes.phones.push(Change { mac: mac.into(), sections: held.sections.clone(), fate });
    }
}

/// What phones are added to: the record of what is applied, what is noted of it, and who completes them.
pub struct Work<'a, 'e, D, W> {
    /// The requests' side.
    pub http: &'a Http,
    /// What resolving needs.
    pub context: &'a Context<'a, D>,
    /// Completes phones.
    pub evaluator: &'a mut Evaluator<'e, W>,
    /// Who takes lines.
    pub taker: &'a Taker<'a>,
    /// What is taken.
    pub applied: &'a mut Applied,
    /// What it has refused.
    pub refusals: &'a mut Refusals,
    /// What is wrong with what it does not hold.
    pub problems: &'a mut Vec<Problem>,
    /// The file that a section stands in.
    pub file_of: &'a dyn Fn(&CStr) -> Option<Arc<CStr>>,
}

impl<'a, D: Directory, W: World> Work<'a, '_, D, W> {
    /// Adds every phone to a `res_phoneprov` that has none of ours; `lost` is what it had before it threw everything away.
    pub fn add_all(mut self, groups: Vec<Group<'a>>, lost: &Applied, keeper: &mut Keeper<impl Sight>) -> Changes {
        let mut all = Vec::with_capacity(groups.len());
        for group in groups {
            let told = self.problems.len();
            let phone = diff::resolve(&group, self.context, self.refusals, self.problems);
            let held = lost.get(group.mac);
            let keeps = |held: &&Held| keeper.keeps(held.was(group.mac), phone.as_ref(), &self.problems[told..]);
            if let Some(held) = held.filter(keeps) {
                self.add_again(group.mac, held);
            } else if let Some(phone) = phone {
                let (fingerprint, evaluated) = diff::complete(&phone, self.evaluator, held, self.problems);
                all.push(Wanted::new(group, &phone, fingerprint, evaluated));
            }
        }
        self.add_many(all);
        let gone = lost.iter().filter(|(mac, _)| !self.applied.contains_key(*mac)).map(|(mac, held)| held.was(mac));
        let (stay, go): (Vec<Was>, Vec<Was>) = gone.partition(|was| keeper.keeps(*was, None, &[]));
        let of_emptied = keeper.keep_of_emptied(lost.iter().map(|(mac, held)| held.was(mac)), &go);
        let stay = stay.iter().map(|was| was.mac).chain(of_emptied.iter().map(AsRef::as_ref));
        for (mac, held) in stay.filter_map(|mac| Some((mac, lost.get(mac)?))) {
            self.add_again(mac, held);
        }
        changes_between(self.http, lost, self.applied, self.applied.keys().map(AsRef::as_ref))
    }

    /// Carries the difference out and records it.
    pub fn apply(mut self, diff: Diff<'a>) -> Changes {
        let Diff { remove, add, unchanged, again, renamed } = diff;
        for (mac, sections) in renamed {
            self.applied.entry(mac).and_modify(|held| held.sections = sections);
        }
        let mut removed = Applied::default();
        for mac in &remove {
            debug!(2, "removing phone {}", Shown(mac));
            self.taker.take_back(mac);
            removed.extend(self.applied.remove_entry(mac));
        }
        let added: Vec<&CStr> = add.iter().map(|wanted| wanted.group.mac).collect();
        self.add_many(add);
        for mac in again {
            if let Some(held) = self.applied.remove(&mac) {
                self.taker.take_back(&mac);
                self.add_again(&mac, &held);
            }
        }
        let changes = changes_between(self.http, &removed, self.applied, added.into_iter());
        Changes { unchanged: changes.unchanged + unchanged, ..changes }
    }

    /// Adds phones; many of them bucket by bucket: `res_phoneprov` looks through a phone's whole bucket for each of its lines, which
    /// would take most of the time, and takes far less where that bucket has just been looked through. In a bucket they are added
    /// as they came.
    fn add_many(&mut self, mut phones: Vec<Wanted<'a>>) {
        if phones.len() > bucket::COUNT {
            phones.sort_by_cached_key(|wanted| bucket::of(wanted.group.mac));
        }
        phones.into_iter().for_each(|wanted| self.add(wanted));
    }

    /// Adds a phone with all its lines and records it.
    fn add(&mut self, mut wanted: Wanted<'a>) {
        let mac = wanted.group.mac;
        debug!(2, "adding phone {} with {} line(s)", Shown(mac), wanted.sections.len());
        let answers: Vec<Answer> = wanted
            .sections
            .iter()
            .zip(wanted.evaluated.given())
            .map(|(section, line)| self.taker.offer(section, line))
            .collect();
        let is_certain = !answers.contains(&Answer::NoMemory);
        if answers.iter().any(|answer| *answer != Answer::Taken) {
            let answer = |line: &Line| {
                let at = wanted.sections.iter().position(|section| **section == *line.section)?;
                answers.get(at).copied()
            };
            // What was wrong with it has been told.
            let phone = wanted.group.resolve(self.context, &mut Vec::new());
            let (taken, others): (Vec<Line>, Vec<Line>) =
                phone.into_iter().flat_map(|phone| phone.lines).partition(|line| answer(line) == Some(Answer::Taken));
            for line in others.iter().filter(|line| answer(line) == Some(Answer::Refused)) {
                self.problems.push(fleet::refused(line, self.context));
                self.refusals.note(line);
            }
            // Of a phone that was refused there is nothing to remove when it is tried again.
            if taken.is_empty() {
                return;
            }
            // Its names and its lines are those that were taken.
            let phone = Phone { mac, lines: taken };
            let (fingerprint, evaluated) = diff::complete(&phone, self.evaluator, None, &mut Vec::new());
            wanted = Wanted::new(wanted.group, &phone, fingerprint, evaluated);
        }
        let file = wanted.sections.first().and_then(|section| (self.file_of)(section));
        let held = Held::new(wanted, SystemTime::now(), file);
        let fingerprint = held.fingerprint.filter(|_| is_certain);
        self.applied.insert(mac.into(), Held { fingerprint, ..held });
    }

    /// Adds a phone that is held back, as it was.
    fn add_again(&mut self, mac: &CStr, held: &Held) {
        debug!(2, "adding phone {} again, which is held back", Shown(mac));
        let offer = |(section, line)| self.taker.offer(section, line);
        let answers = held.sections.iter().map(CString::as_c_str).zip(held.evaluated.given()).map(offer);
        if answers.filter(|answer| *answer == Answer::Taken).count() > 0 {
            self.applied.insert(mac.into(), held.clone());
        } else {
            error!(
                "phone '{}' was held back, and res_phoneprov does not take it again; correct its file and reload",
                Shown(mac)
            );
        }
    }
}

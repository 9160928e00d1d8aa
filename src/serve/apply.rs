//! Carries a difference out in `res_phoneprov`, and records what became of the phones.

use crate::asterisk::chanvars::{AllocationError, VarList};
use crate::asterisk::logger::{debug, error};
use crate::asterisk::phoneprov;
use crate::http::Http;
use crate::phone::diff::{Applied, Diff, Held, Wanted};
use crate::phone::directory::Directory;
use crate::phone::evaluated::{Evaluator, World};
use crate::phone::fleet::{self, Group};
use crate::phone::line::{Context, Line};
use crate::phone::problem::Problem;
use crate::report::{Change, Changes, Fate, MOST_TOLD};
use crate::text::Shown;
use std::ffi::CStr;
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
    /// What `res_phoneprov` holds.
    pub applied: &'a mut Applied,
    /// What is wrong with what it does not hold.
    pub problems: &'a mut Vec<Problem>,
}

impl<'a, D: Directory, W: World> Work<'a, '_, D, W> {
    /// Adds every phone to a `res_phoneprov` that has none of ours; `lost` is what it had before it threw everything away.
    ///
    /// One phone after the other is resolved, added and forgotten: a whole fleet resolved at once would take ten times its
    /// room.
    pub fn add_all(mut self, groups: Vec<Group<'a>>, lost: &Applied) -> Changes {
        for group in groups {
            if let Some(phone) = group.resolve(self.context, self.problems) {
                let wanted = Wanted::new(phone, self.evaluator, lost.get(group.mac), self.problems);
                self.add(wanted);
            }
        }
        changes_between(self.http, lost, self.applied, self.applied.keys().map(AsRef::as_ref))
    }

    /// Carries the difference out and records it.
    pub fn apply(mut self, diff: Diff<'a>) -> Changes {
        let Diff { remove, add, unchanged } = diff;
        let mut removed = Applied::default();
        for mac in &remove {
            debug!(2, "removing phone {}", Shown(mac));
            phoneprov::delete_extension(mac);
            removed.extend(self.applied.remove_entry(mac));
        }
        let added: Vec<&CStr> = add.iter().map(|wanted| wanted.phone.mac).collect();
        add.into_iter().for_each(|wanted| self.add(wanted));
        let changes = changes_between(self.http, &removed, self.applied, added.into_iter());
        Changes { unchanged: changes.unchanged + unchanged, ..changes }
    }

    /// Adds a phone with all its lines and records it.
    fn add(&mut self, mut wanted: Wanted<'a>) {
        let mac = wanted.phone.mac;
        debug!(2, "adding phone {} with {} line(s)", Shown(mac), wanted.phone.lines.len());
        let count = wanted.phone.lines.len();
        wanted.phone.lines.retain(|line| add_line(line, self.context, self.problems));
        let is_whole = wanted.phone.lines.len() == count;
        // Of a phone that was refused there is nothing to remove when it is tried again.
        if wanted.phone.lines.is_empty() {
            return;
        }
        if !is_whole {
            // Its names and its lines are those that were taken.
            wanted = Wanted::new(wanted.phone, self.evaluator, None, &mut Vec::new());
        }
        let held = Held::new(&wanted, SystemTime::now());
        let fingerprint = held.fingerprint.filter(|_| is_whole);
        self.applied.insert(mac.into(), Held { fingerprint, ..held });
    }
}

/// Adds a line; false if it was not taken.
fn add_line<D: Directory>(line: &Line, context: &Context<D>, problems: &mut Vec<Problem>) -> bool {
    match VarList::of(&line.variables) {
        Ok(list) if phoneprov::add_extension(&list).is_ok() => true,
        Ok(_) => {
            problems.push(fleet::refused(line, context));
            false
        }
        Err(AllocationError) => {
            error!("phoneprov section '{}': no memory to provision it; free some and reload", Shown(line.section));
            false
        }
    }
}

//! Carries a difference out in `res_phoneprov`, and records what became of the phones.

use crate::asterisk::chanvars::{AllocationError, VarList};
use crate::asterisk::logger::{debug, error};
use crate::asterisk::phoneprov;
use crate::http::Http;
use crate::phone::diff::{Applied, Diff, Held};
use crate::phone::digest::Names;
use crate::phone::directory::Directory;
use crate::phone::fleet::{self, Group, Phone};
use crate::phone::line::{Context, Line};
use crate::phone::problem::Problem;
use crate::report::{Change, Changes, Fate, MOST_TOLD};
use crate::text::Shown;
use std::ffi::CStr;
use std::time::SystemTime;

/// What became of the phones in `old`, which were removed or lost, and of those that were `added`; tells the record of
/// requests who is there and who is not.
fn changes_between<'a>(
    http: &Http,
    old: &'a Applied,
    new: &Applied,
    names: &Names,
    added: impl Iterator<Item = &'a CStr>,
) -> Changes {
    let mut changes = Changes::default();
    let added = added.filter(|mac| !old.contains_key(*mac));
    for mac in old.keys().map(AsRef::as_ref).chain(added) {
        let (before, after) = (old.get(mac), new.get(mac));
        count_phone(&mut changes, mac, before, after, names);
        http.record.phone_changed(mac, before.map(|held| &held.sections), after.map(|held| &held.sections));
    }
    if changes.count() > MOST_TOLD {
        changes.phones.clear();
    }
    changes
}

fn count_phone(changes: &mut Changes, mac: &CStr, before: Option<&Held>, after: Option<&Held>, names: &Names) {
    let (count, fate): (_, fn(&Held, &Held, &Names) -> Fate) = match (before, after) {
        (Some(before), Some(after)) if before.is_like(after) => {
            changes.unchanged += 1;
            return;
        }
        (Some(_), Some(_)) => {
            (&mut changes.changed, |before, after, names| Fate::Changed(before.digest.changed(&after.digest, names)))
        }
        (None, Some(_)) => (&mut changes.added, |_, _, _| Fate::Added),
        (Some(_), None) => (&mut changes.removed, |_, _, _| Fate::Removed),
        (None, None) => return,
    };
    *count += 1;
    let Some(held) = after.or(before) else { return };
    if changes.phones.len() <= MOST_TOLD {
        let fate = fate(before.unwrap_or(held), held, names);
        changes.phones.push(Change { mac: mac.into(), sections: held.sections.clone(), fate });
    }
}

/// What phones are added to: the record of what is applied, and what is noted of it.
pub struct Record<'a> {
    /// What `res_phoneprov` holds.
    pub applied: &'a mut Applied,
    /// The names of its variables.
    pub names: &'a mut Names,
    /// What is wrong with what it does not hold.
    pub problems: &'a mut Vec<Problem>,
}

/// Adds every phone to a `res_phoneprov` that has none of ours; `lost` is what it had before it threw everything away.
///
/// One phone after the other is resolved, added and forgotten: a whole fleet resolved at once would take ten times its room.
pub fn add_all<D: Directory>(
    http: &Http,
    groups: Vec<Group>,
    context: &Context<D>,
    record: Record,
    lost: &Applied,
) -> Changes {
    let Record { applied, names, problems } = record;
    // A phone's files are there from its first line on: none shall be fetched before the last one.
    let _held = http.holding.hold_new();
    for group in groups {
        if let Some(phone) = group.resolve(context, problems) {
            add(&phone, context, &mut Record { applied, names, problems });
        }
    }
    changes_between(http, lost, applied, names, applied.keys().map(AsRef::as_ref))
}

/// Carries the difference out and records it.
pub fn apply<D: Directory>(http: &Http, diff: &Diff, context: &Context<D>, mut record: Record) -> Changes {
    let _held = if diff.remove.is_empty() { http.holding.hold_new() } else { http.holding.hold() };
    let mut removed = Applied::default();
    for mac in &diff.remove {
        debug!(2, "removing phone {}", Shown(mac));
        phoneprov::delete_extension(mac);
        removed.extend(record.applied.remove_entry(mac));
    }
    for phone in &diff.add {
        add(phone, context, &mut record);
    }
    let added = diff.add.iter().map(|phone| phone.mac);
    let changes = changes_between(http, &removed, record.applied, record.names, added);
    Changes { unchanged: changes.unchanged + diff.unchanged, ..changes }
}

/// Adds a phone with all its lines and records it.
fn add<D: Directory>(phone: &Phone, context: &Context<D>, record: &mut Record) {
    debug!(2, "adding phone {} with {} line(s)", Shown(phone.mac), phone.lines.len());
    let refused = phone.lines.iter().filter(|line| !add_line(line, context, record.problems));
    let refused: Vec<&CStr> = refused.map(|line| line.section).collect();
    // Of a phone that was refused there is nothing to remove when it is tried again.
    if refused.len() < phone.lines.len() {
        record.applied.insert(phone.mac.into(), Held::new(phone, &refused, record.names, SystemTime::now()));
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

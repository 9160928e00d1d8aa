//! Carries a difference out in `res_phoneprov`, and counts what became of the phones.

use crate::asterisk::chanvars::{AllocationError, VarList};
use crate::asterisk::logger::{debug, error};
use crate::asterisk::phoneprov;
use crate::phone::diff::{Applied, Diff};
use crate::phone::directory::Directory;
use crate::phone::fleet::{self, Group, Phone};
use crate::phone::line::{Context, Line};
use crate::phone::problem::Problem;
use crate::phone::text::Shown;
use crate::requests;
use std::ffi::CStr;

/// What became of the phones that are served.
#[derive(Clone, Copy, Debug, Default)]
pub struct Changes {
    /// Served now, not before.
    pub added: usize,
    /// Served with another content.
    pub changed: usize,
    /// Served before, not now.
    pub removed: usize,
    /// Served as before.
    pub unchanged: usize,
}

impl Changes {
    /// What became of the phones in `old`, which were removed or lost, and of those that were `added`; tells the record of
    /// requests who is there and who is not.
    fn between<'a>(old: &'a Applied, new: &Applied, added: impl Iterator<Item = &'a CStr>) -> Self {
        let mut changes = Changes::default();
        let added = added.filter(|mac| !old.contains_key(*mac));
        for mac in old.keys().map(AsRef::as_ref).chain(added) {
            let (before, after) = (old.get(mac), new.get(mac));
            match (before.copied().flatten(), after.copied().flatten()) {
                (Some(before), Some(after)) if before == after => changes.unchanged += 1,
                (Some(_), Some(_)) => changes.changed += 1,
                (None, Some(_)) => changes.added += 1,
                (Some(_), None) => changes.removed += 1,
                (None, None) => {}
            }
            match (before.is_some(), after.is_some()) {
                (false, true) => requests::phone_added(mac),
                (true, false) => requests::phone_removed(mac),
                _ => {}
            }
        }
        changes
    }
}

/// Adds every phone to a `res_phoneprov` that has none of ours; `lost` is what it had before it threw everything away.
///
/// One phone after the other is resolved, added and forgotten: a whole fleet resolved at once would take ten times its room.
pub fn add_all<D: Directory>(
    groups: Vec<Group>,
    context: &Context<D>,
    applied: &mut Applied,
    lost: &Applied,
    problems: &mut Vec<Problem>,
) -> Changes {
    // A phone's files are there from its first line on: none shall be fetched before the last one.
    let _held = requests::hold_new();
    for group in groups {
        if let Some(phone) = group.resolve(context, problems) {
            add(&phone, applied, problems);
        }
    }
    Changes::between(lost, applied, applied.keys().map(AsRef::as_ref))
}

/// Carries the difference out and records it.
pub fn apply(diff: &Diff, applied: &mut Applied, problems: &mut Vec<Problem>) -> Changes {
    let _held = if diff.remove.is_empty() { requests::hold_new() } else { requests::hold() };
    let mut removed = Applied::default();
    for mac in &diff.remove {
        debug!(2, "removing phone {}", Shown(mac));
        phoneprov::delete_extension(mac);
        removed.extend(applied.remove_entry(mac));
    }
    for phone in &diff.add {
        add(phone, applied, problems);
    }
    let changes = Changes::between(&removed, applied, diff.add.iter().map(|phone| phone.mac));
    Changes { unchanged: changes.unchanged + diff.unchanged, ..changes }
}

/// Adds a phone with all its lines and records it.
fn add(phone: &Phone, applied: &mut Applied, problems: &mut Vec<Problem>) {
    debug!(2, "adding phone {} with {} line(s)", Shown(phone.mac), phone.lines.len());
    let taken = phone.lines.iter().filter(|line| add_line(line, problems)).count();
    // Of a phone that was refused there is nothing to remove when it is tried again.
    if taken > 0 {
        let complete = taken == phone.lines.len();
        applied.insert(phone.mac.into(), complete.then(|| phone.fingerprint()));
    }
}

/// Adds a line; false if it was not taken.
fn add_line(line: &Line, problems: &mut Vec<Problem>) -> bool {
    match list(line) {
        Ok(list) if phoneprov::add_extension(&list).is_ok() => true,
        Ok(_) => {
            problems.push(fleet::refused(line));
            false
        }
        Err(AllocationError) => {
            error!("phoneprov section '{}': no memory to provision it; free some and reload", Shown(line.section));
            false
        }
    }
}

/// A line's variables in the form that `res_phoneprov` takes.
fn list(line: &Line) -> Result<VarList, AllocationError> {
    let mut list = VarList::new()?;
    for variable in &line.variables {
        list.push(variable.name, &variable.value)?;
    }
    Ok(list)
}

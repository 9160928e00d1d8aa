//! Carries a difference out in `res_phoneprov`, and counts what became of the phones.

use crate::asterisk::chanvars::{AllocationError, VarList};
use crate::asterisk::logger::{debug, error};
use crate::asterisk::phoneprov;
use crate::phone::diff::{Applied, Diff};
use crate::phone::fleet::{self, Phone};
use crate::phone::line::Line;
use crate::phone::problem::Problem;
use crate::phone::text::Shown;
use crate::requests;

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
    /// What became of the phones in `old`, which were removed or lost, and of those that the difference adds; tells the
    /// record of requests who is there and who is not.
    pub fn between(old: &Applied, new: &Applied, diff: &Diff) -> Self {
        let mut changes = Changes { unchanged: diff.unchanged, ..Changes::default() };
        let added = diff.add.iter().map(|phone| phone.mac).filter(|mac| !old.contains_key(*mac));
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

/// Carries out the difference and records it; what is removed goes from `applied` to `old`.
pub fn apply(diff: &Diff, applied: &mut Applied, old: &mut Applied, problems: &mut Vec<Problem>) {
    let _held = (!diff.remove.is_empty()).then(requests::hold);
    for mac in &diff.remove {
        debug!(2, "removing phone {}", Shown(mac));
        phoneprov::delete_extension(mac);
        old.extend(applied.remove_entry(mac));
    }
    for phone in &diff.add {
        debug!(2, "adding phone {} with {} line(s)", Shown(phone.mac), phone.lines.len());
        let taken = add(phone, problems);
        // Of a phone that was refused there is nothing to remove when it is tried again.
        if taken > 0 {
            let complete = taken == phone.lines.len();
            applied.insert(phone.mac.into(), complete.then(|| phone.fingerprint()));
        }
    }
}

/// Adds a phone with all its lines; answers how many were taken.
fn add(phone: &Phone, problems: &mut Vec<Problem>) -> usize {
    let mut taken = 0;
    for line in &phone.lines {
        match list(line) {
            Ok(list) if phoneprov::add_extension(&list).is_ok() => taken += 1,
            Ok(_) => problems.push(fleet::refused(line)),
            Err(AllocationError) => {
                error!("phoneprov section '{}': no memory to provision it; free some and reload", Shown(line.section));
            }
        }
    }
    taken
}

/// A line's variables in the form that `res_phoneprov` takes.
fn list(line: &Line) -> Result<VarList, AllocationError> {
    let mut list = VarList::new()?;
    for variable in &line.variables {
        list.push(variable.name, &variable.value)?;
    }
    Ok(list)
}

//! The first wave: how many phones it has, and whether they have come.

use super::roll::{Entry, Place, Roll, Wave};
use crate::phone::settings::Resync as Rules;
use std::cmp::max;
use std::collections::{BTreeSet, HashMap};
use std::ffi::CStr;

/// Of those that took the message, so many in ten must have fetched, and be registered.
const IN_TEN: usize = 9;

/// What becomes of the others.
#[derive(Debug)]
pub enum Verdict {
    /// Nobody knows yet.
    Open,
    /// They are told.
    Enough,
    /// They are not, because these have not come.
    TooFew(Vec<Box<CStr>>),
}

/// How many phones have to take the message in it: one of each profile at the least.
pub fn size(roll: &Roll, rules: &Rules) -> usize {
    let profiles: BTreeSet<usize> = roll.iter().map(|(_, entry)| entry.profile).collect();
    max(rules.first, profiles.len())
}

/// Whether as many have taken the message, or may yet.
pub fn is_told(roll: &Roll, rules: &Rules) -> bool {
    let counts = |entry: &Entry| match entry.wave {
        Wave::Judged | Wave::Missed => true,
        Wave::First => entry.place == Place::Asked,
        Wave::Other => false,
    };
    roll.iter().filter(|(_, entry)| counts(entry)).count() >= size(roll, rules)
}

/// What is to be said of it now; `is_all` if there is nobody left to tell.
pub fn verdict(roll: &Roll, is_all: bool, rules: &Rules) -> Verdict {
    // Of all that took the message, and of each profile's: how many, and how many of them have come.
    let mut judged: HashMap<usize, (usize, usize)> = HashMap::new();
    let (mut taken, mut come, mut open) = (0, 0, 0);
    for (_, entry) in roll.iter() {
        open += usize::from(entry.wave == Wave::First && entry.place == Place::Asked);
        if matches!(entry.wave, Wave::Judged | Wave::Missed) {
            let has_come = entry.wave == Wave::Judged && entry.place == Place::Fetched;
            let of_profile = judged.entry(entry.profile).or_default();
            (taken, come) = (taken + 1, come + usize::from(has_come));
            (of_profile.0, of_profile.1) = (of_profile.0 + 1, of_profile.1 + usize::from(has_come));
            open += usize::from(matches!(entry.place, Place::Taken(_) | Place::Back(_)));
        }
    }
    let is_complete = taken >= size(roll, rules) || (open == 0 && is_all);
    let is_enough = come * 10 >= IN_TEN * taken && judged.values().all(|(_, come)| *come > 0);
    if is_complete && is_enough {
        return Verdict::Enough;
    }
    if !is_complete || open > 0 {
        return Verdict::Open;
    }
    let missed = roll.iter().filter(|(_, entry)| entry.wave == Wave::Missed);
    Verdict::TooFew(missed.map(|(phone, _)| phone.into()).collect())
}

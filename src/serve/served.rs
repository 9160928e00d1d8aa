//! What is served, and what syncs have done.

use crate::phone::diff::Applied;
use crate::phone::evaluated::Prepared;
use crate::phone::held_back::why::HeldBack;
use crate::phone::phoneprov_conf::unfit::Unfit;
use crate::phone::problem::refusals::Refusals;
use crate::phone::problem::{Fault, Problem};
use crate::report::{Cause, Report, SyncRecord};
use crate::sources::phoneprov_conf::Stamp;
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::time::SystemTime;

/// What is known of `res_phoneprov` and of the last sync.
#[derive(Debug, Default)]
pub struct Served {
    /// What is served. Whoever asks has it, too: a change is made to a copy.
    pub applied: Arc<Applied>,
    /// Whether `res_phoneprov` has none of that; otherwise it has all of it.
    pub spares_res_phoneprov: bool,
    /// What is wrong with the names of files.
    pub clashes: Vec<Problem>,
    /// What it has refused.
    pub refusals: Refusals,
    /// How many phones and sections without a MAC are refused: nothing of them is served.
    pub refused: usize,
    /// What was wrong at the last sync; by itself, a sync logs only what is new.
    pub problems: Arc<[Problem]>,
    /// Phones that are held back.
    pub held_back: Arc<HeldBack>,
    /// What syncs have done since the module was loaded.
    pub record: SyncRecord,
    /// Why `res_phoneprov` is being reloaded, if we have it reloaded, and the phones that were made for that.
    pub whole_reload: Option<(Cause, Prepared)>,
    /// What came of that.
    pub of_whole_reload: Option<Report>,
}

/// What is served, for whoever asks, as the last sync left it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What is served.
    pub applied: Arc<Applied>,
    /// Whether `res_phoneprov` has none of that; otherwise it has all of it.
    pub spares_res_phoneprov: bool,
    /// How many phones and sections without a MAC are refused: nothing of them is served.
    pub refused: usize,
    /// What was wrong.
    pub problems: Arc<[Problem]>,
    /// Phones that are held back.
    pub held_back: Arc<HeldBack>,
    /// What syncs have done since the module was loaded.
    pub record: SyncRecord,
}

/// What is known of a `res_phoneprov` that has stopped.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// Since when that is known.
    pub since: SystemTime,
    /// Whether somebody has unloaded it, and it is not for us to start it.
    pub is_unloaded: bool,
    /// Why it stays so; `None` if phoneprov.conf is in order by now.
    pub why: Option<Unfit>,
    /// Whether it could not be started again although that is so.
    pub is_final: bool,
    /// phoneprov.conf as it was looked at last.
    pub seen: Option<Stamp>,
}

impl Served {
    /// As it is now.
    pub(super) fn snapshot(&self) -> Snapshot {
        let Served { applied, spares_res_phoneprov, refused, problems, held_back, record, .. } = self;
        Snapshot {
            applied: Arc::clone(applied),
            spares_res_phoneprov: *spares_res_phoneprov,
            refused: *refused,
            problems: Arc::clone(problems),
            held_back: Arc::clone(held_back),
            record: record.clone(),
        }
    }
}

impl Snapshot {
    /// The sections that are served of the phone with that MAC, to the letter.
    pub fn sections(&self, mac: &CStr) -> &[CString] {
        self.applied.get(mac).map(|held| &*held.sections).unwrap_or_default()
    }

    /// Whether the phone with that MAC, to the letter, is held back.
    pub fn holds_back(&self, mac: &CStr) -> bool {
        self.held_back.since.contains_key(mac)
    }

    /// What Asterisk does not read of the files that phones are made of.
    pub fn unread(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| matches!(problem.fault, Fault::UnreadPart(_)))
    }

    /// Sections that `res_phoneprov` refused when they were offered.
    pub fn refusals(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| matches!(problem.fault, Fault::Refused { .. }))
    }

    /// What a sync finds out of lines that are served.
    pub fn found_in_serving(&self) -> impl Iterator<Item = &Problem> {
        let is_found = |fault: &Fault| matches!(fault, Fault::SharedName { .. } | Fault::Unsteady(_));
        self.problems.iter().filter(move |problem| is_found(&problem.fault))
    }

    /// What nobody but a sync finds out.
    pub fn found_out(&self) -> impl Iterator<Item = &Problem> {
        self.refusals().chain(self.found_in_serving())
    }

    /// How many phones are served.
    pub fn phones(&self) -> usize {
        self.applied.len()
    }

    /// How many lines they have.
    pub fn lines(&self) -> usize {
        self.applied.values().map(|held| held.sections.len()).sum()
    }
}

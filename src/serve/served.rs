//! What `res_phoneprov` holds from us, and what syncs have done.

use crate::phone::diff::Applied;
use crate::phone::evaluated::{Evaluated, Prepared};
use crate::phone::held_back::why::HeldBack;
use crate::phone::problem::{Fault, Problem};
use crate::phone::secret::is_secret;
use crate::report::{Cause, Report, SyncRecord};
use std::ffi::{CStr, CString};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// What is known of `res_phoneprov` and of the last sync.
#[derive(Debug, Default)]
pub struct Served {
    /// What `res_phoneprov` holds. Whoever asks has it, too: a change is made to a copy.
    pub applied: Arc<Applied>,
    /// What is wrong with the names of files.
    pub clashes: Vec<Problem>,
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
    /// What `res_phoneprov` holds.
    pub applied: Arc<Applied>,
    /// What was wrong.
    pub problems: Arc<[Problem]>,
    /// Phones that are held back.
    pub held_back: Arc<HeldBack>,
    /// What syncs have done since the module was loaded.
    pub record: SyncRecord,
}

impl Served {
    /// As it is now.
    pub(super) fn snapshot(&self) -> Snapshot {
        let Served { applied, problems, held_back, record, .. } = self;
        Snapshot {
            applied: Arc::clone(applied),
            problems: Arc::clone(problems),
            held_back: Arc::clone(held_back),
            record: record.clone(),
        }
    }
}

impl Snapshot {
    /// See [`content_hash`].
    pub fn content_hash(&self) -> u64 {
        content_hash(self.applied.values().map(|held| &held.evaluated))
    }

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

    /// How many phones are served.
    pub fn phones(&self) -> usize {
        self.applied.len()
    }

    /// How many lines they have.
    pub fn lines(&self) -> usize {
        self.applied.values().map(|held| held.sections.len()).sum()
    }
}

/// What tells whether two nodes serve the same phones: the same on every node that does, in whatever order they came. Looks at
/// every variable of theirs.
fn content_hash<'a>(phones: impl Iterator<Item = &'a Arc<Evaluated>>) -> u64 {
    phones.fold(0, |all, phone| all.wrapping_add(xxh3_64_with_seed(phone.mac.to_bytes(), phone.published(is_secret))))
}

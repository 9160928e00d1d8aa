//! What `res_phoneprov` holds from us, and what syncs have done.

use crate::phone::diff::Applied;
use crate::phone::evaluated::Prepared;
use crate::phone::problem::Problem;
use crate::phone::secret::is_secret;
use crate::report::{Cause, Report, SyncRecord};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// What is known of `res_phoneprov` and of the last sync.
#[derive(Debug, Default)]
pub struct Served {
    /// What `res_phoneprov` holds.
    pub applied: Applied,
    /// What is wrong with the names of files.
    pub clashes: Vec<Problem>,
    /// What was wrong at the last sync; by itself, a sync logs only what is new.
    pub problems: Vec<Problem>,
    /// What syncs have done since the module was loaded.
    pub record: SyncRecord,
    /// Why `res_phoneprov` is being reloaded, if we have it reloaded, and the phones that were made for that.
    pub whole_reload: Option<(Cause, Prepared)>,
    /// What came of that.
    pub of_whole_reload: Option<Report>,
}

impl Served {
    /// What tells whether two nodes serve the same: the same on every node that does, in whatever order its phones came.
    pub fn content_hash(&self) -> u64 {
        let phones = self.applied.iter().map(|(mac, held)| {
            let content = held.evaluated.published(is_secret);
            xxh3_64_with_seed(mac.to_bytes(), content)
        });
        phones.fold(0, u64::wrapping_add)
    }
}

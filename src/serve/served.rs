//! What `res_phoneprov` holds from us, and what syncs have done.

use crate::phone::diff::Applied;
use crate::phone::evaluated::{Evaluated, Prepared};
use crate::phone::problem::Problem;
use crate::phone::secret::is_secret;
use crate::report::{Cause, Report, SyncRecord};
use std::sync::Arc;
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

/// What tells whether two nodes serve the same phones: the same on every node that does, in whatever order they came. Looks at
/// every variable of theirs.
pub fn content_hash<'a>(phones: impl Iterator<Item = &'a Arc<Evaluated>>) -> u64 {
    phones.fold(0, |all, phone| all.wrapping_add(xxh3_64_with_seed(phone.mac.to_bytes(), phone.published(is_secret))))
}

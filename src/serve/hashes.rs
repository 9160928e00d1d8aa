//! What is served, as numbers that tell whether two nodes serve the same. They are made when somebody asks, and remembered until
//! something changes.

use crate::phone::content_hash::{HashKey, Public, whole};
use crate::phone::diff::Applied;
use crate::phone::phoneprov_conf::profiles::Profile;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

/// What phones come to. Sums, because they come in no order.
#[derive(Clone, Debug)]
pub struct Sums {
    /// Without secrets, for everybody.
    pub public: u64,
    /// With them; `None` without a key.
    pub whole: Option<u64>,
    /// Their profiles, in order, each once.
    pub profiles: Arc<[Arc<Profile>]>,
}

/// The last ones, and what they are of. Its lock is held for moments.
#[derive(Debug, Default)]
pub struct Hashes(Mutex<Option<Known>>);

#[derive(Debug)]
struct Known {
    of: Weak<Applied>,
    key: Option<HashKey>,
    sums: Sums,
}

impl Hashes {
    /// What these phones come to. Any thread.
    pub fn of(&self, applied: &Arc<Applied>, key: Option<HashKey>) -> Sums {
        // Whoever is known cannot have changed: changes are made to a copy, or leave nothing behind that is known.
        let is_it = |known: &&Known| known.key == key && known.of.upgrade().is_some_and(|of| Arc::ptr_eq(&of, applied));
        if let Some(known) = self.0.lock().as_ref().filter(is_it) {
            return known.sums.clone();
        }
        let sums = sums(applied, key);
        *self.0.lock() = Some(Known { of: Arc::downgrade(applied), key, sums: sums.clone() });
        sums
    }
}

fn sums(applied: &Applied, key: Option<HashKey>) -> Sums {
    let phones = || applied.values().map(|held| &*held.evaluated);
    // Of one name there may be two, of which one is about to go.
    let mut profiles = BTreeMap::new();
    let mut last = None;
    for profile in phones().filter_map(|phone| phone.profile.as_ref()) {
        // Mostly it is that of the phone before.
        if last != Some(Arc::as_ptr(profile)) {
            last = Some(Arc::as_ptr(profile));
            profiles.entry((profile.name.as_c_str(), profile.hash)).or_insert_with(|| Arc::clone(profile));
        }
    }
    let mut public = Public::default();
    Sums {
        public: phones().fold(0, |sum: u64, phone| sum.wrapping_add(public.of(phone))),
        whole: key.map(|key| phones().fold(0, |sum: u64, phone| sum.wrapping_add(whole(phone, key)))),
        profiles: profiles.into_values().collect(),
    }
}

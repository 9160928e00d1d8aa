//! When Asterisk has loaded endpoints, auths, transports and sections of ours, and what of its files it has refused then, as far as that
//! is known.

use crate::phone::object_type::ObjectType;
use crate::phone::variables::Variables;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The types that are `res_pjsip`'s, and where it has them kept unless sorcery.conf says otherwise.
pub const TYPES: [(ObjectType, &CStr); 3] = [
    (ObjectType::Endpoint, c"pjsip.conf,criteria=type=endpoint"),
    (ObjectType::Auth, c"pjsip.conf,criteria=type=auth"),
    (ObjectType::Transport, c"pjsip.conf,criteria=type=transport"),
];
/// Whose section of sorcery.conf says where they are kept.
pub const MODULES: &[&CStr] = &[c"res_pjsip"];

/// No kernel's clock for files has longer ticks.
const TICK: Duration = Duration::from_millis(10);

/// What they were refused with, by type and id.
pub type Objects = HashMap<(ObjectType, CString), Variables>;

/// The loads, and what is known of them. Its locks are held for moments, never over a call out.
#[derive(Default)]
pub struct Loads {
    times: Mutex<Times>,
    known: Mutex<Known>,
}

/// When they were.
#[derive(Clone, Default)]
pub(super) struct Times {
    /// How many there have been.
    pub count: u64,
    /// When the last one of each type began.
    pub began: HashMap<ObjectType, SystemTime>,
}

/// What was found out about them.
#[derive(Clone, Default)]
pub(super) struct Known {
    /// Of so many loads.
    pub loads: u64,
    /// What was refused.
    pub objects: Arc<Objects>,
    /// The files that were read for it, and those that they include.
    pub files: Arc<[CString]>,
}

impl Loads {
    /// A type is about to be loaded. Any thread, with whatever locks.
    pub fn note_load(&self, kind: ObjectType) {
        let mut times = self.times.lock();
        times.began.insert(kind, SystemTime::now());
        times.count += u64::from(!kind.is_ours());
    }

    /// It has been loaded: what was found out meanwhile may be wrong.
    pub fn note_end(&self, kind: ObjectType) {
        self.times.lock().count += u64::from(!kind.is_ours());
    }

    /// `res_pjsip` has just loaded everything, before there was anybody to tell.
    pub fn note_start(&self) {
        TYPES.iter().for_each(|(kind, _)| self.note_load(*kind));
        // A file that is written next may have a time that is a tick of the kernel's clock older than now.
        self.times.lock().began.values_mut().for_each(|began| *began -= TICK);
    }

    /// When the last load of a type began, as far as is known.
    pub fn loaded(&self, kind: ObjectType) -> Option<SystemTime> {
        self.times.lock().began.get(&kind).copied()
    }

    /// All that were refused, as far as has been looked.
    pub fn refused(&self) -> Arc<Objects> {
        Arc::clone(&self.known.lock().objects)
    }

    pub(super) fn times(&self) -> Times {
        self.times.lock().clone()
    }

    pub(super) fn known(&self) -> Known {
        self.known.lock().clone()
    }

    pub(super) fn set_known(&self, known: Known) {
        *self.known.lock() = known;
    }
}

//! Which requests are held, and from what: whether holding is wanted, and what a request may use.

use super::fetches::File;
use super::gate::{Closed, Gate, Key, Ticket};
use std::ffi::CStr;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};

/// The gate, and when it is used.
#[derive(Debug)]
pub struct Holding {
    gate: Gate,
    /// `http_gate` of the `phoneprov_global` section.
    is_wanted: AtomicBool,
    is_one_at_a_time: AtomicBool,
}

impl Default for Holding {
    fn default() -> Self {
        Holding { gate: Gate::new(), is_wanted: AtomicBool::new(true), is_one_at_a_time: AtomicBool::new(false) }
    }
}

impl Holding {
    /// Switches holding on or off. Any thread.
    pub fn want(&self, is_wanted: bool) {
        self.is_wanted.store(is_wanted, Ordering::Relaxed);
    }

    /// Whether it is on. Any thread.
    pub fn is_wanted(&self) -> bool {
        self.is_wanted.load(Ordering::Relaxed)
    }

    /// Sets whether answering for one phone reads all (`PP_EACH_USER`), so that requests go one at a time. Any thread.
    pub fn set_one_at_a_time(&self, is_wanted: bool) {
        self.is_one_at_a_time.store(is_wanted, Ordering::Relaxed);
    }

    /// Keeps requests out until the result is dropped, and waits for those inside. Any thread but a request's, with no lock
    /// of ours held.
    pub fn hold(&self) -> Option<Closed<'_>> {
        self.is_wanted().then(|| self.gate.close())
    }

    /// Keeps new requests out until the result is dropped; those inside have nothing to lose any more. Any thread; never
    /// waits.
    pub fn hold_new(&self) -> Option<Closed<'_>> {
        self.is_wanted().then(|| self.gate.close_to_new())
    }

    /// Lets a request for that file in, or holds it; `None` if it has been held for too long. In a request's thread.
    pub(super) fn enter(&self, uri: &CStr, file: File) -> Option<Ticket<'_>> {
        self.gate.enter(self.key(uri, file))
    }

    /// What a request uses: its phone, or all of them, or nothing that another request could spoil.
    fn key(&self, uri: &CStr, file: File) -> Key {
        if !self.is_wanted() || file == File::Static {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        if !self.is_one_at_a_time.load(Ordering::Relaxed) {
            // All files of a phone have one key if its MAC is in their names, else each its own.
            match file {
                File::Of(mac) | File::OfUnknown(mac) => mac.hash(&mut hasher),
                File::NamesNoMac | File::Static => uri.hash(&mut hasher),
            }
        }
        Some(hasher.finish())
    }
}

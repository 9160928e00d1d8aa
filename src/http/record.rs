//! The record of fetches as everybody shares it: one for all threads, by MACs in whatever spelling.

use super::fetches::{Alarm, Fetch, Fetches, File};
use crate::phone::mac::{self, Digits};
use parking_lot::Mutex;
use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

/// Who fetched what. Its lock is held for moments, never over a call out.
#[derive(Debug, Default)]
pub struct Record(Mutex<Fetches>);

impl Record {
    /// A phone is served with other sections than before, or from now on, or no longer. Any thread.
    pub fn phone_changed(&self, mac: &CStr, before: Option<&Arc<[CString]>>, after: Option<&Arc<[CString]>>) {
        if let Some(digits) = mac::digits(mac) {
            self.0.lock().phone_changed(&digits, before, after);
        }
    }

    /// No phone of ours is served any more; the counters go on. Any thread.
    pub fn no_phones(&self) {
        self.0.lock().forget_phones();
    }

    /// Sets the phones that other providers have. Any thread.
    pub fn set_others(&self, macs: HashSet<Digits>) {
        self.0.lock().set_others(macs);
    }

    /// Sets the names of files that every phone may fetch. Any thread.
    pub fn set_static_files(&self, files: HashSet<Vec<u8>>) {
        self.0.lock().set_static_files(files);
    }

    /// The ids of the sections of the phone with that MAC, in the order of its lines. Any thread.
    pub fn sections_of(&self, mac: &CStr) -> Vec<CString> {
        mac::digits(mac).map(|digits| self.0.lock().sections(&digits)).unwrap_or_default()
    }

    /// A phone's last fetch. Any thread.
    pub fn last_fetch(&self, mac: &CStr) -> Option<Fetch> {
        mac::digits(mac).and_then(|digits| self.0.lock().last(&digits))
    }

    /// The MACs that have files, as twelve digits. Any thread.
    pub fn macs(&self) -> Vec<CString> {
        self.0.lock().macs()
    }

    /// How many requests were for phones that nobody has; the last of them: for which MAC, from where, and when. Any thread.
    pub fn unknown(&self) -> (u64, Option<(Digits, IpAddr, Instant)>) {
        let fetches = self.0.lock();
        (fetches.unknown, fetches.last_unknown)
    }

    /// Notes a request that begins: what it asks for.
    pub(super) fn begin(&self, uri: &CStr, from: Option<IpAddr>, now: Instant) -> File {
        self.0.lock().begin(uri.to_bytes(), from, now)
    }

    /// Notes that a request for an unknown phone has been answered: what should be done about it, and how many there have
    /// been.
    pub(super) fn end_unknown(&self, mac: &Digits, from: IpAddr, now: Instant) -> (Alarm, u64) {
        let mut fetches = self.0.lock();
        (fetches.end_unknown(mac, from, now), fetches.unknown)
    }
}

//! The record of requests as everybody shares it: one for all threads. No Asterisk in here.
//!
//! A request is noted once, when it has been answered. What is known of phones lies apart from one another, so that requests of
//! different phones do not wait for one lock; what is locked by all of them is of requests that got nothing.

use super::bound::Bound;
use super::fetches::{Meant, Name, Phones, Request, Trace};
use super::strangers::{Alarm, Strangers, network};
use crate::phone::mac::Digits;
use parking_lot::{Mutex, RwLock};
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString};
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Traces lie behind so many locks.
const SHARDS: usize = 64;
/// So many lines about phones that got 404, in each of the bound's intervals.
const MOST_LINES: u32 = 10;

/// Statuses that are counted, and one more for all others.
const STATUSES: [u16; 4] = [200, 304, 404, 500];

/// What requests came to since the module was loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many were answered with a file or a part of it.
    pub given: u64,
    /// How many with 304: the client had the file.
    pub unchanged: u64,
    /// How many with 404.
    pub not_found: u64,
    /// How many with 500.
    pub failed: u64,
    /// How many with anything else.
    pub otherwise: u64,
    /// How many of those with 404 were for known phones.
    pub missed: u64,
    /// The last of them: for which phone, from where, and when.
    pub last_missed: Option<(Digits, IpAddr, Instant)>,
    /// How many were for phones that are refused.
    pub refused: u64,
    /// How many were for phones that nobody has.
    pub unknown: u64,
    /// The last of them: for which MAC, from where, and when.
    pub last_unknown: Option<(Digits, IpAddr, Instant)>,
    /// How many of them were guesses.
    pub guesses: u64,
}

/// What should be said of a request that was answered 404.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A phone asked for what it does not have.
    Missed(Missed),
    /// Nobody has that phone.
    Unknown {
        /// Its MAC.
        mac: Digits,
        /// What should be done.
        alarm: Alarm,
        /// How many such requests there have been.
        requests: u64,
    },
}

/// A phone that asked for what it does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Its MAC.
    pub mac: Digits,
    /// The ids of its sections, in the order of its lines.
    pub sections: Vec<CString>,
    /// Why it is refused, if it is.
    pub refusal: Option<Arc<str>>,
    /// How many of its requests were answered so.
    pub misses: u64,
    /// How many requests of known phones were, and had no line, since the last line.
    pub left_out: u64,
}

/// Of known phones that got 404.
#[derive(Debug)]
struct Misses {
    of_served: u64,
    of_refused: u64,
    last: Option<(Digits, IpAddr, Instant)>,
    lines: Bound,
}

/// Who fetched what. Its locks are held for moments, never over a call out. Order: a trace's, then one of the others.
#[derive(Debug)]
pub struct Record {
    phones: RwLock<Phones>,
    traces: [Mutex<HashMap<Name, Trace>>; SHARDS],
    shards: RandomState,
    /// From which addresses the last file of how many phones was fetched.
    homes: Mutex<HashMap<IpAddr, usize>>,
    strangers: Mutex<Strangers>,
    misses: Mutex<Misses>,
    by_status: [AtomicU64; STATUSES.len() + 1],
}

impl Default for Record {
    fn default() -> Self {
        Record {
            phones: RwLock::default(),
            traces: std::array::from_fn(|_| Mutex::default()),
            shards: RandomState::new(),
            homes: Mutex::default(),
            strangers: Mutex::default(),
            misses: Mutex::new(Misses { of_served: 0, of_refused: 0, last: None, lines: Bound::new(MOST_LINES) }),
            by_status: Default::default(),
        }
    }
}

impl Record {
    /// A phone is served with other sections than before, or from now on, or no longer. Any thread.
    pub fn phone_changed(&self, mac: &CStr, before: Option<&Arc<[CString]>>, after: Option<&Arc<[CString]>>) {
        let name = Name::of(mac);
        if !self.phones.write().change(&name, before, after) {
            self.forget(&name);
        }
    }

    /// Sets the phones that are refused, by MAC, and why. What has been said until now is all that there is: from now on
    /// others are unknown. Any thread.
    pub fn set_refused(&self, refused: HashMap<Box<CStr>, String>) {
        let gone = self.phones.write().set_refused(refused);
        gone.iter().for_each(|name| self.forget(name));
    }

    /// No phone of ours is served any more; the counters go on. Any thread.
    pub fn no_phones(&self) {
        self.phones.write().forget();
        self.traces.iter().for_each(|shard| drop(std::mem::take(&mut *shard.lock())));
        self.homes.lock().clear();
    }

    /// Sets the phones that other providers have. Any thread.
    pub fn set_others(&self, macs: HashSet<Digits>) {
        let gone = self.phones.write().set_others(macs);
        gone.iter().for_each(|name| self.forget(name));
    }

    /// The ids of the sections of the phone with that MAC, in the order of its lines. Any thread.
    pub fn sections_of(&self, mac: &CStr) -> Vec<CString> {
        self.phones.read().sections(&Name::of(mac))
    }

    /// What is known of a phone's requests. Any thread.
    pub fn trace(&self, mac: &CStr) -> Option<Trace> {
        let name = Name::of(mac);
        self.shard(&name).lock().get(&name).cloned()
    }

    /// A phone's last request: when it was, and the status that it was answered with. Any thread.
    pub fn last(&self, mac: &CStr) -> Option<(Instant, u16)> {
        let name = Name::of(mac);
        self.shard(&name).lock().get(&name).map(|trace| (trace.last.at, trace.last.status))
    }

    /// The MACs of all phones that are known, as twelve digits. Any thread.
    pub fn macs(&self) -> Vec<CString> {
        self.phones.read().macs()
    }

    /// What requests came to. Any thread.
    pub fn totals(&self) -> Totals {
        let [given, unchanged, not_found, failed, otherwise] =
            std::array::from_fn(|at| self.by_status[at].load(Ordering::Relaxed));
        let mut totals = Totals { given, unchanged, not_found, failed, otherwise, ..Totals::default() };
        {
            let misses = self.misses.lock();
            (totals.missed, totals.refused, totals.last_missed) = (misses.of_served, misses.of_refused, misses.last);
        }
        let strangers = self.strangers.lock();
        (totals.unknown, totals.guesses, totals.last_unknown) = (strangers.requests, strangers.guesses, strangers.last);
        totals
    }

    /// Counts an answer with that status. Any thread.
    pub fn count(&self, status: u16) {
        let status = if status == 206 { 200 } else { status };
        let at = STATUSES.iter().position(|each| *each == status).unwrap_or(STATUSES.len());
        self.by_status[at].fetch_add(1, Ordering::Relaxed);
    }

    /// Notes a request that the phone with that MAC has made, as its file is its own. Any thread.
    pub fn note(&self, mac: &CStr, request: &Request) {
        self.with_trace(&Name::of(mac), request, |_| ());
    }

    /// Notes a request that was answered 404; answers what should be said of it. Any thread.
    pub fn note_missing(&self, request: &Request) -> Option<Notice> {
        let meant = self.phones.read().meant_by(request.file);
        match meant {
            Meant::Nobody => None,
            Meant::Others(mac) => {
                self.with_trace(&Name::Mac(mac), request, |_| ());
                self.misses.lock().of_served += 1;
                None
            }
            Meant::Phone(mac) => self.note_missed(mac, request).map(Notice::Missed),
            Meant::Unknown(mac) => {
                let from = request.from;
                let beside_phones = self.homes.lock().contains_key(&network(from));
                let mut strangers = self.strangers.lock();
                let alarm = strangers.note(mac, from, beside_phones, request.at);
                let requests = strangers.requests;
                (alarm != Alarm::default()).then_some(Notice::Unknown { mac, alarm, requests })
            }
        }
    }

    fn note_missed(&self, mac: Digits, request: &Request) -> Option<Missed> {
        let name = Name::Mac(mac);
        let (sections, refusal) = {
            let phones = self.phones.read();
            (phones.sections(&name), phones.refusal(&name))
        };
        let told = self.with_trace(&name, request, |trace| {
            let mut misses = self.misses.lock();
            if refusal.is_some() {
                misses.of_refused += 1;
            } else {
                misses.of_served += 1;
                misses.last = Some((mac, request.from, request.at));
            }
            let left_out = misses.lines.take(trace.is_due(request.at), request.at)?;
            trace.set_told(request.at);
            Some((trace.misses, left_out))
        });
        let (misses, left_out) = told??;
        Some(Missed { mac, sections, refusal, misses, left_out })
    }

    /// Notes a request in a phone's trace, and looks at that; `None` if there is no such phone any more.
    fn with_trace<R>(&self, name: &Name, request: &Request, look: impl FnOnce(&mut Trace) -> R) -> Option<R> {
        let mut shard = self.shard(name).lock();
        let (trace, before) = match shard.get_mut(name) {
            Some(trace) => {
                let before = trace.home;
                trace.note(request);
                (trace, before)
            }
            // Asked with the trace's lock held: one that is removed meanwhile is forgotten after that.
            None if !self.phones.read().are_known(name) => return None,
            None => (shard.entry(name.clone()).or_insert_with(|| Trace::of(request)), None),
        };
        self.move_home(before, trace.home);
        Some(look(trace))
    }

    /// Notes that a phone's last file was fetched from another address than before.
    fn move_home(&self, before: Option<IpAddr>, after: Option<IpAddr>) {
        if before == after {
            return;
        }
        let mut homes = self.homes.lock();
        if let Some(after) = after {
            *homes.entry(network(after)).or_default() += 1;
        }
        if let Some(before) = before.map(network) {
            if let Some(count) = homes.get_mut(&before) {
                *count -= 1;
                if *count == 0 {
                    homes.remove(&before);
                }
            }
        }
    }

    fn forget(&self, name: &Name) {
        let mut shard = self.shard(name).lock();
        if let Some(trace) = shard.remove(name) {
            self.move_home(trace.home, None);
        }
    }

    fn shard(&self, name: &Name) -> &Mutex<HashMap<Name, Trace>> {
        &self.traces[self.shards.hash_one(name) as usize % SHARDS]
    }
}

#[cfg(test)]
mod tests {
    use super::super::bound::INTERVAL;
    use super::*;
    use std::net::Ipv4Addr;

    const MAC: &CStr = c"0004f2abcdef";
    const ANN: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const BOB: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    fn sections(id: &CStr) -> Arc<[CString]> {
        [id.to_owned()].into()
    }

    fn record() -> Record {
        let record = Record::default();
        record.phone_changed(MAC, None, Some(&sections(c"alice")));
        record.set_refused(HashMap::new());
        record
    }

    fn request(status: u16, file: &str, from: IpAddr, at: Instant) -> Request<'_> {
        Request { at, from, status, bytes: 0, file: file.as_bytes(), agent: b"" }
    }

    fn unknown(number: usize) -> String {
        format!("aa00{number:08x}.cfg")
    }

    fn missed(notice: Option<Notice>) -> Option<Missed> {
        match notice {
            Some(Notice::Missed(missed)) => Some(missed),
            Some(Notice::Unknown { .. }) | None => None,
        }
    }

    fn is_guess(notice: Option<Notice>) -> bool {
        matches!(notice, Some(Notice::Unknown { alarm: Alarm { event: true, .. }, .. }))
    }

    #[test]
    fn a_phones_requests_are_its_own_in_whatever_spelling() {
        let (record, now) = (record(), Instant::now());
        assert!(record.trace(MAC).is_none());
        record.note(MAC, &request(200, "0004f2abcdef.cfg", ANN, now));
        let missed = missed(record.note_missing(&request(404, "00-04-F2-AB-CD-EF.xml", BOB, now))).unwrap();
        assert_eq!((missed.mac, missed.sections), (*b"0004f2abcdef", vec![c"alice".to_owned()]));
        let trace = record.trace(c"0004.F2AB.CDEF").unwrap();
        assert_eq!((trace.given, trace.misses, trace.last.status), (1, 1, 404));
        assert_eq!(record.totals().missed, 1);
        assert_eq!(record.totals().unknown, 0);

        let (alice, bob) = (sections(c"alice"), sections(c"bob"));
        record.phone_changed(MAC, Some(&alice), Some(&bob));
        assert!(record.trace(MAC).is_some(), "a change is no reason to forget it");
        record.phone_changed(MAC, Some(&bob), None);
        assert!(record.trace(MAC).is_none());
        record.note(MAC, &request(200, "0004f2abcdef.cfg", ANN, now));
        assert!(record.trace(MAC).is_none(), "it is gone");
    }

    #[test]
    fn one_phones_404s_are_told_once_and_many_phones_in_few_lines() {
        let (record, now) = (Record::default(), Instant::now());
        let mac = |phone: usize| CString::new(format!("0004f2{phone:06x}")).unwrap();
        (0..1_000).for_each(|phone| record.phone_changed(&mac(phone), None, Some(&sections(c"s"))));
        let ask = |phone: usize, at| {
            let file = format!("{}.xml", mac(phone).to_str().unwrap());
            missed(record.note_missing(&request(404, &file, ANN, at))).map(|missed| (missed.misses, missed.left_out))
        };
        assert_eq!(ask(0, now), Some((1, 0)));
        assert_eq!(ask(0, now), None);
        let told = (0..1_000).filter(|phone| ask(*phone, now).is_some()).count();
        assert_eq!(told, MOST_LINES as usize - 1);
        assert_eq!(ask(999, now + INTERVAL), Some((2, 990)), "what was not told of is told of later");
        assert_eq!(record.totals().missed, 1_003);
    }

    #[test]
    fn a_refused_phone_is_refused_and_no_guess() {
        let (record, now) = (record(), Instant::now());
        let mac = |phone: usize| CString::new(format!("aa00{phone:08x}")).unwrap();
        record.set_refused((0..8).map(|phone| (mac(phone).into(), format!("'{phone}' names nobody"))).collect());
        for phone in 0..8 {
            let missed = missed(record.note_missing(&request(404, &unknown(phone), ANN, now))).unwrap();
            assert_eq!(missed.refusal.as_deref(), Some(format!("'{phone}' names nobody").as_str()));
        }
        assert_eq!(record.trace(&mac(3)).unwrap().last.status, 404);
        let totals = record.totals();
        assert_eq!((totals.refused, totals.missed, totals.unknown, totals.guesses), (8, 0, 0, 0));
        record.set_refused(HashMap::new());
        assert!(record.trace(&mac(3)).is_none());
    }

    #[test]
    fn an_address_that_phones_fetch_from_may_have_more_mistyped_ones() {
        let (record, now) = (record(), Instant::now());
        let guesses = |from, numbers: std::ops::Range<usize>| {
            numbers.filter(|number| is_guess(record.note_missing(&request(404, &unknown(*number), from, now)))).count()
        };
        record.note(MAC, &request(404, "0004f2abcdef.xml", ANN, now));
        assert_eq!(guesses(ANN, 0..7), 2, "a phone that got nothing is nobody's neighbour");
        record.note(MAC, &request(200, "0004f2abcdef.cfg", BOB, now));
        assert_eq!(guesses(BOB, 0..50), 0);
        assert_eq!(guesses(BOB, 50..52), 2);
        record.note(MAC, &request(304, "0004f2abcdef.cfg", ANN, now));
        assert_eq!(guesses(ANN, 10..40), 0, "it has moved there");
        assert_eq!(guesses(BOB, 60..61), 1);
        record.phone_changed(MAC, Some(&sections(c"alice")), None);
        assert_eq!(guesses(ANN, 40..41), 1);
        assert!(record.homes.lock().is_empty());
    }

    #[test]
    fn answers_are_counted_by_status() {
        let record = record();
        for status in [200, 206, 200, 304, 404, 500, 501, 503] {
            record.count(status);
        }
        let Totals { given, unchanged, not_found, failed, otherwise, .. } = record.totals();
        assert_eq!([given, unchanged, not_found, failed, otherwise], [3, 1, 1, 1, 2]);
    }

    #[test]
    fn nothing_is_left_of_phones_that_come_and_go_while_they_fetch() {
        let (record, now) = (record(), Instant::now());
        let mac = |phone: usize| CString::new(format!("0004f2{phone:06x}")).unwrap();
        std::thread::scope(|scope| {
            for client in 0..4 {
                let (record, mac) = (&record, &mac);
                scope.spawn(move || {
                    for turn in 0..20_000 {
                        let from = IpAddr::V4(Ipv4Addr::new(192, 0, 2, client + turn as u8 % 3));
                        record.note(&mac(turn % 7), &request(200, "x.cfg", from, now));
                    }
                });
            }
            scope.spawn(|| {
                let some = sections(c"s");
                for turn in 0..2_000 {
                    record.phone_changed(&mac(turn % 7), None, Some(&some));
                    record.phone_changed(&mac(turn % 7), Some(&some), None);
                }
            });
        });
        assert!((0..7).all(|phone| record.trace(&mac(phone)).is_none()));
        assert!(record.homes.lock().is_empty());
    }
}

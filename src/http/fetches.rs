//! Who fetched what: per phone its last fetch, and who asks for phones that nobody has. No Asterisk in here.
//!
//! Asterisk's HTTP server does not tell a handler's caller how a request was answered, and a copy of `res_phoneprov`'s routes
//! is not worth its memory. So only a request whose URI names a MAC is looked at: the phone is known by it or is not.

use crate::phone::mac::{self, Digits};
use std::collections::{HashMap, HashSet};
use std::ffi::CString;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Addresses that ask for unknown phones: more are not remembered, the one that was silent for longest is forgotten.
const MOST_ADDRESSES: usize = 256;
/// One address's unknown requests are logged once in so long; those between are counted.
const LOG_INTERVAL: Duration = Duration::from_secs(10);
/// So many different unknown MACs from one address are no mistyped phone: somebody guesses. Each one from there on is a
/// security event.
const GUESSES: usize = 5;

/// The name that phones of some makers ask for beside their own.
const NO_PHONE: Digits = *b"000000000000";

/// So much of a requested file's name is remembered.
const LONGEST_NAME: usize = 80;

/// A phone's last fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// When it was.
    pub at: Instant,
    /// Where it came from.
    pub from: IpAddr,
    /// The name of the file, or as much of it as is remembered.
    pub file: Vec<u8>,
}

impl Fetch {
    /// Takes a new fetch in the place of this one, and its room.
    fn replace(&mut self, at: Instant, from: IpAddr, file: &[u8]) {
        (self.at, self.from) = (at, from);
        self.file.clear();
        self.file.extend_from_slice(&file[..file.len().min(LONGEST_NAME)]);
    }
}

/// What a requested file's name says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// It is every phone's, with nothing of a phone in it.
    Static,
    /// It may be some phone's, or there is none of that name.
    NamesNoMac,
    /// It would be the file of the phone with that MAC.
    Of(Digits),
    /// Likewise, and nobody has that MAC.
    OfUnknown(Digits),
}

/// What is known of a phone: its sections, for each spelling of its MAC that is served, and its last fetch.
#[derive(Debug, Default)]
struct Known {
    spellings: Vec<Arc<[CString]>>,
    last: Option<Fetch>,
}

/// What is known of an address that asks for unknown phones.
#[derive(Debug)]
struct Asker {
    last: Instant,
    logged: Instant,
    /// Requests since it was last logged.
    unlogged: u64,
    /// The MACs it asked for; no more than [`GUESSES`].
    macs: Vec<Digits>,
}

/// What should be done about a request for an unknown phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alarm {
    /// Log it, with how many like it there have been since the last line.
    pub log: Option<u64>,
    /// Somebody guesses: raise a security event.
    pub guessing: bool,
}

/// The record; its size is bounded by the number of phones and by [`MOST_ADDRESSES`].
#[derive(Debug, Default)]
pub struct Fetches {
    known: HashMap<Digits, Known>,
    /// Names of files that are every phone's.
    static_files: HashSet<Vec<u8>>,
    /// Phones of users.conf, which `res_phoneprov` itself provides.
    others: HashSet<Digits>,
    askers: HashMap<IpAddr, Asker>,
    /// Requests for phones that nobody has.
    pub unknown: u64,
    /// The last of them: for which MAC, from where, and when.
    pub last_unknown: Option<(Digits, IpAddr, Instant)>,
}

impl Fetches {
    /// A phone is served with other sections than before, or from now on, or no longer. Two spellings of one MAC are two
    /// phones of `res_phoneprov`'s and one here.
    pub fn phone_changed(&mut self, mac: &Digits, before: Option<&Arc<[CString]>>, after: Option<&Arc<[CString]>>) {
        let known = self.known.entry(*mac).or_default();
        if let Some(at) = known.spellings.iter().position(|sections| Some(sections) == before) {
            known.spellings.remove(at);
        }
        known.spellings.extend(after.cloned());
        if known.spellings.is_empty() {
            self.known.remove(mac);
        }
    }

    /// No phone of ours is served any more.
    pub fn forget_phones(&mut self) {
        self.known.clear();
    }

    /// Sets the phones that others provide.
    pub fn set_others(&mut self, macs: HashSet<Digits>) {
        self.others = macs;
    }

    /// Sets the names of files that are every phone's.
    pub fn set_static_files(&mut self, files: HashSet<Vec<u8>>) {
        self.static_files = files;
    }

    /// All MACs.
    pub fn macs(&self) -> Vec<CString> {
        self.known.keys().filter_map(|digits| CString::new(digits.as_slice()).ok()).collect()
    }

    /// The ids of a phone's sections, in the order of its lines.
    pub fn sections(&self, mac: &Digits) -> Vec<CString> {
        let spellings = self.known.get(mac).into_iter().flat_map(|known| &known.spellings);
        spellings.flat_map(|sections| sections.iter()).cloned().collect()
    }

    /// A phone's last fetch, if it is known.
    pub fn last(&self, mac: &Digits) -> Option<Fetch> {
        self.known.get(mac)?.last.clone()
    }

    /// Notes a request that begins: what it asks for.
    pub fn begin(&mut self, uri: &[u8], from: Option<IpAddr>, now: Instant) -> File {
        if self.static_files.contains(uri) {
            return File::Static;
        }
        let Some(mac) = mac::find(uri) else { return File::NamesNoMac };
        match self.known.get_mut(&mac) {
            Some(known) => {
                if let Some(from) = from {
                    let nothing = || Fetch { at: now, from, file: Vec::new() };
                    known.last.get_or_insert_with(nothing).replace(now, from, uri);
                }
            }
            None if self.others.contains(&mac) || mac == NO_PHONE => {}
            None => return File::OfUnknown(mac),
        }
        File::Of(mac)
    }

    /// Notes that a request for a MAC that was unknown has been answered; answers what should be done about it. A phone that
    /// was added while the request was held is known by now.
    pub fn end_unknown(&mut self, mac: &Digits, from: IpAddr, now: Instant) -> Alarm {
        if self.known.contains_key(mac) {
            return Alarm::default();
        }
        self.unknown += 1;
        self.last_unknown = Some((*mac, from, now));
        self.note_unknown(*mac, from, now)
    }

    fn note_unknown(&mut self, mac: Digits, from: IpAddr, now: Instant) -> Alarm {
        if !self.askers.contains_key(&from) && self.askers.len() >= MOST_ADDRESSES {
            let silent = self.askers.iter().min_by_key(|(_, asker)| asker.last).map(|(address, _)| *address);
            silent.and_then(|address| self.askers.remove(&address));
        }
        let mut first = false;
        let asker = self.askers.entry(from).or_insert_with(|| {
            first = true;
            Asker { last: now, logged: now, unlogged: 0, macs: Vec::new() }
        });
        asker.last = now;
        asker.unlogged += 1;
        let mut alarm = Alarm::default();
        if first || now.duration_since(asker.logged) >= LOG_INTERVAL {
            alarm.log = Some(std::mem::take(&mut asker.unlogged));
            asker.logged = now;
        }
        if !asker.macs.contains(&mac) {
            if asker.macs.len() < GUESSES {
                asker.macs.push(mac);
            }
            alarm.guessing = asker.macs.len() >= GUESSES;
        }
        alarm
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const KNOWN: Digits = *b"0004f2abcdef";
    const ANN: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const BOB: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    fn fetches() -> Fetches {
        let mut fetches = Fetches::default();
        fetches.phone_changed(&KNOWN, None, Some(&[c"alice".to_owned()].into()));
        fetches
    }

    fn unknown(number: u32) -> Vec<u8> {
        format!("aa00{number:08x}.cfg").into_bytes()
    }

    /// A whole request.
    fn note(fetches: &mut Fetches, uri: &[u8], from: IpAddr, now: Instant) -> Alarm {
        match fetches.begin(uri, Some(from), now) {
            File::OfUnknown(mac) => fetches.end_unknown(&mac, from, now),
            File::Static | File::NamesNoMac | File::Of(_) => Alarm::default(),
        }
    }

    #[test]
    fn a_known_phone_leaves_its_last_fetch_in_whatever_spelling() {
        let (mut fetches, now) = (fetches(), Instant::now());
        assert_eq!(fetches.last(&KNOWN), None);
        assert_eq!(note(&mut fetches, b"cfg/00-04-F2-AB-CD-EF.xml", ANN, now), Alarm::default());
        assert_eq!(
            fetches.last(&KNOWN),
            Some(Fetch { at: now, from: ANN, file: b"cfg/00-04-F2-AB-CD-EF.xml".to_vec() })
        );
        let sections: Arc<[CString]> = [c"alice".to_owned()].into();
        let others: Arc<[CString]> = [c"bob".to_owned(), c"alice".into()].into();
        fetches.phone_changed(&KNOWN, Some(&sections), Some(&others));
        assert_eq!(fetches.sections(&KNOWN), [c"bob".to_owned(), c"alice".into()]);
        assert_eq!(
            fetches.last(&KNOWN),
            Some(Fetch { at: now, from: ANN, file: b"cfg/00-04-F2-AB-CD-EF.xml".to_vec() }),
            "a change is no reason to forget it"
        );
        fetches.phone_changed(&KNOWN, Some(&others), None);
        assert_eq!(fetches.last(&KNOWN), None);
    }

    #[test]
    fn what_names_no_mac_or_a_phone_of_others_is_let_be() {
        let (mut fetches, now) = (fetches(), Instant::now());
        fetches.set_others([*b"0004f2000000"].into());
        assert_eq!(note(&mut fetches, b"firmware.bin", ANN, now), Alarm::default());
        assert_eq!(note(&mut fetches, b"0004f2000000.cfg", ANN, now), Alarm::default());
        fetches.set_static_files([b"aabbccddeeff.bin".to_vec()].into());
        assert_eq!(note(&mut fetches, b"aabbccddeeff.bin", ANN, now), Alarm::default());
        assert_eq!(note(&mut fetches, b"000000000000.cfg", ANN, now), Alarm::default());
        assert_eq!(fetches.unknown, 0);
    }

    #[test]
    fn one_phone_that_asks_again_and_again_is_logged_now_and_then_and_is_no_guesser() {
        let (mut fetches, now) = (fetches(), Instant::now());
        assert_eq!(note(&mut fetches, &unknown(1), ANN, now), Alarm { log: Some(1), guessing: false });
        for _ in 0..20 {
            assert_eq!(note(&mut fetches, &unknown(1), ANN, now), Alarm::default());
        }
        assert_eq!(note(&mut fetches, &unknown(1), ANN, now + LOG_INTERVAL), Alarm { log: Some(21), guessing: false });
        assert_eq!(fetches.unknown, 22);
        assert_eq!(note(&mut fetches, &unknown(1), BOB, now), Alarm { log: Some(1), guessing: false });
    }

    #[test]
    fn many_macs_from_one_address_are_guesses() {
        let (mut fetches, now) = (fetches(), Instant::now());
        let alarms: Vec<bool> = (0..8).map(|number| note(&mut fetches, &unknown(number), ANN, now).guessing).collect();
        assert_eq!(alarms, [false, false, false, false, true, true, true, true]);
    }

    #[test]
    fn many_addresses_do_not_fill_the_memory() {
        let (mut fetches, now) = (fetches(), Instant::now());
        for number in 0..10_000u32 {
            let address = IpAddr::V4(Ipv4Addr::from(number));
            note(&mut fetches, &unknown(number), address, now + Duration::from_millis(number.into()));
        }
        assert_eq!(fetches.askers.len(), MOST_ADDRESSES);
        assert!(fetches.askers.contains_key(&IpAddr::V4(Ipv4Addr::from(9_999))));
    }
}

//! What is remembered of a phone's requests, and whom a file's name means. No Asterisk in here.

use crate::phone::mac::{self, Digits};
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// So much of a requested file's name is remembered, and of who says to have asked for it.
const LONGEST: usize = 80;
/// So much of a name is searched for MACs.
const LONGEST_SEARCHED: usize = 128;

/// It is told once in so long of one phone that it was answered 404,
const TOLD_AGAIN: Duration = Duration::from_secs(3_600);
/// and once in so long where it got other files meanwhile: phones ask for some that they need not have.
const TOLD_AGAIN_OF_OTHERS: Duration = Duration::from_secs(86_400);

/// A phone, by the digits of its MAC in whatever spelling; by the text, where that is no MAC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// The digits.
    Mac(Digits),
    /// The text.
    Text(Box<CStr>),
}

impl Name {
    /// The phone that goes by that MAC.
    pub fn of(mac: &CStr) -> Self {
        mac::digits(mac).map_or_else(|| Name::Text(mac.into()), Name::Mac)
    }

    /// As text.
    pub fn text(&self) -> CString {
        match self {
            Name::Mac(digits) => CString::new(digits.as_slice()).unwrap_or_default(),
            Name::Text(text) => text.clone().into_c_string(),
        }
    }
}

/// A request that was answered.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// When it came.
    pub at: Instant,
    /// Where it came from.
    pub from: IpAddr,
    /// The status that it was answered with.
    pub status: u16,
    /// How many bytes it got.
    pub bytes: u64,
    /// The name of the file.
    pub file: &'a [u8],
    /// Who says to have asked: its User-Agent.
    pub agent: &'a [u8],
}

impl Request<'_> {
    /// Whether it got what it asked for, or has it already.
    fn is_given(&self) -> bool {
        matches!(self.status, 200 | 206 | 304)
    }
}

/// A request as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// When it came.
    pub at: Instant,
    /// Where it came from.
    pub from: IpAddr,
    /// The status that it was answered with.
    pub status: u16,
    /// How many bytes it got.
    pub bytes: u64,
    /// The name of the file, or as much of it as is remembered.
    pub file: Vec<u8>,
    /// Who says to have asked, likewise; empty if nobody does.
    pub agent: Vec<u8>,
}

impl Fetch {
    fn of(request: &Request) -> Self {
        let Request { at, from, status, bytes, .. } = *request;
        let mut fetch = Fetch { at, from, status, bytes, file: Vec::new(), agent: Vec::new() };
        fetch.replace(request);
        fetch
    }

    /// Takes a later one in the place of this one, and its room.
    fn replace(&mut self, request: &Request) {
        // One that came before and took longer to answer is told of too late.
        if request.at < self.at {
            return;
        }
        let Request { at, from, status, bytes, file, agent } = *request;
        (self.at, self.from, self.status, self.bytes) = (at, from, status, bytes);
        for (kept, text) in [(&mut self.file, file), (&mut self.agent, agent)] {
            kept.clear();
            kept.extend_from_slice(&text[..text.len().min(LONGEST)]);
        }
    }
}

/// What is known of a phone's requests.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The last one.
    pub last: Fetch,
    /// The last one that was answered 404.
    pub missed: Option<Fetch>,
    /// How many got a file, or had it already.
    pub given: u64,
    /// How many were answered 404.
    pub misses: u64,
    /// How many were answered otherwise: the file could not be made, or they were turned away.
    pub failures: u64,
    /// Where the last one came from that got a file.
    pub home: Option<IpAddr>,
    last_given: Option<Instant>,
    /// When its last 404 was told of.
    told: Option<Instant>,
}

impl Trace {
    /// Of a phone's first request.
    pub fn of(request: &Request) -> Self {
        let mut trace = Trace {
            last: Fetch::of(request),
            missed: None,
            given: 0,
            misses: 0,
            failures: 0,
            home: None,
            last_given: None,
            told: None,
        };
        trace.count(request);
        trace
    }

    /// Notes a request.
    pub fn note(&mut self, request: &Request) {
        self.last.replace(request);
        self.count(request);
    }

    fn count(&mut self, request: &Request) {
        match request.status {
            404 => {
                self.misses += 1;
                match &mut self.missed {
                    Some(missed) => missed.replace(request),
                    None => self.missed = Some(Fetch::of(request)),
                }
            }
            _ if request.is_given() => {
                self.given += 1;
                self.home = Some(request.from);
                self.last_given = Some(request.at);
            }
            _ => self.failures += 1,
        }
    }

    /// Whether a 404 is to be told of now.
    pub fn is_due(&self, now: Instant) -> bool {
        let Some(told) = self.told else { return true };
        let has_others = self.last_given.is_some_and(|given| given > told);
        now.duration_since(told) >= if has_others { TOLD_AGAIN_OF_OTHERS } else { TOLD_AGAIN }
    }

    /// It has been told of.
    pub fn set_told(&mut self, now: Instant) {
        self.told = Some(now);
    }
}

/// A phone that is known: its sections, for each spelling of its MAC that is served, or why it is not.
#[derive(Debug, Default)]
struct Known {
    spellings: Box<[Arc<[CString]>]>,
    refusal: Option<Arc<str>>,
}

/// Whom a file's name means that nobody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meant {
    /// A phone of ours, or one that is refused.
    Phone(Digits),
    /// A phone of another provider's.
    Others(Digits),
    /// A phone that nobody has.
    Unknown(Digits),
    /// No phone.
    Nobody,
}

/// Who is known. Its size is bounded by the number of phones and of sections that are refused.
#[derive(Debug, Default)]
pub struct Phones {
    known: HashMap<Name, Known>,
    /// Who of them has a refusal.
    refused: Vec<Name>,
    /// Phones of users.conf, which `res_phoneprov` itself provides.
    others: HashSet<Digits>,
    /// Whether all are known that there are: not before they have been read.
    is_complete: bool,
}

impl Phones {
    /// A phone is served with other sections than before, or from now on, or no longer. Two spellings of one MAC are two
    /// phones of `res_phoneprov`'s and one here. Answers whether it is known.
    pub fn change(&mut self, name: &Name, before: Option<&Arc<[CString]>>, after: Option<&Arc<[CString]>>) -> bool {
        let known = self.known.entry(name.clone()).or_default();
        let mut spellings = std::mem::take(&mut known.spellings).into_vec();
        if let Some(at) = spellings.iter().position(|sections| Some(sections) == before) {
            spellings.remove(at);
        }
        spellings.reserve_exact(after.iter().len());
        spellings.extend(after.cloned());
        known.spellings = spellings.into();
        self.keep(name)
    }

    /// Forgets a phone of which there is nothing left to know; answers whether it is known.
    fn keep(&mut self, name: &Name) -> bool {
        let is_known = self.known.get(name).is_some_and(|known| !known.spellings.is_empty() || known.refusal.is_some());
        if !is_known {
            self.known.remove(name);
        }
        is_known
    }

    /// Sets all phones that are refused, by MAC, and why; now all are known that there are. Answers who is no longer known.
    pub fn set_refused(&mut self, refused: HashMap<Box<CStr>, String>) -> Vec<Name> {
        let before = std::mem::take(&mut self.refused);
        for known in before.iter().filter_map(|name| Some(self.known.get_mut(name)?.refusal.take())) {
            drop(known);
        }
        for (mac, reason) in refused {
            let name = Name::of(&mac);
            self.known.entry(name.clone()).or_default().refusal = Some(reason.into());
            self.refused.push(name);
        }
        self.is_complete = true;
        before.into_iter().filter(|name| !self.keep(name)).collect()
    }

    /// Nobody is known any more.
    pub fn forget(&mut self) {
        *self = Phones { others: std::mem::take(&mut self.others), ..Phones::default() };
    }

    /// Sets the phones that others provide. Answers who is no longer known.
    pub fn set_others(&mut self, macs: HashSet<Digits>) -> Vec<Name> {
        let before = std::mem::replace(&mut self.others, macs);
        before.into_iter().map(Name::Mac).filter(|name| !self.are_known(name)).collect()
    }

    /// The MACs of all that are known, refused ones and those of other providers among them.
    pub fn macs(&self) -> Vec<CString> {
        let others = self.others.iter().map(|mac| Name::Mac(*mac)).filter(|name| !self.known.contains_key(name));
        self.known.keys().cloned().chain(others).map(|name| name.text()).collect()
    }

    /// Whether somebody is known, served or refused, or another provider's.
    pub fn are_known(&self, name: &Name) -> bool {
        self.known.contains_key(name) || matches!(name, Name::Mac(mac) if self.others.contains(mac))
    }

    /// The ids of a phone's sections, in the order of its lines.
    pub fn sections(&self, name: &Name) -> Vec<CString> {
        let spellings = self.known.get(name).into_iter().flat_map(|known| &known.spellings);
        spellings.flat_map(|sections| sections.iter()).cloned().collect()
    }

    /// Why a phone is refused of which nothing is served.
    pub fn refusal(&self, name: &Name) -> Option<Arc<str>> {
        self.known.get(name).filter(|known| known.spellings.is_empty())?.refusal.clone()
    }

    /// Whom a name means that was answered 404. Phones that are known are looked for at every digit, whatever is around it;
    /// what is not known has to look like a MAC.
    pub fn meant_by(&self, file: &[u8]) -> Meant {
        let file = &file[..file.len().min(LONGEST_SEARCHED)];
        if let Some(mac) = mac::all(file).find(|mac| self.known.contains_key(&Name::Mac(*mac))) {
            return Meant::Phone(mac);
        }
        if let Some(mac) = mac::all(file).find(|mac| self.others.contains(mac)) {
            return Meant::Others(mac);
        }
        mac::lone(file).filter(|_| self.is_complete).map_or(Meant::Nobody, Meant::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const MAC: &CStr = c"00:04:f2:ab:cd:ef";
    const KNOWN: Digits = *b"0004f2abcdef";
    const ANN: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    fn sections(ids: &[&CStr]) -> Arc<[CString]> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    fn phones() -> Phones {
        let mut phones = Phones::default();
        phones.set_refused(HashMap::new());
        assert!(phones.change(&Name::of(MAC), None, Some(&sections(&[c"alice"]))));
        phones
    }

    fn request(status: u16, file: &str, at: Instant) -> Request<'_> {
        Request { at, from: ANN, status, bytes: 3, file: file.as_bytes(), agent: b"Phone 1.0" }
    }

    #[test]
    fn a_phone_is_known_in_whatever_spelling_while_one_of_them_is_served() {
        let (mut phones, name) = (phones(), Name::of(c"0x0004F2ABCDEF"));
        let (alice, bob) = (sections(&[c"alice"]), sections(&[c"bob", c"carol"]));
        assert!(phones.change(&name, None, Some(&bob)));
        assert_eq!(phones.sections(&name), [c"alice".to_owned(), c"bob".into(), c"carol".into()]);
        assert!(phones.change(&name, Some(&alice), None));
        assert_eq!(phones.sections(&name), [c"bob".to_owned(), c"carol".into()]);
        assert_eq!(phones.macs(), [c"0004f2abcdef".to_owned()]);
        assert!(!phones.change(&name, Some(&bob), None));
        assert!(!phones.are_known(&name));
    }

    #[test]
    fn what_is_no_mac_is_known_as_it_is_written() {
        let (mut phones, name) = (phones(), Name::of(c"lobby"));
        assert!(phones.change(&name, None, Some(&sections(&[c"1"]))));
        assert_eq!(phones.sections(&Name::of(c"lobby")), [c"1".to_owned()]);
        assert!(phones.sections(&Name::of(c"LOBBY")).is_empty());
    }

    /// Cases 13 and 20.
    #[test]
    fn a_known_mac_is_found_at_any_place_of_a_name() {
        let phones = phones();
        for file in [
            "0004f2abcdef.xml",
            "0004F2ABCDEF.cfg",
            "0x0004f2abcdef.cfg",
            "spa0004f2abcdef.cfg",
            "tenant-a0004F2ABCDEF.cfg",
            "cfg/00-04-F2-AB-CD-EF",
            "0004f2abcdef0.cfg",
        ] {
            assert_eq!(phones.meant_by(file.as_bytes()), Meant::Phone(KNOWN), "{file}");
        }
    }

    /// Case 12 is answered from the table; this is of phones that ask for what is not there.
    #[test]
    fn what_looks_like_no_mac_is_nobodys() {
        let mut phones = phones();
        phones.set_others([*b"0004f2000000"].into());
        for file in ["y000000000065.boot", "000000000000.cfg", "firmware-1.2.3.bin", "directory.xml", ""] {
            assert_eq!(phones.meant_by(file.as_bytes()), Meant::Nobody, "{file}");
        }
        assert_eq!(phones.meant_by(b"a0004f2000000.cfg"), Meant::Others(*b"0004f2000000"));
        assert!(phones.are_known(&Name::Mac(*b"0004f2000000")));
        assert_eq!(phones.macs().len(), 2);
        assert_eq!(phones.set_others(HashSet::new()), [Name::Mac(*b"0004f2000000")]);
        assert_eq!(phones.meant_by(b"0004f2abcdee.cfg"), Meant::Unknown(*b"0004f2abcdee"));
        assert_eq!(phones.meant_by(&[b'0'; 100_000]), Meant::Nobody);
    }

    #[test]
    fn nobody_is_unknown_before_all_have_been_read() {
        assert_eq!(Phones::default().meant_by(b"0004f2abcdee.cfg"), Meant::Nobody);
    }

    /// Case 14.
    #[test]
    fn a_refused_phone_is_known_for_what_it_is() {
        let (mut phones, mac) = (phones(), *b"0004f2abcdee");
        let refused = |reason: &str| HashMap::from([(c"0004F2ABCDEE".into(), reason.to_owned())]);
        assert_eq!(phones.set_refused(refused("'a' names nobody")), []);
        assert_eq!(phones.meant_by(b"0004f2abcdee.cfg"), Meant::Phone(mac));
        assert_eq!(phones.refusal(&Name::Mac(mac)).as_deref(), Some("'a' names nobody"));
        assert_eq!(phones.macs().len(), 2, "who is asked about is known, too, while it is refused");
        assert_eq!(phones.set_refused(refused("'a' has no PROFILE")), []);
        assert_eq!(phones.refusal(&Name::Mac(mac)).as_deref(), Some("'a' has no PROFILE"));
        assert_eq!(phones.set_refused(HashMap::new()), [Name::Mac(mac)]);
        assert_eq!(phones.meant_by(b"0004f2abcdee.cfg"), Meant::Unknown(mac));

        phones.set_refused(refused("'a' names nobody"));
        assert!(phones.change(&Name::Mac(mac), None, Some(&sections(&[c"b"]))));
        assert_eq!(phones.refusal(&Name::Mac(mac)), None, "another section of it is served");
        assert_eq!(phones.set_refused(HashMap::new()), []);
    }

    #[test]
    fn a_trace_has_the_last_request_and_the_last_404() {
        let now = Instant::now();
        let at = |seconds| now + Duration::from_secs(seconds);
        let mut trace = Trace::of(&request(404, "a.xml", at(0)));
        for (status, file, seconds) in
            [(200, "a.cfg", 1), (304, "a.cfg", 2), (404, "b.xml", 3), (500, "b.cfg", 4), (503, "c.cfg", 6)]
        {
            trace.note(&request(status, file, at(seconds)));
        }
        assert_eq!((trace.given, trace.misses, trace.failures), (2, 2, 2));
        assert_eq!((trace.last.status, trace.last.file.as_slice()), (503, b"c.cfg".as_slice()));
        assert_eq!(trace.missed.as_ref().unwrap().file, b"b.xml");
        trace.note(&request(404, "early.xml", at(2)));
        trace.note(&request(200, "slow.cfg", at(5)));
        assert_eq!(trace.last.file, b"c.cfg", "one that came before took longer");
        assert_eq!(trace.missed.unwrap().file, b"b.xml");
        assert_eq!((trace.given, trace.misses), (3, 3), "all are counted");
    }

    #[test]
    fn long_texts_are_cut() {
        let long = "x".repeat(10_000);
        let request = Request { agent: long.as_bytes(), ..request(404, &long, Instant::now()) };
        let mut trace = Trace::of(&request);
        trace.note(&request);
        for fetch in [&trace.last, trace.missed.as_ref().unwrap()] {
            assert_eq!((fetch.file.len(), fetch.agent.len()), (LONGEST, LONGEST));
        }
    }

    #[test]
    fn a_phone_that_asks_in_vain_is_told_of_once_an_hour_and_others_once_a_day() {
        let now = Instant::now();
        let mut trace = Trace::of(&request(404, "a.xml", now));
        assert!(trace.is_due(now));
        trace.set_told(now);
        assert!(!trace.is_due(now + TOLD_AGAIN / 2));
        assert!(trace.is_due(now + TOLD_AGAIN));
        trace.note(&request(200, "a.cfg", now + TOLD_AGAIN / 2));
        assert!(!trace.is_due(now + TOLD_AGAIN));
        assert!(trace.is_due(now + TOLD_AGAIN_OF_OTHERS));
    }
}

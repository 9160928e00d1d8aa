//! What each phone has: of each of its own files that it fetched, a print of what that was made of. No Asterisk in here.
//!
//! A print covers what the phone's sections, endpoints and profile say and the templates that go into the file, the common files
//! of its profile included. It does not cover SERVER, nor what functions gave, nor other phones: none of that is news for it.

use super::fetches::Name;
use super::templates::Templates;
use crate::phone::evaluated::Evaluated;
use crate::phone::phoneprov_conf::profiles::Profile;
use crate::template::parse::Template;
use parking_lot::Mutex;
use siphasher::sip::SipHasher24;
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// So many files are remembered of one phone, those that were fetched last.
pub const MOST_FILES: usize = 16;
/// So many templates of one file are looked into: they name each other.
const MOST_TEMPLATES: usize = 256;

/// Whether a phone has what is served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// It has fetched no file of its own yet.
    #[default]
    New,
    /// Of a file that it has fetched, there is another one now.
    Stale,
    /// What it has fetched is what is served.
    Current,
}

impl Delivery {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Delivery::New => "new",
            Delivery::Stale => "stale",
            Delivery::Current => "current",
        }
    }
}

/// A file that a phone has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Got {
    /// Which one: a hash of its name.
    pub file: u64,
    /// What it was made of.
    pub print: u64,
    /// When it was fetched, or found unchanged: seconds since 1970.
    pub at: u64,
}

/// What phones have, in no order.
pub type Kept = Vec<(Name, Vec<Got>)>;

/// What makes prints that tell nobody anything: they cover secrets.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct PrintKey(pub [u8; 16]);

impl PrintKey {
    /// One that nobody knows.
    pub fn random() -> Self {
        // Keyed by the system's own randomness.
        let random = RandomState::new();
        let mut key = [0; 16];
        for (part, number) in key.chunks_mut(8).zip(0u8..) {
            part.copy_from_slice(&random.hash_one(number).to_le_bytes());
        }
        PrintKey(key)
    }
}

/// What all phones have. Its locks are held for moments, never over a call out.
#[derive(Default)]
pub struct Ledger {
    key: Mutex<PrintKey>,
    phones: Mutex<HashMap<Name, Vec<Got>>>,
    is_dirty: AtomicBool,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ledger")
    }
}

impl Ledger {
    /// Takes up what was known before, and goes on with that key. Any thread.
    pub fn take_up(&self, key: PrintKey, phones: HashMap<Name, Vec<Got>>) {
        *self.key.lock() = key;
        let mut known = self.phones.lock();
        for (phone, files) in phones {
            // What was fetched meanwhile has another key's prints.
            known.insert(phone, files);
        }
    }

    /// A phone has that file now. True if that is another content than it had, or a file that it did not have. Any thread.
    pub fn note(&self, phone: Name, got: Got) -> bool {
        self.is_dirty.store(true, Ordering::Relaxed);
        let mut phones = self.phones.lock();
        let files = phones.entry(phone).or_default();
        if let Some(known) = files.iter_mut().find(|known| known.file == got.file) {
            let is_news = known.print != got.print;
            *known = got;
            return is_news;
        }
        if files.len() == MOST_FILES {
            let oldest = (0..files.len()).min_by_key(|&at| files[at].at).unwrap_or_default();
            files.remove(oldest);
        }
        files.push(got);
        true
    }

    /// What a phone has. Any thread.
    pub fn of(&self, phone: &Name) -> Vec<Got> {
        self.phones.lock().get(phone).cloned().unwrap_or_default()
    }

    /// Everything, with the key, if there is anything that has not been asked for yet; of phones that are not served any more
    /// nothing is kept. Any thread.
    pub fn take_news(&self, is_served: impl Fn(&Name) -> bool) -> Option<(PrintKey, Kept)> {
        if !self.is_dirty.swap(false, Ordering::Relaxed) {
            return None;
        }
        let mut phones = self.phones.lock();
        phones.retain(|phone, _| is_served(phone));
        Some((*self.key.lock(), phones.iter().map(|(phone, files)| (phone.clone(), files.clone())).collect()))
    }

    /// What was to be kept could not be: it is tried again. Any thread.
    pub fn is_not_kept(&self) {
        self.is_dirty.store(true, Ordering::Relaxed);
    }

    /// Whether a phone has what is served. Any thread; reads templates that have not been read yet.
    pub fn delivery(&self, phone: &Evaluated, prints: &mut Prints) -> (Delivery, Option<u64>) {
        let got = self.of(&Name::of(&phone.mac));
        let mut found = (Delivery::New, None);
        for (name, number) in phone.files.iter().zip(0..) {
            let Some(got) = got.iter().find(|got| got.file == xxh3_64(name)) else { continue };
            let is_same = prints.of(self.print_key(), phone, number) == got.print;
            found.0 = if is_same && found.0 != Delivery::Stale { Delivery::Current } else { Delivery::Stale };
            found.1 = found.1.max(Some(got.at));
        }
        found
    }

    /// What prints are made with. Any thread.
    pub fn print_key(&self) -> PrintKey {
        *self.key.lock()
    }
}

/// Makes prints, for the length of one question: each template is looked at once.
pub struct Prints<'a> {
    templates: &'a Templates,
    path_of: fn(&[u8]) -> PathBuf,
    /// Whether templates are looked at that have been read already: they may have changed.
    is_fresh: bool,
    /// By template.
    known: HashMap<Vec<u8>, u64>,
    /// What the common files of a profile are made of.
    common: HashMap<*const Profile, u64>,
}

impl<'a> Prints<'a> {
    /// Of templates as they were read last: what has just been rendered has them so.
    pub fn as_read(templates: &'a Templates, path_of: fn(&[u8]) -> PathBuf) -> Self {
        Prints { templates, path_of, is_fresh: false, known: HashMap::new(), common: HashMap::new() }
    }

    /// Of templates as they are now. Waits for their file systems.
    pub fn fresh(templates: &'a Templates, path_of: fn(&[u8]) -> PathBuf) -> Self {
        Prints { is_fresh: true, ..Self::as_read(templates, path_of) }
    }

    /// What the phone's file of that number is made of.
    pub fn of(&mut self, PrintKey(key): PrintKey, phone: &Evaluated, number: usize) -> u64 {
        let mut hash = SipHasher24::new_with_key(&key);
        hash.write_u64(phone.configured());
        if let Some(profile) = &phone.profile {
            hash.write_u64(profile.files.get(number).map_or(0, |each| self.of_template(&each.file.template)));
            hash.write_u64(self.of_common(profile));
        }
        hash.finish()
    }

    /// What all files of a profile are made of.
    pub fn of_profile(&mut self, profile: &Profile) -> u64 {
        profile.files.iter().fold(0u64, |sum, each| sum.rotate_left(1) ^ self.of_template(&each.file.template))
    }

    /// Files whose name is the same for every phone.
    fn of_common(&mut self, profile: &Arc<Profile>) -> u64 {
        if let Some(known) = self.common.get(&Arc::as_ptr(profile)) {
            return *known;
        }
        let common = profile.files.iter().filter(|each| each.name.is_constant());
        let made = common.fold(0u64, |sum, each| sum.rotate_left(1) ^ self.of_template(&each.file.template));
        self.common.insert(Arc::as_ptr(profile), made);
        made
    }

    /// A template, and those that it names.
    pub fn of_template(&mut self, name: &[u8]) -> u64 {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let (mut to_read, mut seen, mut made) = (vec![name.to_vec()], BTreeSet::new(), 0u64);
        while let Some(each) = to_read.pop() {
            if seen.len() == MOST_TEMPLATES || !seen.insert(each.clone()) {
                continue;
            }
            let found = self.template(&each);
            let text = found.as_ref().map_or(0, |template| template.hash());
            made = made.wrapping_add(xxh3_64_with_seed(&each, text));
            to_read.extend(found.iter().flat_map(|template| template.included()).map(<[u8]>::to_vec));
        }
        self.known.insert(name.to_vec(), made);
        made
    }

    fn template(&self, name: &[u8]) -> Option<Arc<Template>> {
        let held = if self.is_fresh { None } else { self.templates.held(name) };
        held.or_else(|| self.templates.load(name, &(self.path_of)(name)).ok())
    }
}

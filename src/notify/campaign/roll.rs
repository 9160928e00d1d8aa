//! The phones of a campaign, and where each is: counted as they move, because a fleet may be large.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::CStr;
use std::time::Instant;

/// How many phones of a campaign are where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// To be told, in their turn or once more.
    pub waiting: usize,
    /// Told, without an answer yet.
    pub asked: usize,
    /// Took the message, and have not come yet.
    pub taken: usize,
    /// Have no contact.
    pub away: usize,
    /// Have fetched what is new.
    pub fetched: usize,
    /// Refused the message, by status.
    pub refused: BTreeMap<u16, usize>,
    /// Did not come, or did not answer, however often they were told.
    pub given_up: usize,
}

/// Where one phone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the queue.
    Queued,
    /// To be told from then on.
    Later(Instant),
    /// Told.
    Asked,
    /// Took the message, and has until then to fetch.
    Taken(Instant),
    /// Of the first wave: has fetched, and has until then to be registered.
    Back(Instant),
    /// Without a contact.
    Away,
    Fetched,
    Refused(u16),
    GivenUp,
}

impl Place {
    /// When something is due of a phone there.
    fn due(self) -> Option<Instant> {
        match self {
            Place::Later(at) | Place::Taken(at) | Place::Back(at) => Some(at),
            _ => None,
        }
    }

    /// Whether a campaign has nothing more to do with a phone there; one that is away is told whenever it comes.
    fn is_done(self) -> bool {
        matches!(self, Place::Away | Place::Fetched | Place::Refused(_) | Place::GivenUp)
    }
}

/// What a phone is to the first wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wave {
    /// No part of it.
    Other,
    /// It is told in it.
    First,
    /// And took the message: it is on its way, or has come.
    Judged,
    /// And did not come in time.
    Missed,
}

/// One phone.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub place: Place,
    /// Which profile it is of.
    pub profile: usize,
    /// How often it was told.
    pub tries: u32,
    pub wave: Wave,
}

impl Entry {
    /// A phone in the queue that was `known` so. What it has not done stands against the first wave; what it has done, it has
    /// done with what was new then.
    pub fn to_tell(profile: usize, known: Option<Entry>) -> Self {
        let has_missed = known.is_some_and(|known| known.wave == Wave::Missed);
        Entry { place: Place::Queued, profile, tries: 0, wave: if has_missed { Wave::Missed } else { Wave::Other } }
    }
}

/// All of them.
#[derive(Debug, Default)]
pub struct Roll {
    phones: BTreeMap<Box<CStr>, Entry>,
    counts: Counts,
    /// How many there are with which there is something to do.
    open: usize,
    /// When something is due of whom.
    due: BTreeSet<(Instant, Box<CStr>)>,
}

impl Roll {
    /// A phone, if it is there.
    pub fn get(&self, phone: &CStr) -> Option<Entry> {
        self.phones.get(phone).copied()
    }

    /// Makes that of it.
    pub fn put(&mut self, phone: &CStr, entry: Entry) {
        let before = match self.phones.get_mut(phone) {
            Some(known) => Some(std::mem::replace(known, entry)),
            None => self.phones.insert(phone.into(), entry),
        };
        before.into_iter().for_each(|before| self.leave(phone, before.place));
        *self.counts.of(entry.place) += 1;
        self.open += usize::from(!entry.place.is_done());
        self.due.extend(entry.place.due().map(|at| (at, phone.into())));
    }

    /// Moves it, if it is there.
    pub fn place(&mut self, phone: &CStr, place: Place) {
        if let Some(entry) = self.get(phone) {
            self.put(phone, Entry { place, ..entry });
        }
    }

    /// Forgets it.
    pub fn remove(&mut self, phone: &CStr) {
        if let Some(entry) = self.phones.remove(phone) {
            self.leave(phone, entry.place);
        }
    }

    /// Forgets all, and gives them.
    pub fn take(&mut self) -> BTreeMap<Box<CStr>, Entry> {
        std::mem::take(self).phones
    }

    fn leave(&mut self, phone: &CStr, place: Place) {
        let count = self.counts.of(place);
        *count = count.saturating_sub(1);
        self.counts.refused.retain(|_, count| *count > 0);
        self.open = self.open.saturating_sub(usize::from(!place.is_done()));
        if let Some(at) = place.due() {
            self.due.remove(&(at, phone.into()));
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&CStr, &Entry)> {
        self.phones.iter().map(|(phone, entry)| (&**phone, entry))
    }

    pub fn is_empty(&self) -> bool {
        self.phones.is_empty()
    }

    /// Whether there is nothing more to do with any.
    pub fn is_done(&self) -> bool {
        self.open == 0
    }

    /// How many are where.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// When something is due of one.
    pub fn next(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// One of whom something is due, once: whoever asks moves it.
    pub fn take_due(&mut self, now: Instant) -> Option<(Box<CStr>, Entry)> {
        if self.next()? > now {
            return None;
        }
        let (_, phone) = self.due.pop_first()?;
        let entry = self.get(&phone)?;
        Some((phone, entry))
    }
}

impl Counts {
    fn of(&mut self, place: Place) -> &mut usize {
        match place {
            Place::Queued | Place::Later(_) => &mut self.waiting,
            Place::Asked => &mut self.asked,
            Place::Taken(_) => &mut self.taken,
            Place::Away => &mut self.away,
            Place::Back(_) | Place::Fetched => &mut self.fetched,
            Place::Refused(status) => self.refused.entry(status).or_default(),
            Place::GivenUp => &mut self.given_up,
        }
    }
}

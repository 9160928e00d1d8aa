//! The thread that reads the database: the only one that asks it, and the only owner of what it remembers of it.
//!
//! It is asked by messages and answers by messages, and it publishes what is known. A panic anywhere in it is logged, and it
//! goes on with the next message.

use super::ask::{Ask, Task, Waiting};
use super::keeper::Keeper;
use super::record::Shared;
use super::whole::{self, Whole};
use super::world::{Driver, News, Version};
use crate::mailbox::Note;
use crate::phone::database::belief::{self, Held};
use crate::phone::database::references::Reference;
use crate::phone::database::rows::{Lost, Rows};
use crate::phone::object_type::ObjectType;
use crate::phone::settings::Settings;
use std::collections::HashSet;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};

/// How long after a read the next one begins at the earliest, unless somebody asks.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
/// After so long without a read that was of one state, another is believed too: phones must not wait for ever.
const LONGEST_UNREST: Duration = Duration::from_secs(30);

/// Where tables are read again within this time, what memory a read leaves free is kept for the next one: to take it anew each time
/// is a quarter of a read.
const SOON: Duration = Duration::from_secs(10);

/// Whether the reader goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    GoOn,
    End,
}

/// What the database was found to have.
enum Found {
    /// What is believed, by its version.
    Unchanged,
    /// What is known, with one section as it is now.
    One(Rows),
    /// All tables.
    All(Whole),
}

/// The reader.
pub struct Reader<D> {
    asks: Receiver<Ask>,
    driver: Arc<D>,
    shared: Arc<Shared>,
    settings: Settings,
    keeper: Keeper,
    /// The version of what was last read, if it is known and all of that is believed.
    version: Option<Version>,
    /// What was named and not there in what was last read and taken for one state; `None` until something was.
    lacking: Option<HashSet<Reference>>,
    /// The types of which the driver does not give all rows.
    short: Vec<ObjectType>,
    /// How many rows were read whose memory has not been given back.
    left_behind: usize,
    /// When the last read ended, or this began.
    rested_since: Instant,
}

/// What has been asked for since the last read.
#[derive(Default)]
struct Asked {
    reads: Vec<(Task, Waiting<()>)>,
    peeks: Vec<Waiting<Option<Arc<Rows>>>>,
}

impl Asked {
    fn is_empty(&self) -> bool {
        self.reads.is_empty() && self.peeks.is_empty()
    }

    /// One read for all: of the one section that all of them are about, if there is one.
    fn task(&self) -> Task {
        let only = match self.reads.split_first() {
            Some(((first, _), others))
                if self.peeks.is_empty() && others.iter().all(|(task, _)| task.only == first.only) =>
            {
                first.only.clone()
            }
            _ => None,
        };
        // Whoever confirms it had better see what comes of it.
        Task { only, confirm: self.reads.iter().any(|(task, waiting)| task.confirm && waiting.still_waits()) }
    }
}

impl<D: Driver> Reader<D> {
    /// A reader of that database, asked through that channel.
    pub fn new(asks: Receiver<Ask>, driver: D, settings: Settings, shared: Arc<Shared>) -> Self {
        Reader {
            asks,
            driver: Arc::new(driver),
            shared,
            settings,
            keeper: Keeper::default(),
            version: None,
            lacking: None,
            short: Vec::new(),
            left_behind: 0,
            rested_since: Instant::now(),
        }
    }

    /// Does what is asked for and what is due, until it is told to end.
    pub fn run(&mut self) {
        let driver = Arc::clone(&self.driver);
        while driver.guard(Next::GoOn, || self.step()) == Next::GoOn {}
    }

    /// Waits for something to do, and does it.
    fn step(&mut self) -> Next {
        self.keeper.work(&*self.driver, &self.shared, self.settings.last_known_good);
        let mut asked = Asked::default();
        let due = self.due(jitter());
        let first = match [due, self.keeper.due()].into_iter().flatten().min() {
            Some(next) => match self.asks.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Err(RecvTimeoutError::Disconnected) => return Next::End,
                ask => ask.ok(),
            },
            None => match self.asks.recv() {
                Err(_) => return Next::End,
                ask => ask.ok(),
            },
        };
        let is_due = first.is_none() && due.is_some_and(|due| due <= Instant::now());
        let mut next = first;
        // Whoever has asked meanwhile is answered with the same read.
        while let Some(ask) = next {
            match ask {
                Ask::Read(task, waiting) => asked.reads.push((task, waiting)),
                Ask::Peek(waiting) => asked.peeks.push(waiting),
                Ask::Configure(settings) => self.configure(settings),
                Ask::Stop => return Next::End,
            }
            next = self.asks.try_recv().ok();
        }
        if is_due || !asked.is_empty() {
            self.read(asked, is_due);
        }
        Next::GoOn
    }

    fn configure(&mut self, settings: Settings) {
        if settings.last_known_good != self.settings.last_known_good
            && !(settings.last_known_good && self.shared.record.lock().from_file)
        {
            self.keeper.want();
        }
        self.settings = settings;
    }

    /// When to read although nobody asks.
    fn due(&self, jitter: f64) -> Option<Instant> {
        let record = self.shared.record.lock();
        let retry = record.fault.is_some().then_some(D::RETRY);
        let interval = [self.settings.refresh_interval, retry].into_iter().flatten().min();
        let next = interval.map(|interval| self.rested_since + interval.mul_f64(jitter));
        if retry.is_some() {
            return next;
        }
        let soon = self.rested_since + SHORTEST_PAUSE;
        // Whether a fall has lasted is found out by reading once more, when it has lasted long enough to be believed.
        let certain = record.held_back.iter().filter(|held| held.fall.is_certain());
        let confirm = certain.map(|held| (held.since + self.settings.confirm_after).max(soon)).min();
        let calm = record.unrest_since.map(|_| soon);
        [next, confirm, calm].into_iter().flatten().min()
    }

    /// Reads once, for all who ask, and for nobody if it is due.
    fn read(&mut self, asked: Asked, is_due: bool) {
        {
            let mut record = self.shared.record.lock();
            record.reads += 1;
            record.asking = Some(Instant::now());
        }
        self.shared.mailbox.post(Note::DatabaseAsked);
        let task = asked.task();
        let is_peek = asked.reads.is_empty() && !is_due;
        // A panic in it must leave nobody waiting, and the record as it is without a read.
        let driver = Arc::clone(&self.driver);
        let before = self.shared.believed.rows();
        let seen = driver.guard(None, || self.follow(&task, is_peek, &asked, before.as_ref()));
        self.rested_since = Instant::now();
        {
            let mut record = self.shared.record.lock();
            record.asking = None;
            record.is_said_slow = false;
        }
        self.shared.mailbox.post(Note::DatabaseAnswered);
        asked.reads.into_iter().for_each(|(_, waiting)| waiting.tell(()));
        asked.peeks.into_iter().for_each(|waiting| waiting.tell(seen.clone()));
        let was_read = match (&seen, &before) {
            (Some(seen), Some(before)) => !Arc::ptr_eq(seen, before),
            (seen, _) => seen.is_some(),
        };
        self.left_behind += seen.as_ref().filter(|_| was_read).map_or(0, |seen| seen.count_all());
        drop((seen, before));
        let is_soon = self.settings.refresh_interval.is_some_and(|interval| interval < SOON);
        if !was_read || !is_soon {
            self.driver.give_back(std::mem::take(&mut self.left_behind));
        }
    }

    /// Reads, judges, and hands on what is believed; answers what there was to see.
    fn follow(&mut self, task: &Task, is_peek: bool, asked: &Asked, before: Option<&Arc<Rows>>) -> Option<Arc<Rows>> {
        let started = Instant::now();
        let found = match self.ask_the_database(task, before.map(|before| &**before), asked.is_empty()) {
            Ok(found) => found,
            Err(fault) => {
                self.note_away(fault.to_string());
                return None;
            }
        };
        if is_peek || self.shared.is_off() {
            return match found {
                Found::Unchanged => before.cloned(),
                Found::One(rows) => Some(Arc::new(rows)),
                Found::All(whole) => Some(Arc::new(whole.reading.rows)),
            };
        }
        self.note_answer(started.elapsed());
        match found {
            Found::Unchanged => {
                self.keeper.confirm(&*self.driver, &self.shared);
                before.cloned()
            }
            // One section more or less is what was asked for. It says nothing of the others, nor of whether what was read
            // before is still so.
            Found::One(rows) => {
                let rows = Arc::new(rows);
                self.hand_on(Arc::clone(&rows), before, asked);
                Some(rows)
            }
            Found::All(whole) => Some(self.judge(whole, task.confirm, before, asked)),
        }
    }

    /// What there is to know of the database. `is_due` is whether nobody asked: then its version is enough, if that is what it
    /// was.
    fn ask_the_database(&self, task: &Task, before: Option<&Rows>, is_due: bool) -> Result<Found, D::Fault> {
        // One section's rows go into what is known; without that, all are read.
        if let (Some(only), Some(before)) = (&task.only, before) {
            if let Some(rows) = self.driver.read_one(only, before)? {
                return Ok(Found::One(rows));
            }
        }
        let version = self.driver.version()?;
        if is_due && version.is_some() && version == self.version {
            return Ok(Found::Unchanged);
        }
        whole::read(&*self.driver, version, self.lacking.as_ref(), &|| !self.shared.is_off()).map(Found::All)
    }

    /// Believes what can be believed of what was read; answers what was read.
    fn judge(&mut self, whole: Whole, confirm: bool, before: Option<&Arc<Rows>>, asked: &Asked) -> Arc<Rows> {
        let Whole { reading, is_one, version, lacking } = whole;
        let was_short = !self.short.is_empty();
        self.note_short(&reading);
        let has_rested = {
            let mut record = self.shared.record.lock();
            let since = *record.unrest_since.get_or_insert_with(Instant::now);
            if is_one {
                record.unrest_since = None;
            }
            since.elapsed() >= LONGEST_UNREST
        };
        if !is_one && has_rested {
            self.driver.tell(News::Unrest(LONGEST_UNREST));
            self.shared.record.lock().unrest_since = Some(Instant::now());
        } else if !is_one && before.is_some() {
            return Arc::new(reading.rows);
        }
        self.lacking = Some(lacking);

        let known = std::mem::take(&mut self.shared.record.lock().held_back);
        let after = self.settings.confirm_after;
        let held = match confirm {
            true => Vec::new(),
            false => belief::judge(before.map(|before| &**before), &reading, &known, Instant::now(), after),
        };
        let is_news = |held: &&Held| {
            let fall = held.fall;
            !known.iter().any(|known| known.fall.of == fall.of && fall.after >= known.fall.after.div_ceil(2))
        };
        held.iter().filter(is_news).for_each(|held| self.driver.tell(News::HeldBack(held.fall, after)));
        let is_other = before.is_some_and(|before| **before != reading.rows);
        if version.is_some() && version == self.version && is_other && !was_short {
            self.driver.tell(News::VersionStands);
        }
        self.version = version.filter(|_| held.is_empty());
        let seen = Arc::new(reading.rows);
        let believed = match before.filter(|_| !held.is_empty()) {
            Some(before) => Arc::new(belief::without(held.iter().map(|held| held.fall), &seen, before)),
            None => Arc::clone(&seen),
        };
        let was_from_file = {
            let mut record = self.shared.record.lock();
            record.held_back = held;
            std::mem::take(&mut record.from_file)
        };
        if was_from_file {
            self.keeper.want();
        }
        self.hand_on(believed, before, asked);
        seen
    }

    /// Has everybody go by those rows.
    fn hand_on(&mut self, rows: Arc<Rows>, before: Option<&Arc<Rows>>, asked: &Asked) {
        // Rows that are the same stay those that there are.
        if before == Some(&rows) {
            if self.shared.record.lock().held_back.is_empty() {
                self.keeper.confirm(&*self.driver, &self.shared);
            }
            return;
        }
        self.shared.believed.set(Some(rows));
        if !self.shared.record.lock().from_file {
            self.keeper.want();
        }
        // Whoever still waits will sync by itself, with what has just been set.
        if !asked.reads.iter().any(|(_, waiting)| waiting.still_waits()) {
            self.shared.mailbox.post(Note::DatabaseSpoke);
        }
    }

    /// The database was read, in that time.
    fn note_answer(&mut self, took: Duration) {
        let was_away = {
            let mut record = self.shared.record.lock();
            record.last = Some((SystemTime::now(), took));
            record.fault.take().is_some() || record.is_said_slow
        };
        if was_away {
            self.driver.tell(News::Back);
        }
    }

    /// Says of which types the driver does not give all rows, once.
    fn note_short(&mut self, reading: &belief::Reading) {
        let short: Vec<(ObjectType, usize)> = reading.short().collect();
        for &(of, counted) in short.iter().filter(|(kind, _)| !self.short.contains(kind)) {
            self.driver.tell(News::Short { of, counted, given: reading.rows.count(Lost::Rows(of)) });
        }
        self.short = short.into_iter().map(|(kind, _)| kind).collect();
    }

    fn note_away(&mut self, fault: String) {
        if self.shared.is_off() {
            return;
        }
        // What answers next may be another database, or one that was restored.
        self.version = None;
        let is_new = {
            let mut record = self.shared.record.lock();
            record.fault.replace(fault.clone()).as_ref() != Some(&fault)
        };
        if is_new {
            self.driver.tell(News::Away(fault, D::RETRY));
        }
    }
}

/// Nodes that were started together shall not ask together: a factor of up to a tenth more or less.
fn jitter() -> f64 {
    let random = RandomState::new().build_hasher().finish();
    0.9 + 0.2 * (random as f64 / u64::MAX as f64)
}

//! The thread that reads the database: the only one that asks it, and the only owner of what it remembers of it.
//!
//! It is asked by messages and answers by messages, and it publishes what is known. A panic anywhere in it is logged, and it
//! goes on with the next message.

use super::ask::{Ask, Task, Waiting};
use super::record::Shared;
use super::tables::{self, Tables};
use super::{file, told};
use crate::asterisk::callback::guard;
use crate::mailbox::Note;
use crate::phone::belief::{self, Verdict};
use crate::phone::object_type::ObjectType;
use crate::phone::rows::Rows;
use crate::phone::settings::Settings;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};

/// How long after a read that failed the next one is tried, whatever the interval.
const RETRY: Duration = Duration::from_secs(10);
/// How long after a read the next one begins at the earliest, unless somebody asks.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// Whether the reader goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    GoOn,
    End,
}

/// The reader.
pub struct Reader {
    asks: Receiver<Ask>,
    tables: Tables,
    shared: Arc<Shared>,
    settings: Settings,
    /// What of the believed rows the file should have and has not.
    to_save: bool,
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

impl Reader {
    /// A reader of those tables, asked through that channel.
    pub fn new(asks: Receiver<Ask>, tables: Tables, settings: Settings, shared: Arc<Shared>) -> Self {
        Reader { asks, tables, shared, settings, to_save: false, rested_since: Instant::now() }
    }

    /// Does what is asked for and what is due, until it is told to end.
    pub fn run(&mut self) {
        while guard("reading the database", Next::GoOn, || self.step()) == Next::GoOn {}
    }

    /// Waits for something to do, and does it.
    fn step(&mut self) -> Next {
        if std::mem::take(&mut self.to_save) {
            self.save();
        }
        let mut asked = Asked::default();
        let due = self.due(jitter());
        let first = match due {
            Some(due) => match self.asks.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Err(RecvTimeoutError::Disconnected) => return Next::End,
                ask => ask.ok(),
            },
            None => match self.asks.recv() {
                Err(_) => return Next::End,
                ask => ask.ok(),
            },
        };
        let is_due = first.is_none();
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
        if settings.last_known_good && !self.settings.last_known_good {
            self.to_save = !self.shared.record.lock().from_file;
        }
        self.settings = settings;
    }

    fn save(&self) {
        if !self.settings.last_known_good {
            return;
        }
        if let Some(rows) = self.shared.believed.rows() {
            file::save(&rows);
        }
    }

    /// When to read although nobody asks.
    fn due(&self, jitter: f64) -> Option<Instant> {
        let record = self.shared.record.lock();
        let retry = record.fault.is_some().then_some(RETRY);
        let interval = [self.settings.refresh_interval, retry].into_iter().flatten().min();
        let next = interval.map(|interval| self.rested_since + interval.mul_f64(jitter));
        // Whether a fall has lasted is found out by reading once more, when it has lasted long enough to be believed.
        let held_back = record.held_back.filter(|(fall, _)| fall.is_certain && retry.is_none());
        let confirm =
            held_back.map(|(_, since)| (since + self.settings.confirm_after).max(self.rested_since + SHORTEST_PAUSE));
        [next, confirm].into_iter().flatten().min()
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
        let seen = guard("reading the database", None, || self.follow(&task, is_peek, &asked));
        self.rested_since = Instant::now();
        {
            let mut record = self.shared.record.lock();
            record.asking = None;
            record.is_said_slow = false;
        }
        self.shared.mailbox.post(Note::DatabaseAnswered);
        asked.reads.into_iter().for_each(|(_, waiting)| waiting.tell(()));
        asked.peeks.into_iter().for_each(|waiting| waiting.tell(seen.clone()));
    }

    /// Reads, judges, and hands on what is believed; answers what there was to see.
    fn follow(&mut self, task: &Task, is_peek: bool, asked: &Asked) -> Option<Arc<Rows>> {
        let started = Instant::now();
        let before = self.shared.believed.rows();
        let (rows, doubtful, is_one) = match self.ask_the_database(task, before.as_deref()) {
            Ok(found) => found,
            Err(fault) => {
                self.note_away(&fault);
                return None;
            }
        };
        let rows = Arc::new(rows);
        if is_peek || self.shared.is_off() {
            return Some(rows);
        }

        let held = self.shared.record.lock().held_back;
        // One section more or less is what was asked for.
        let verdict = if task.confirm || is_one {
            Verdict::Believed
        } else {
            let after = self.settings.confirm_after;
            let since = held.map(|(_, since)| since);
            belief::judge(before.as_deref(), &rows, &doubtful, since, Instant::now(), after)
        };
        let (was_away, was_from_file) = {
            let mut record = self.shared.record.lock();
            let was_away = record.fault.take().is_some() || record.is_said_slow;
            let was_from_file = record.from_file;
            record.last = Some((SystemTime::now(), started.elapsed()));
            match verdict {
                // One section says nothing of the others, nor of whether what was read before is still so.
                Verdict::Believed if is_one => {}
                Verdict::Believed => {
                    record.held_back = None;
                    record.from_file = false;
                }
                Verdict::HeldBack(fall) => {
                    record.held_back = Some((fall, held.map_or(Instant::now(), |(_, since)| since)));
                }
            }
            (was_away, was_from_file)
        };
        if was_away {
            told::back();
        }
        match verdict {
            Verdict::Believed => {
                let is_new = before.as_deref() != Some(&*rows);
                self.shared.believed.set(Some(Arc::clone(&rows)));
                if is_new || was_from_file {
                    self.to_save = !self.shared.record.lock().from_file;
                    // Whoever still waits will sync by itself, with what has just been set.
                    if !asked.reads.iter().any(|(_, waiting)| waiting.still_waits()) {
                        self.shared.mailbox.post(Note::DatabaseSpoke);
                    }
                }
            }
            Verdict::HeldBack(fall) if held.is_none() => told::held_back(fall, self.settings.confirm_after),
            Verdict::HeldBack(_) => {}
        }
        Some(rows)
    }

    /// The rows, the types of which nobody knows whether they have any, and whether only one section was asked for.
    fn ask_the_database(
        &self,
        task: &Task,
        before: Option<&Rows>,
    ) -> Result<(Rows, Vec<ObjectType>, bool), tables::Fault> {
        // One section's rows go into what is known; without that, all are read.
        if let (Some(only), Some(before)) = (&task.only, before) {
            if let Some(rows) = self.tables.read_one(only, before)? {
                return Ok((rows, Vec::new(), true));
            }
        }
        let (rows, doubtful) = self.tables.read_all(|| !self.shared.is_off())?;
        Ok((rows, doubtful, false))
    }

    fn note_away(&self, fault: &tables::Fault) {
        if self.shared.is_off() {
            return;
        }
        let fault = fault.to_string();
        let is_new = {
            let mut record = self.shared.record.lock();
            record.fault.replace(fault.clone()).as_ref() != Some(&fault)
        };
        if is_new {
            told::away(&fault, RETRY);
        }
    }
}

/// Nodes that were started together shall not ask together: a factor of up to a tenth more or less.
fn jitter() -> f64 {
    let random = RandomState::new().build_hasher().finish();
    0.9 + 0.2 * (random as f64 / u64::MAX as f64)
}

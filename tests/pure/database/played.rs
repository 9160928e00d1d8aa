//! A database that is played, and whoever asks the reader of it.

use super::ask::{Answer as Answered, Ask, Task, Waiting};
use super::reader::Reader;
use super::record::{Record, Shared};
use super::world::{Driver, News, Version};
use crate::believed::Believed;
use crate::mailbox::Mailbox;
use crate::phone::database::belief::Reading;
use crate::phone::database::rows::{Lost, Rows};
use crate::phone::object_type::ObjectType;
use crate::phone::settings::Settings;
use parking_lot::Mutex;
use std::ffi::{CStr, CString};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

pub const RETRY: Duration = Duration::from_millis(20);
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A database that answers what it is told to, in order, and then that it is away.
#[derive(Default)]
pub struct Played {
    pub answers: Mutex<Vec<Answer>>,
    /// What it says of its version each time, in order; the last one for ever. Nothing, if there are none.
    pub versions: Mutex<Vec<&'static CStr>>,
    pub news: Mutex<Vec<News>>,
    /// What was saved, deleted and confirmed.
    pub kept: Mutex<Vec<Kept>>,
    /// How often keeping something fails from now on.
    pub failures: Mutex<usize>,
    pub queries: Mutex<Queries>,
    /// After how many rows memory was given back.
    pub given_back: Mutex<Vec<usize>>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Kept {
    Saved(usize),
    Forgotten,
    Confirmed,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queries {
    pub versions: usize,
    pub tables: usize,
}

pub enum Answer {
    Rows(usize),
    All(Box<Reading>),
    Panic,
    /// When somebody says so.
    Wait(Receiver<()>),
}

/// So many sections.
pub fn rows(count: usize) -> Rows {
    let mut rows = Rows::default();
    let row = |number: usize| (CString::new(number.to_string()).unwrap(), [(c"mac", c"1")].into_iter().collect());
    rows.set(ObjectType::Phoneprov, (0..count).map(row).collect());
    rows
}

impl Driver for Arc<Played> {
    type Fault = &'static str;
    const RETRY: Duration = RETRY;

    fn version(&self) -> Result<Option<Version>, Self::Fault> {
        self.queries.lock().versions += 1;
        let mut versions = self.versions.lock();
        let version = if versions.len() > 1 { Some(versions.remove(0)) } else { versions.first().copied() };
        Ok(version.map(|version| [(c"version", version)].into_iter().collect()))
    }

    fn read_all(&self, _is_wanted: &dyn Fn() -> bool) -> Result<Reading, Self::Fault> {
        self.queries.lock().tables += 1;
        let of = |rows| Reading { rows, ..Reading::default() };
        let mut answers = self.answers.lock();
        let answer = (!answers.is_empty()).then(|| answers.remove(0));
        drop(answers);
        match answer {
            Some(Answer::Rows(count)) => Ok(of(rows(count))),
            Some(Answer::All(reading)) => Ok(*reading),
            Some(Answer::Panic) => unreachable!("as a test wants it"),
            Some(Answer::Wait(until)) => {
                let _ = until.recv();
                Ok(of(rows(1)))
            }
            None => Err("away"),
        }
    }

    fn read_one(&self, _id: &CStr, _known: &Rows) -> Result<Option<Rows>, Self::Fault> {
        Ok(None)
    }

    fn pause(&self, _time: Duration) {}

    fn save(&self, rows: &Rows) -> Result<(), String> {
        self.keep(Kept::Saved(rows.count(Lost::Rows(ObjectType::Phoneprov))))
    }

    fn confirm(&self, _time: SystemTime) {
        self.kept.lock().push(Kept::Confirmed);
    }

    fn forget(&self) -> Result<(), String> {
        self.keep(Kept::Forgotten)
    }

    fn give_back(&self, rows: usize) {
        self.given_back.lock().extend((rows > 0).then_some(rows));
    }

    fn tell(&self, news: News) {
        self.news.lock().push(news);
    }

    fn guard<R>(&self, safe_answer: R, work: impl FnOnce() -> R) -> R {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or(safe_answer)
    }
}

impl Played {
    fn keep(&self, what: Kept) -> Result<(), String> {
        let mut failures = self.failures.lock();
        if *failures > 0 {
            *failures -= 1;
            return Err("no room".into());
        }
        self.kept.lock().push(what);
        Ok(())
    }
}

/// Where the reader is asked.
pub struct Desk {
    pub asks: Sender<Ask>,
    pub shared: Arc<Shared>,
    pub played: Arc<Played>,
    thread: JoinHandle<()>,
}

/// A reader whose file is wanted and that looks by itself never.
pub const SETTINGS: Settings = Settings { last_known_good: true, ..Settings::DEFAULT };

pub fn start(answers: Vec<Answer>) -> Desk {
    start_with(Played { answers: Mutex::new(answers), ..Played::default() }, SETTINGS)
}

pub fn start_with(played: Played, settings: Settings) -> Desk {
    let played = Arc::new(played);
    let shared = Arc::new(Shared::new(Record::default(), Arc::new(Believed::default()), Arc::new(Mailbox::default())));
    let (asks, asked) = mpsc::channel();
    let mut reader = Reader::new(asked, Arc::clone(&played), settings, Arc::clone(&shared));
    let thread = std::thread::spawn(move || reader.run());
    Desk { asks, shared, played, thread }
}

impl Desk {
    pub fn ask(&self) -> Answered<()> {
        let (waiting, answer) = Waiting::new();
        self.asks.send(Ask::Read(Task::all(), waiting)).unwrap();
        answer
    }

    pub fn read(&self, patience: Duration) -> Result<(), RecvTimeoutError> {
        self.ask().wait(patience)
    }

    /// How many sections are believed.
    pub fn believed(&self) -> usize {
        self.shared.believed.rows().map_or(0, |rows| rows.count(Lost::Rows(ObjectType::Phoneprov)))
    }

    pub fn stop(self) -> Vec<News> {
        self.asks.send(Ask::Stop).unwrap();
        self.thread.join().unwrap();
        self.played.news.lock().clone()
    }
}

/// Waits until that holds.
pub fn eventually(holds: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}

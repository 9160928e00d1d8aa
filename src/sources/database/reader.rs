//! The thread that reads the database: the only one that asks it, and the only owner of what it remembers of it.
//!
//! It is asked by messages and answers by messages, and it publishes what is known. A panic anywhere in it is logged, and it
//! goes on with the next message.

use super::ask::{Ask, Task, Waiting};
use super::record::Shared;
use crate::mailbox::Note;
use crate::phone::belief::{self, Verdict};
use crate::phone::object_type::ObjectType;
use crate::phone::rows::{Fall, Rows};
use crate::phone::settings::Settings;
use std::ffi::CStr;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};

/// How long after a read that failed the next one is tried, whatever the interval.
const RETRY: Duration = Duration::from_secs(10);
/// How long after a read the next one begins at the earliest, unless somebody asks.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// What there is to say of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It could not be read, for a reason that is not the last one; it is asked again after that time.
    Away(String, Duration),
    /// It answers again.
    Back,
    /// A fall is held back until it has lasted for so long.
    HeldBack(Fall, Duration),
}

/// The world of the reader: the database, the file, and whoever hears of them.
pub trait Driver {
    /// Why the database could not be read.
    type Fault: fmt::Display;
    /// Reads all tables, as long as that is wanted, and tells of which types nobody knows whether they have any rows. Waits.
    fn read_all(&self, is_wanted: &dyn Fn() -> bool) -> Result<(Rows, Vec<ObjectType>), Self::Fault>;
    /// Reads one section with what it names into a copy of what is known; `None` if that does not tell what there is to know.
    /// Waits.
    fn read_one(&self, id: &CStr, known: &Rows) -> Result<Option<Rows>, Self::Fault>;
    /// Keeps rows for a start without the database.
    fn save(&self, rows: &Rows);
    /// Says it.
    fn tell(&self, news: News);
    /// Runs something in which a panic is logged and answered with `safe_answer`.
    fn guard<R>(&self, safe_answer: R, work: impl FnOnce() -> R) -> R;
}

/// Whether the reader goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    GoOn,
    End,
}

/// The reader.
pub struct Reader<D> {
    asks: Receiver<Ask>,
    driver: Arc<D>,
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

impl<D: Driver> Reader<D> {
    /// A reader of that database, asked through that channel.
    pub fn new(asks: Receiver<Ask>, driver: D, settings: Settings, shared: Arc<Shared>) -> Self {
        let driver = Arc::new(driver);
        Reader { asks, driver, shared, settings, to_save: false, rested_since: Instant::now() }
    }

    /// Does what is asked for and what is due, until it is told to end.
    pub fn run(&mut self) {
        let driver = Arc::clone(&self.driver);
        while driver.guard(Next::GoOn, || self.step()) == Next::GoOn {}
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
            self.driver.save(&rows);
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
        let driver = Arc::clone(&self.driver);
        let seen = driver.guard(None, || self.follow(&task, is_peek, &asked));
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
                self.note_away(fault.to_string());
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
            self.driver.tell(News::Back);
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
            Verdict::HeldBack(fall) if held.is_none() => {
                self.driver.tell(News::HeldBack(fall, self.settings.confirm_after));
            }
            Verdict::HeldBack(_) => {}
        }
        Some(rows)
    }

    /// The rows, the types of which nobody knows whether they have any, and whether only one section was asked for.
    fn ask_the_database(&self, task: &Task, before: Option<&Rows>) -> Result<(Rows, Vec<ObjectType>, bool), D::Fault> {
        // One section's rows go into what is known; without that, all are read.
        if let (Some(only), Some(before)) = (&task.only, before) {
            if let Some(rows) = self.driver.read_one(only, before)? {
                return Ok((rows, Vec::new(), true));
            }
        }
        let (rows, doubtful) = self.driver.read_all(&|| !self.shared.is_off())?;
        Ok((rows, doubtful, false))
    }

    fn note_away(&self, fault: String) {
        if self.shared.is_off() {
            return;
        }
        let is_new = {
            let mut record = self.shared.record.lock();
            record.fault.replace(fault.clone()).as_ref() != Some(&fault)
        };
        if is_new {
            self.driver.tell(News::Away(fault, RETRY));
        }
    }
}

/// Nodes that were started together shall not ask together: a factor of up to a tenth more or less.
fn jitter() -> f64 {
    let random = RandomState::new().build_hasher().finish();
    0.9 + 0.2 * (random as f64 / u64::MAX as f64)
}

#[cfg(test)]
mod tests {
    use super::super::record::Record;
    use super::*;
    use crate::believed::Believed;
    use crate::mailbox::Mailbox;
    use parking_lot::Mutex;
    use std::ffi::CString;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::mpsc::{self, RecvTimeoutError, Sender};

    const PATIENCE: Duration = Duration::from_secs(60);

    /// A database that answers what it is told to, in order, and then that it is away.
    #[derive(Default)]
    struct Played {
        answers: Mutex<Vec<Answer>>,
        news: Mutex<Vec<News>>,
        saved: Mutex<usize>,
    }

    enum Answer {
        Rows(usize),
        Panic,
        /// When somebody says so.
        Wait(Receiver<()>),
    }

    fn rows(count: usize) -> Rows {
        let mut rows = Rows::default();
        let row = |number: usize| (CString::new(number.to_string()).unwrap(), [(c"mac", c"1")].into_iter().collect());
        rows.set(ObjectType::Phoneprov, (0..count).map(row).collect());
        rows
    }

    impl Driver for Arc<Played> {
        type Fault = &'static str;

        fn read_all(&self, _is_wanted: &dyn Fn() -> bool) -> Result<(Rows, Vec<ObjectType>), Self::Fault> {
            let mut answers = self.answers.lock();
            let answer = (!answers.is_empty()).then(|| answers.remove(0));
            drop(answers);
            match answer {
                Some(Answer::Rows(count)) => Ok((rows(count), Vec::new())),
                Some(Answer::Panic) => unreachable!("as a test wants it"),
                Some(Answer::Wait(until)) => {
                    let _ = until.recv();
                    Ok((rows(1), Vec::new()))
                }
                None => Err("away"),
            }
        }

        fn read_one(&self, _id: &CStr, _known: &Rows) -> Result<Option<Rows>, Self::Fault> {
            Ok(None)
        }

        fn save(&self, _rows: &Rows) {
            *self.saved.lock() += 1;
        }

        fn tell(&self, news: News) {
            self.news.lock().push(news);
        }

        fn guard<R>(&self, safe_answer: R, work: impl FnOnce() -> R) -> R {
            catch_unwind(AssertUnwindSafe(work)).unwrap_or(safe_answer)
        }
    }

    struct Desk {
        asks: Sender<Ask>,
        shared: Arc<Shared>,
        played: Arc<Played>,
        thread: std::thread::JoinHandle<()>,
    }

    fn start(answers: Vec<Answer>) -> Desk {
        let played = Arc::new(Played { answers: Mutex::new(answers), ..Played::default() });
        let shared =
            Arc::new(Shared::new(Record::default(), Arc::new(Believed::default()), Arc::new(Mailbox::default())));
        let (asks, asked) = mpsc::channel();
        let settings = Settings { last_known_good: true, ..Settings::DEFAULT };
        let mut reader = Reader::new(asked, Arc::clone(&played), settings, Arc::clone(&shared));
        let thread = std::thread::spawn(move || reader.run());
        Desk { asks, shared, played, thread }
    }

    impl Desk {
        fn read(&self, patience: Duration) -> Result<(), RecvTimeoutError> {
            let (waiting, answer) = Waiting::new();
            self.asks.send(Ask::Read(Task::all(), waiting)).unwrap();
            answer.wait(patience)
        }

        fn believed(&self) -> usize {
            self.shared.believed.rows().map_or(0, |rows| rows.table(ObjectType::Phoneprov).map_or(0, Vec::len))
        }

        fn stop(self) -> Vec<News> {
            self.asks.send(Ask::Stop).unwrap();
            self.thread.join().unwrap();
            self.played.news.lock().clone()
        }
    }

    #[test]
    fn a_panic_leaves_nobody_waiting_and_the_next_read_works() {
        let desk = start(vec![Answer::Rows(3), Answer::Panic, Answer::Rows(4)]);
        assert_eq!(desk.read(PATIENCE), Ok(()));
        assert_eq!(desk.read(PATIENCE), Ok(()), "whoever waits is answered");
        assert!(desk.shared.record.lock().asking.is_none());
        assert_eq!(desk.believed(), 3);
        assert_eq!(desk.read(PATIENCE), Ok(()));
        assert_eq!(desk.believed(), 4);
        assert_eq!(desk.stop(), []);
    }

    #[test]
    fn a_fall_is_held_back_and_told_once() {
        let desk = start(vec![Answer::Rows(100), Answer::Rows(3), Answer::Rows(3)]);
        (0..3).for_each(|_| desk.read(PATIENCE).unwrap());
        assert_eq!(desk.believed(), 100);
        assert!(matches!(desk.stop().as_slice(), [News::HeldBack(Fall { before: 100, after: 3, .. }, _)]));
    }

    #[test]
    fn an_outage_is_told_once_and_so_is_its_end() {
        let desk = start(vec![]);
        (0..3).for_each(|_| desk.read(PATIENCE).unwrap());
        desk.played.answers.lock().push(Answer::Rows(1));
        desk.read(PATIENCE).unwrap();
        assert_eq!(desk.stop(), [News::Away("away".into(), RETRY), News::Back]);
    }

    #[test]
    fn whoever_loses_patience_is_followed_by_the_worker_instead() {
        let (go_on, until) = mpsc::channel();
        let desk = start(vec![Answer::Wait(until)]);
        assert_eq!(desk.read(Duration::from_millis(1)), Err(RecvTimeoutError::Timeout));
        drop(go_on);
        let deadline = Instant::now() + PATIENCE;
        let mut notes = Vec::new();
        while !notes.iter().any(|note| matches!(note, Note::DatabaseSpoke)) && Instant::now() < deadline {
            let mail = desk.shared.mailbox.wait(Some(deadline), true).unwrap();
            notes.extend(mail.letters.into_iter().map(|letter| letter.note));
        }
        assert!(notes.iter().any(|note| matches!(note, Note::DatabaseSpoke)), "{notes:?}");
        assert_eq!(desk.believed(), 1);
        desk.stop();
    }

    #[test]
    fn those_who_ask_while_it_is_read_are_answered_with_one_more_read() {
        let (go_on, until) = mpsc::channel();
        let desk = start(vec![Answer::Wait(until), Answer::Rows(2)]);
        let answers: Vec<_> = (0..20)
            .map(|_| {
                let (waiting, answer) = Waiting::new();
                desk.asks.send(Ask::Read(Task::all(), waiting)).unwrap();
                answer
            })
            .collect();
        drop(go_on);
        answers.into_iter().for_each(|answer| answer.wait(PATIENCE).unwrap());
        assert!(desk.shared.record.lock().reads <= 3, "not one for each");
        desk.stop();
    }
}

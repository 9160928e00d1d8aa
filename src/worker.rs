//! The thread that follows changes: it waits until the configuration is quiet again and then syncs.
//!
//! Observers only note what happened ([`Worker::note`]). Nobody ever waits for this thread, because it waits for the module
//! list's lock (see [`crate::sync`]); unload tells it to end, and whatever it still does finds the module off.

use crate::ami::events;
use crate::asterisk::callback::guard;
use crate::asterisk::module;
use crate::asterisk::sorcery::observer::Event;
use crate::database::{self, Task};
use crate::sync::{self, Busy, Cause, Nested, Report};
use parking_lot::{Condvar, Mutex};
use std::cell::Cell;
use std::io;
use std::time::{Duration, Instant};

/// A burst of changes (a portal that writes a phone's endpoint, auth and section one after the other) is one change: it is
/// over when nothing has come for so long.
const QUIET: Duration = Duration::from_millis(50);
/// A burst that does not end is followed all the same.
const LONGEST_BURST: Duration = Duration::from_millis(500);
/// No reload of all types takes as long; whoever has begun one and not ended it never will.
const LONGEST_RELOAD: Duration = Duration::from_secs(120);
/// How long to wait after having been told that another thread reloads a module.
const RETRY: Duration = Duration::from_millis(200);
/// How long to wait after something went wrong that should not.
const RETRY_AFTER_FAULT: Duration = Duration::from_secs(10);

/// What has been noted and not yet been followed.
struct Noted {
    changes: Option<Changes>,
    /// Reloads of all types that have not ended yet: how many, and when the last one began.
    open: usize,
    last_began: Option<Instant>,
    /// How many have ever begun.
    reloads: u64,
    /// The running worker's number; another one's has to end.
    running: u64,
    /// What syncs have done that has not been told over AMI.
    reports: Vec<Report>,
}

/// Changes that have not been followed.
#[derive(Clone, Copy)]
struct Changes {
    /// When the first came.
    first: Instant,
    /// When to follow them.
    due: Instant,
    /// Whether all that is new was read from the database.
    from_database: bool,
}

static NOTED: Mutex<Noted> =
    Mutex::new(Noted { changes: None, open: 0, last_began: None, reloads: 0, running: 0, reports: Vec::new() });
static WAKE: Condvar = Condvar::new();

thread_local! {
    static IS_WORKER: Cell<bool> = const { Cell::new(false) };
}

/// Whether the calling thread is a worker's.
pub fn is_this_thread() -> bool {
    IS_WORKER.get()
}

/// The running worker; dropping it tells it to end and does not wait.
#[derive(Debug)]
pub struct Worker(());

impl Worker {
    /// Starts the thread.
    pub fn start() -> io::Result<Self> {
        let number = {
            let mut noted = NOTED.lock();
            noted.running += 1;
            noted.changes = None;
            noted.open = 0;
            noted.reports.clear();
            noted.running
        };
        std::thread::Builder::new().name("phoneprov sync".into()).spawn(move || {
            IS_WORKER.set(true);
            while let Some(work) = wait_for_work(number) {
                // A panic in one piece of work, which its guard has logged, must not end the following of changes.
                guard("worker", (), || match work {
                    Work::Follow { reloads, from_database } => follow(reloads, from_database),
                    Work::Tell(reports) => reports.iter().for_each(events::tell),
                    Work::SayThatTheDatabaseIsSilent => database::say_silent(),
                });
            }
        })?;
        Ok(Worker(()))
    }

    /// Has the worker look again after something went wrong that should not.
    pub fn note_fault() {
        follow_in(RETRY_AFTER_FAULT);
    }

    /// Notes what happened. Runs in sorcery's threads, under its locks; takes ours for a moment.
    pub fn note(event: Event) {
        match event {
            Event::Changed => follow_in(QUIET),
            Event::ReloadBegins => {
                let mut noted = NOTED.lock();
                noted.open += 1;
                noted.last_began = Some(Instant::now());
                noted.reloads += 1;
            }
            Event::ReloadEnds => {
                let mut noted = NOTED.lock();
                noted.open = noted.open.saturating_sub(1);
                drop(noted);
                follow_in(QUIET);
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        NOTED.lock().running += 1;
        WAKE.notify_all();
    }
}

fn follow_in(delay: Duration) {
    note_changes(delay, false);
}

/// The database was read, and says something new. Any thread.
pub fn note_database() {
    note_changes(Duration::ZERO, true);
}

fn note_changes(delay: Duration, from_database: bool) {
    let now = Instant::now();
    let mut noted = NOTED.lock();
    let before = noted.changes;
    let first = before.map_or(now, |changes| changes.first);
    let due = (now + delay).min(first + LONGEST_BURST.max(delay));
    let from_database = from_database && before.is_none_or(|changes| changes.from_database);
    noted.changes = Some(Changes { first, due, from_database });
    WAKE.notify_all();
}

/// Has the worker look again when it has to be up. Any thread.
pub fn look_again() {
    // Whoever is about to wait has the lock.
    let _noted = NOTED.lock();
    WAKE.notify_all();
}

/// Has the worker tell of a sync over AMI, with no lock of anybody's held. Any thread.
pub fn announce(report: Report) {
    if report.changes.count() > 0 || !report.new.is_empty() {
        NOTED.lock().reports.push(report);
        WAKE.notify_all();
    }
}

fn follow(reloads: u64, from_database: bool) {
    let settled = || NOTED.lock().reloads == reloads;
    let cause = if from_database { Cause::Database } else { Cause::Change };
    if !from_database {
        // Whoever reloads expects the database to be read, too.
        database::read(Task::all(), database::PATIENCE);
    }
    match module::with_list_locked(|| sync::sync(cause, settled, Nested::No)) {
        Some(Ok(())) => {}
        Some(Err(Busy)) => note_changes(RETRY, from_database),
        // No memory, or a panic, which its guard has logged: it must not end the following of changes.
        None => follow_in(RETRY_AFTER_FAULT),
    }
}

/// What the worker has to do.
enum Work {
    /// There are changes, and it is quiet; so many reloads had begun by then.
    Follow {
        reloads: u64,
        from_database: bool,
    },
    Tell(Vec<Report>),
    SayThatTheDatabaseIsSilent,
}

/// Waits for work; `None` if this worker has to end.
fn wait_for_work(number: u64) -> Option<Work> {
    let mut noted = NOTED.lock();
    while noted.running == number {
        if !noted.reports.is_empty() {
            return Some(Work::Tell(std::mem::take(&mut noted.reports)));
        }
        // Taken with our lock held, so that whoever begins a read after this wakes us (`look_again`).
        let silence = database::silence_begins();
        let due = noted.changes.map(|changes| match noted.last_began {
            Some(began) if noted.open > 0 => changes.due.max(began + LONGEST_RELOAD),
            _ => changes.due,
        });
        if let (Some(changes), Some(due)) = (noted.changes, due)
            && due <= Instant::now()
        {
            noted.changes = None;
            noted.open = 0;
            return Some(Work::Follow { reloads: noted.reloads, from_database: changes.from_database });
        }
        if silence.is_some_and(|silence| silence <= Instant::now()) {
            return Some(Work::SayThatTheDatabaseIsSilent);
        }
        match [due, silence].into_iter().flatten().min() {
            Some(until) => {
                WAKE.wait_until(&mut noted, until);
            }
            None => WAKE.wait(&mut noted),
        }
    }
    None
}

//! Phones in a database: reads its tables in a thread of its own, and decides what of it is believed.
//!
//! Nobody else asks the database: everybody goes by the rows that were last believed ([`current`]). So a database that is
//! slow or away holds up this thread and nothing else, and what was served goes on being served.
//!
//! The thread takes no lock of ours while it asks, and never the module list's, and nobody waits for it without a limit.

mod file;
mod read;

use crate::asterisk::callback::guard;
use crate::asterisk::logger::{error, notice, warning};
use crate::asterisk::manager::{self, Class};
use crate::phone::belief::{self, Verdict};
use crate::phone::object_type::ObjectType;
use crate::phone::rows::{Fall, Lost, Rows};
use crate::phone::settings::Settings;
use crate::worker;
use parking_lot::{Condvar, Mutex, MutexGuard};
use read::Tables;
use std::ffi::{CStr, CString};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// So long a load or a reload waits for the database; what comes later is followed when it comes.
pub const PATIENCE: Duration = Duration::from_secs(3);
/// A database that has not answered after so long is said to be away.
const SLOW: Duration = Duration::from_secs(10);
/// How long after a read that failed the next one is tried, whatever the interval.
const RETRY: Duration = Duration::from_secs(10);
/// How long after a read the next one begins at the earliest, unless somebody asks.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
/// How long unload waits for a read that is under way.
const LAST_READ: Duration = Duration::from_secs(2);

/// What is known of the database.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// How many times it was asked.
    pub reads: u64,
    /// When it was last read well, and how long that took.
    pub last: Option<(SystemTime, Duration)>,
    /// Why it could not be read, if it could not the last time.
    pub fault: Option<String>,
    /// What it says and is not believed, and since when.
    pub held_back: Option<(Fall, Instant)>,
    /// Whether what is served comes from the file, because it has not answered yet.
    pub from_file: bool,
    /// Since when a read has not been answered.
    pub asking: Option<Instant>,
}

/// What a read is for.
#[derive(Clone, Debug, Default)]
pub struct Task {
    /// The one section that it is about, if it is not about all.
    pub only: Option<CString>,
    /// Whether a fall is to be believed.
    pub confirm: bool,
    /// Whether only to look, and to believe nothing: see [`peek`].
    peek: bool,
}

impl Task {
    /// One read for both.
    fn and(self, other: Task) -> Task {
        let only = if self.only == other.only { self.only } else { None };
        Task { only, confirm: self.confirm || other.confirm, peek: self.peek && other.peek }
    }
}

/// What the thread and those who wait for it share.
struct State {
    /// `None` until the database has answered once.
    rows: Option<Arc<Rows>>,
    settings: Settings,
    record: Record,
    /// The read that somebody asked for.
    pending: Option<Task>,
    /// How many threads are peeking, and what there was to see.
    peeking: usize,
    seen: Option<Arc<Rows>>,
    /// How many reads have begun and ended.
    begun: u64,
    ended: u64,
    /// How many threads wait for one, each of which syncs then, and how many of them confirm a fall.
    waiting: usize,
    confirming: usize,
    /// Whether the file has what is believed, as far as one is wanted.
    is_saved: bool,
    /// Whether it was said that the running read takes long.
    is_said_slow: bool,
    /// The running thread's number; another one's has to end. Whether there is one.
    running: u64,
    is_on: bool,
}

static STATE: Mutex<State> = Mutex::new(State {
    rows: None,
    settings: Settings::DEFAULT,
    record: Record { reads: 0, last: None, fault: None, held_back: None, from_file: false, asking: None },
    pending: None,
    peeking: 0,
    seen: None,
    begun: 0,
    ended: 0,
    waiting: 0,
    confirming: 0,
    is_saved: true,
    is_said_slow: false,
    running: 0,
    is_on: false,
});
static WAKE: Condvar = Condvar::new();

/// The rows that are believed, if there are any. Any thread; never waits.
pub fn current() -> Option<Arc<Rows>> {
    STATE.lock().rows.clone()
}

/// What is known of the database; `None` if nothing is kept in one. Any thread; never waits.
pub fn record() -> Option<Record> {
    let state = STATE.lock();
    state.is_on.then(|| state.record.clone())
}

/// Tells the settings. Any thread; never waits.
pub fn configure(settings: Settings) {
    let mut state = STATE.lock();
    if state.settings != settings {
        if settings.last_known_good && !state.settings.last_known_good {
            state.is_saved = false;
        }
        state.settings = settings;
        WAKE.notify_all();
    }
}

/// How a read ended for those who waited for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is kept in a database.
    NotUsed,
    /// It was read.
    Done,
    /// It has not been read yet; when it is, that is followed.
    Late,
}

impl Task {
    /// To read all.
    pub fn all() -> Self {
        Task::default()
    }

    /// To read that section alone, if one is named, and to believe whatever it says, if that is confirmed.
    pub fn asked_for(only: Option<&CStr>, confirm: bool) -> Self {
        Task { only: only.map(CStr::to_owned), confirm, peek: false }
    }
}

/// Has the database read, and waits for it as long as `patience`. Whoever calls it has to sync then, whatever the outcome is.
/// Any thread but the database's and a request's.
pub fn read(task: Task, patience: Duration) -> Outcome {
    let mut state = STATE.lock();
    let confirming = usize::from(task.confirm);
    state.waiting += 1;
    state.confirming += confirming;
    let outcome = wait_for(&mut state, task, patience);
    state.waiting -= 1;
    state.confirming -= confirming;
    outcome
}

/// What the database says now, whether that is believed or not; `None` if it does not answer in time, or if nothing is kept
/// in one. Any thread but the database's and a request's.
pub fn peek(patience: Duration) -> Option<Arc<Rows>> {
    let mut state = STATE.lock();
    state.peeking += 1;
    let outcome = wait_for(&mut state, Task { peek: true, ..Task::all() }, patience);
    let seen = state.seen.clone().filter(|_| outcome == Outcome::Done);
    state.peeking -= 1;
    if state.peeking == 0 {
        state.seen = None;
    }
    seen
}

fn wait_for(state: &mut MutexGuard<State>, task: Task, patience: Duration) -> Outcome {
    let deadline = Instant::now() + patience;
    if !state.is_on {
        return Outcome::NotUsed;
    }
    let task = match state.pending.take() {
        Some(other) => other.and(task),
        None => task,
    };
    state.pending = Some(task);
    let number = state.begun + 1;
    WAKE.notify_all();
    while state.is_on && state.ended < number {
        if WAKE.wait_until(state, deadline).timed_out() {
            return Outcome::Late;
        }
    }
    Outcome::Done
}

/// When the running read will have taken so long that it should be said; `None` if there is none, or if it has been said.
/// Any thread; never waits. Locked after the worker's lock.
pub fn silence_begins() -> Option<Instant> {
    let state = STATE.lock();
    state.record.asking.filter(|_| !state.is_said_slow).map(|since| since + SLOW)
}

/// Says that the running read takes long. Any thread.
pub fn say_silent() {
    STATE.lock().is_said_slow = true;
    let text = format!("the database has not answered for {} seconds", SLOW.as_secs());
    error!("{text}; phones stay as they are, look at it and at the network");
    manager::event(Class::System, c"PhoneprovDatabaseAway", &[("Reason", text)]);
}

/// The running thread; dropping it tells it to end.
#[derive(Debug)]
pub struct Reader(());

impl Reader {
    /// Starts the thread if anything is kept in a database. With the module list locked, after our types were registered.
    pub fn start(settings: Settings) -> io::Result<Option<Self>> {
        let tables = Tables::find();
        if tables.is_empty() {
            return Ok(None);
        }
        let from_file = if settings.last_known_good { file::load() } else { None };
        let number = {
            let mut state = STATE.lock();
            state.record = Record { from_file: from_file.is_some(), ..Record::default() };
            state.rows = from_file.map(Arc::new);
            state.settings = settings;
            state.pending = None;
            state.is_saved = true;
            state.ended = state.begun;
            state.is_on = true;
            state.running += 1;
            state.running
        };
        let spawned = std::thread::Builder::new().name("phoneprov db".into()).spawn(move || {
            while let Some((task, read)) = wait_for_task(number) {
                // A panic in one read, which its guard has logged, must not end the following of the database.
                guard("reading the database", (), || follow(number, &tables, &task));
                end_read(read);
            }
        });
        // Dropping it says that there is no thread.
        let reader = Reader(());
        spawned.map(|_| Some(reader))
    }
}

impl Drop for Reader {
    /// Waits a moment for a read that is under way: a driver that is unloaded while it is asked takes Asterisk down.
    fn drop(&mut self) {
        let deadline = Instant::now() + LAST_READ;
        let mut state = STATE.lock();
        state.running += 1;
        state.is_on = false;
        state.rows = None;
        WAKE.notify_all();
        while state.record.asking.is_some() && !WAKE.wait_until(&mut state, deadline).timed_out() {}
    }
}

/// Waits until a read is asked for or due, and begins it; answers its number. `None` if this thread has to end.
fn wait_for_task(number: u64) -> Option<(Task, u64)> {
    let mut state = STATE.lock();
    let began = Instant::now();
    let jitter = jitter();
    loop {
        if state.running != number {
            return None;
        }
        if let Some(rows) = to_save(&mut state) {
            MutexGuard::unlocked(&mut state, || file::save(&rows));
            continue;
        }
        let due = due(&state, began, jitter);
        let pending = state.pending.take();
        let is_due = due.is_some_and(|due| due <= Instant::now());
        if let Some(task) = pending.or_else(|| is_due.then(Task::all)) {
            state.begun += 1;
            state.record.reads += 1;
            state.record.asking = Some(Instant::now());
            let read = state.begun;
            drop(state);
            worker::look_again();
            return Some((task, read));
        }
        match due {
            Some(due) => {
                WAKE.wait_until(&mut state, due);
            }
            None => WAKE.wait(&mut state),
        }
    }
}

/// What the file should have and has not, which is to be saved now.
fn to_save(state: &mut State) -> Option<Arc<Rows>> {
    if state.is_saved || !state.settings.last_known_good || state.record.from_file {
        return None;
    }
    state.is_saved = true;
    state.rows.clone()
}

/// When to read although nobody asks, after a read that ended at `began`.
fn due(state: &State, began: Instant, jitter: f64) -> Option<Instant> {
    let retry = state.record.fault.is_some().then_some(RETRY);
    let interval = [state.settings.refresh_interval, retry].into_iter().flatten().min();
    let next = interval.map(|interval| began + interval.mul_f64(jitter));
    // Whether a fall has lasted is found out by reading once more, when it has lasted long enough to be believed.
    let held_back = state.record.held_back.filter(|(fall, _)| fall.is_certain && retry.is_none());
    let confirm = held_back.map(|(_, since)| (since + state.settings.confirm_after).max(began + SHORTEST_PAUSE));
    [next, confirm].into_iter().flatten().min()
}

/// Nodes that were started together shall not ask together: a factor of up to a tenth more or less.
fn jitter() -> f64 {
    let random = RandomState::new().build_hasher().finish();
    0.9 + 0.2 * (random as f64 / u64::MAX as f64)
}

fn end_read(read: u64) {
    let mut state = STATE.lock();
    state.ended = state.ended.max(read);
    // A thread that had to end long ago may come back while the next one asks.
    if state.begun == read {
        state.record.asking = None;
        state.is_said_slow = false;
    }
    WAKE.notify_all();
}

/// Reads, judges, and hands on what is believed.
fn follow(number: u64, tables: &Tables, task: &Task) {
    let started = Instant::now();
    let (before, settings) = {
        let state = STATE.lock();
        (state.rows.clone(), state.settings)
    };
    // One section's rows go into what is known; without that, all are read.
    let one = match (&task.only, &before) {
        (Some(only), Some(before)) => tables.read_one(only, before).transpose(),
        _ => None,
    };
    let is_one = one.is_some();
    let found = one
        .map_or_else(|| tables.read_all(|| STATE.lock().running == number), |rows| rows.map(|rows| (rows, Vec::new())));
    let (rows, doubtful) = match found {
        Ok(found) => found,
        Err(fault) => {
            STATE.lock().seen = None;
            return say_away(number, &fault.to_string());
        }
    };
    let rows = Arc::new(rows);
    {
        let mut state = STATE.lock();
        state.seen = (state.peeking > 0).then(|| Arc::clone(&rows));
    }
    if task.peek {
        return;
    }

    let (held, is_confirmed) = {
        let state = STATE.lock();
        // Whoever confirmed it had better see what comes of it.
        (state.record.held_back.map(|(_, since)| since), task.confirm && state.confirming > 0)
    };
    // One section more or less is what was asked for.
    let verdict = if is_confirmed || is_one {
        Verdict::Believed
    } else {
        let after = settings.confirm_after;
        belief::judge(before.as_deref(), &rows, &doubtful, held, Instant::now(), after)
    };
    let is_new = before.as_deref() != Some(&*rows);
    let (was_away, was_held, was_from_file, is_awaited) = {
        let mut state = STATE.lock();
        if state.running != number {
            return;
        }
        let was_away = state.record.fault.take().is_some() || state.is_said_slow;
        state.record.last = Some((SystemTime::now(), started.elapsed()));
        let was_held = state.record.held_back;
        let was_from_file = state.record.from_file;
        match verdict {
            Verdict::Believed => {
                // One section says nothing of the others, nor of whether what was read before is still so.
                if !is_one {
                    state.record.held_back = None;
                    state.record.from_file = false;
                }
                state.rows = Some(Arc::clone(&rows));
            }
            Verdict::HeldBack(fall) => {
                let since = was_held.map_or(Instant::now(), |(_, since)| since);
                state.record.held_back = Some((fall, since));
            }
        }
        (was_away, was_held.is_some(), was_from_file, state.waiting > 0)
    };
    if was_away {
        notice!("the database answers again");
        manager::event(Class::System, c"PhoneprovDatabaseBack", &[]);
    }
    match verdict {
        Verdict::Believed => {
            if is_new || was_from_file {
                if !is_awaited {
                    worker::note_database();
                }
                STATE.lock().is_saved = false;
            }
        }
        Verdict::HeldBack(fall) if !was_held => say_held_back(fall, settings.confirm_after),
        Verdict::HeldBack(_) => {}
    }
}

fn say_away(number: u64, fault: &str) {
    let is_new = {
        let mut state = STATE.lock();
        if state.running != number {
            return;
        }
        let is_new = state.record.fault.as_deref() != Some(fault);
        state.record.fault = Some(fault.to_owned());
        is_new
    };
    if is_new {
        error!("{fault}; phones stay as they are, and it is asked again every {} seconds", RETRY.as_secs());
        manager::event(Class::System, c"PhoneprovDatabaseAway", &[("Reason", fault.to_owned())]);
    }
}

/// What is held back, in words.
pub fn in_words(fall: Fall) -> String {
    let Fall { of, before, after, is_certain } = fall;
    let of = match of {
        Lost::Rows(kind) => format!("rows of type {}", kind.name().to_string_lossy()),
        Lost::Variables => "variables with a row each".to_owned(),
    };
    if is_certain {
        format!("the database has {after} {of} and had {before}")
    } else {
        format!("the database had {before} {of} and has none, or does not answer")
    }
}

fn say_held_back(fall: Fall, after: Duration) {
    let reason = in_words(fall);
    let when = if fall.is_certain {
        format!("if it is still so in {} seconds, or at once ", after.as_secs())
    } else {
        String::new()
    };
    error!(
        "{reason}: held back, phones stay as they are; that is believed {when}with 'pjsip reload phoneprovs confirm'"
    );
    if let (false, Lost::Rows(kind)) = (fall.is_certain, fall.of) {
        warning!(
            "to tell one from the other, extconfig.conf needs a line '{} => phoneprov_witness,none,none,2' behind that of \
             the driver (pgsql, odbc or sqlite3), and Asterisk a restart",
            read::example_family(kind)
        );
    }
    manager::event(Class::System, c"PhoneprovHeldBack", &[("Reason", reason)]);
}

/// The ids of the sections in the database that begin with that text. Any thread; never waits.
pub fn ids_beginning_with(text: &CStr) -> Vec<CString> {
    let Some(rows) = current() else { return Vec::new() };
    let ids = rows.table(ObjectType::Phoneprov).into_iter().flatten().map(|(id, _)| id);
    ids.filter(|id| id.to_bytes().starts_with(text.to_bytes())).cloned().collect()
}

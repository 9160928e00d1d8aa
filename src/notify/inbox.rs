//! What the thread that tells phones is told itself. No Asterisk in here.

use super::campaign::{Answer, Counts, Stage};
use super::progress::State;
use crate::phone::registration::Registration;
use crate::phone::settings::Resync;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::SystemTime;

/// A note for the thread.
#[derive(Debug)]
pub enum Note {
    /// These phones have something new to fetch, and are to be told.
    Want(Vec<Box<CStr>>),
    /// Somebody says that this phone is to be told.
    Insist(Box<CStr>),
    /// A sync is done: of these phones something else is served than before, or nothing any more.
    Synced(Vec<Box<CStr>>),
    /// The phone has fetched another content than it had, or a file that it did not have.
    News(Box<CStr>),
    /// All that have something else than what is served are to be told.
    WantStale,
    /// What came of telling it: of all its contacts, the best.
    Answered(Box<CStr>, Answer),
    /// A contact is there; `None` where it has to be asked what it says.
    Registered(CString, Option<Registration>),
    /// A contact is gone.
    Unregistered(CString),
    /// These are the rules from now on.
    Rules(Resync),
    /// Those who are held are to be told all the same.
    Proceed,
    /// Nobody is to be told any more.
    Stop,
    /// The module is unloaded: whoever waits for a note is to look whether it is.
    Close,
}

impl Note {
    /// Whether phones have something else to fetch, or have fetched something, of which nothing is shown yet.
    fn is_about_states(&self) -> bool {
        matches!(self, Note::Synced(_) | Note::News(_))
    }
}

/// When a phone was told last, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: SystemTime,
    /// What came of it; `None` as long as nothing has.
    pub answer: Option<Answer>,
}

/// How telling is doing.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// How far it is.
    pub stage: Stage,
    /// How many phones are where.
    pub counts: Counts,
    /// Because of which phones it is held, if it is.
    pub held: Vec<Box<CStr>>,
}

/// The slit of the inbox: through it notes are left.
#[derive(Clone, Debug)]
pub struct Poster {
    sender: Sender<Note>,
    /// How many notes about states have not been taken in.
    unread: Arc<AtomicUsize>,
}

impl Poster {
    /// Leaves a note; it is lost where nobody reads any more. Any thread; never waits.
    pub fn post(&self, note: Note) {
        let is_about_states = note.is_about_states();
        self.unread.fetch_add(usize::from(is_about_states), Ordering::SeqCst);
        if self.sender.send(note).is_err() {
            self.unread.fetch_sub(usize::from(is_about_states), Ordering::SeqCst);
        }
    }
}

/// The way to the thread, and what it shows. Its locks are held for moments, never over a call out.
#[derive(Debug)]
pub struct Inbox {
    poster: Poster,
    receiver: Mutex<Option<Receiver<Note>>>,
    is_busy: AtomicBool,
    is_closed: AtomicBool,
    view: Mutex<View>,
    told: Mutex<HashMap<Box<CStr>, Told>>,
    states: Mutex<HashMap<Box<CStr>, State>>,
}

impl Default for Inbox {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Inbox {
            poster: Poster { sender, unread: Arc::default() },
            receiver: Mutex::new(Some(receiver)),
            is_busy: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            view: Mutex::default(),
            told: Mutex::default(),
            states: Mutex::default(),
        }
    }
}

impl Inbox {
    /// Leaves a note; it is lost where nobody reads any more. Any thread; never waits.
    pub fn post(&self, note: Note) {
        self.poster.post(note);
    }

    /// Takes a note in, and then shows that it has been.
    pub(super) fn take_in(&self, note: Note, take: impl FnOnce(Note)) {
        let is_about_states = note.is_about_states();
        take(note);
        self.poster.unread.fetch_sub(usize::from(is_about_states), Ordering::SeqCst);
    }

    /// Whether what is shown of phones is so by all that has been left. Any thread.
    pub fn is_read(&self) -> bool {
        self.poster.unread.load(Ordering::SeqCst) == 0
    }

    /// The same for who comes later.
    pub fn poster(&self) -> Poster {
        self.poster.clone()
    }

    /// What the thread reads from; once.
    pub fn receiver(&self) -> Option<Receiver<Note>> {
        self.receiver.lock().take()
    }

    /// Has the thread end before it does anything else. Any thread.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.post(Note::Close);
    }

    /// Whether the module is being unloaded. Any thread.
    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Whether anybody is to be told, or has been told and has not come: then it matters who fetches. Any thread.
    pub fn is_busy(&self) -> bool {
        self.is_busy.load(Ordering::Relaxed)
    }

    /// How telling is doing. Any thread.
    pub fn view(&self) -> View {
        self.view.lock().clone()
    }

    /// When a phone was told last. Any thread.
    pub fn told(&self, phone: &CStr) -> Option<Told> {
        self.told.lock().get(phone).copied()
    }

    /// Whether a phone has what is served; `None` if nobody has looked yet. Any thread.
    pub fn state(&self, phone: &CStr) -> Option<State> {
        self.states.lock().get(phone).copied()
    }

    /// Of all phones. Any thread.
    pub fn states(&self) -> HashMap<Box<CStr>, State> {
        self.states.lock().clone()
    }

    /// Notes whether a phone has what is served; `None`: nothing of it is served.
    pub(super) fn set_state(&self, phone: &CStr, state: Option<State>) {
        let mut states = self.states.lock();
        match state {
            Some(state) => drop(states.insert(phone.into(), state)),
            None => drop(states.remove(phone)),
        }
    }

    /// Shows how telling is doing.
    pub(super) fn show(&self, view: View, is_busy: bool) {
        self.is_busy.store(is_busy, Ordering::Relaxed);
        let _before = std::mem::replace(&mut *self.view.lock(), view);
    }

    /// Notes that a phone is being told.
    pub(super) fn set_told(&self, phone: &CStr, at: SystemTime) {
        self.told.lock().insert(phone.into(), Told { at, answer: None });
    }

    /// Notes what came of it.
    pub(super) fn set_answer(&self, phone: &CStr, answer: Answer) {
        if let Some(told) = self.told.lock().get_mut(phone) {
            told.answer = Some(answer);
        }
    }

    /// Forgets phones that are served no more.
    pub(super) fn forget_others(&self, is_served: impl Fn(&CStr) -> bool) {
        self.told.lock().retain(|phone, _| is_served(phone));
    }
}

//! What the reader is asked for, and how it answers.

use crate::phone::database::rows::Rows;
use crate::phone::settings::Settings;
use std::ffi::{CStr, CString};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// What a read is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Task {
    /// The one section that it is about, if it is not about all.
    pub only: Option<CString>,
    /// Whether a fall is to be believed.
    pub confirm: bool,
}

impl Task {
    /// To read all.
    pub fn all() -> Self {
        Task::default()
    }

    /// To read that section alone, if one is named, and to believe whatever it says, if that is confirmed.
    pub fn asked_for(only: Option<&CStr>, confirm: bool) -> Self {
        Task { only: only.map(CStr::to_owned), confirm }
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

/// What the reader is asked for.
#[derive(Debug)]
pub enum Ask {
    /// To read, and to believe what is to be believed.
    Read(Task, Waiting<()>),
    /// To look, and to believe nothing; it answers with what there is to see.
    Peek(Waiting<Option<Arc<Rows>>>),
    /// To go by these settings from now on.
    Configure(Settings),
    /// To end.
    Stop,
}

/// Somebody who waits for an answer, as the reader knows them.
#[derive(Debug)]
pub struct Waiting<T> {
    answer: Sender<T>,
    /// Gone when they have lost their patience.
    patience: Weak<()>,
}

/// The same, as they know themselves.
#[derive(Debug)]
pub struct Answer<T> {
    answer: Receiver<T>,
    _patience: Arc<()>,
}

impl<T> Waiting<T> {
    /// Both ends.
    pub fn new() -> (Self, Answer<T>) {
        let (answer, receiver) = mpsc::channel();
        let patience = Arc::new(());
        (Waiting { answer, patience: Arc::downgrade(&patience) }, Answer { answer: receiver, _patience: patience })
    }

    /// Whether they do.
    pub fn still_waits(&self) -> bool {
        self.patience.strong_count() > 0
    }

    /// Answers them.
    pub fn tell(self, answer: T) {
        // Who has stopped waiting hears nothing.
        let _ = self.answer.send(answer);
    }
}

impl<T> Answer<T> {
    /// Waits for it; an error if none comes in time, or if none will come.
    pub fn wait(self, patience: Duration) -> Result<T, RecvTimeoutError> {
        self.answer.recv_timeout(patience)
    }
}

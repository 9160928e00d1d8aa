//! What is known of the database: the reader publishes it, everybody else looks at it.

use crate::believed::Believed;
use crate::mailbox::Mailbox;
use crate::phone::database::belief::Held;
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// What is known of it.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// How many times it was asked.
    pub reads: u64,
    /// When it was last read well, and how long that took.
    pub last: Option<(SystemTime, Duration)>,
    /// Why it could not be read, if it could not the last time.
    pub fault: Option<String>,
    /// What it says and is not believed, and since when.
    pub held_back: Vec<Held>,
    /// Since when it has been written to whenever it was read, so that nothing of that is believed.
    pub unrest_since: Option<Instant>,
    /// Whether what is served comes from the file, because it has not answered yet.
    pub from_file: bool,
    /// Until when the database is known to have said what the file has; `None` if there is no file.
    pub kept: Option<SystemTime>,
    /// Since when a read has not been answered.
    pub asking: Option<Instant>,
    /// Whether it has been said that this read takes long.
    pub is_said_slow: bool,
}

/// What the reader and those who ask it share.
#[derive(Debug)]
pub struct Shared {
    /// Locked for moments, never over a call out.
    pub record: Mutex<Record>,
    /// Where the rows go that are believed.
    pub believed: Arc<Believed>,
    /// Who is told that there is something new.
    pub mailbox: Arc<Mailbox>,
    is_off: AtomicBool,
}

impl Shared {
    /// What is shared from the start.
    pub fn new(record: Record, believed: Arc<Believed>, mailbox: Arc<Mailbox>) -> Self {
        Shared { record: Mutex::new(record), believed, mailbox, is_off: AtomicBool::new(false) }
    }

    /// From now on nobody wants to know what is being read.
    pub fn switch_off(&self) {
        self.is_off.store(true, Ordering::Release);
    }

    /// Whether that is so.
    pub fn is_off(&self) -> bool {
        self.is_off.load(Ordering::Acquire)
    }
}

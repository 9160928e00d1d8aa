//! Phones in a database. A reader in a thread of its own ([`reader`]) reads the tables and decides what of it is believed;
//! this is the door to it.
//!
//! Nobody else asks the database: everybody goes by the rows that were last believed ([`crate::believed`]). So a database
//! that is slow or away holds up that thread and nothing else, and what was served goes on being served.
//!
//! The reader takes no lock of ours while it asks, and never the module list's, and nobody waits for it without a limit.

mod ask;
mod driver;
mod file;
mod keeper;
mod reader;
mod record;
mod tables;
mod told;
mod whole;
mod world;

use crate::asterisk::module::ListLocked;
use crate::believed::Believed;
use crate::mailbox::Mailbox;
use crate::phone::database::rows::Rows;
use crate::phone::settings::Settings;
use ask::{Ask, Waiting};
use parking_lot::Mutex;
use reader::Reader;
use record::Shared;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, SystemTime};
use tables::Tables;

pub use ask::{Outcome, Task};
pub use record::Record;
pub use told::{SLOW, in_words};

/// So long a load or a reload waits for the database; what comes later is followed when it comes.
pub const PATIENCE: Duration = Duration::from_secs(3);
/// How long unload waits for a read that is under way.
const LAST_READ: Duration = Duration::from_secs(2);

/// The door to the reader.
#[derive(Debug)]
pub struct Database {
    asks: Sender<Ask>,
    shared: Arc<Shared>,
    /// Ends with the thread.
    thread: Mutex<Receiver<()>>,
}

impl Database {
    /// Starts the reader if anything is kept in a database; after our types were registered.
    pub fn start(
        locked: &ListLocked,
        settings: Settings,
        believed: &Arc<Believed>,
        mailbox: &Arc<Mailbox>,
    ) -> io::Result<Option<Self>> {
        let tables = Tables::find(locked);
        if tables.is_empty() {
            return Ok(None);
        }
        let (rows, kept) = settings.last_known_good.then(file::load).flatten().unzip();
        let record = Record { from_file: rows.is_some(), kept, ..Record::default() };
        believed.set(rows.map(Arc::new));
        let (asks, asked) = mpsc::channel();
        let (alive, thread) = mpsc::channel();
        let shared = Arc::new(Shared::new(record, Arc::clone(believed), Arc::clone(mailbox)));
        let mut reader = Reader::new(asked, tables, settings, Arc::clone(&shared));
        std::thread::Builder::new().name("phoneprov db".into()).spawn(move || {
            reader.run();
            drop(alive);
        })?;
        Ok(Some(Database { asks, shared, thread: Mutex::new(thread) }))
    }

    /// What is known of the database. Any thread; never waits.
    pub fn record(&self) -> Record {
        self.shared.record.lock().clone()
    }

    /// Until when the database is known to have said what the file has that keeps it; `None` if there is none. Any thread.
    pub fn known_good_since(&self) -> Option<SystemTime> {
        file::written()
    }

    /// Tells the settings. Any thread; never waits.
    pub fn configure(&self, settings: Settings) {
        self.ask(Ask::Configure(settings));
    }

    /// Has the database read, and waits for it as long as `patience`. Whoever calls it has to sync then, whatever the
    /// outcome is. Any thread but the reader's and a request's.
    pub fn read(&self, task: Task, patience: Duration) -> Outcome {
        let (waiting, answer) = Waiting::new();
        self.ask(Ask::Read(task, waiting));
        match answer.wait(patience) {
            Ok(()) => Outcome::Done,
            // There is nobody to wait for any more.
            Err(RecvTimeoutError::Disconnected) if self.shared.is_off() => Outcome::NotUsed,
            Err(RecvTimeoutError::Disconnected | RecvTimeoutError::Timeout) => Outcome::Late,
        }
    }

    /// What the database says now, whether that is believed or not; `None` if it does not answer in time. Any thread but the
    /// reader's and a request's.
    pub fn peek(&self, patience: Duration) -> Option<Arc<Rows>> {
        let (waiting, answer) = Waiting::new();
        self.ask(Ask::Peek(waiting));
        answer.wait(patience).ok().flatten()
    }

    /// Says that the running read takes long, if one does. Any thread, with no lock held.
    pub fn say_silent(&self) {
        {
            let mut record = self.shared.record.lock();
            if record.asking.is_none() || record.is_said_slow {
                return;
            }
            record.is_said_slow = true;
        }
        told::silent();
    }

    /// Ends the reader, and waits a moment for a read that is under way: a driver that is unloaded while it is asked takes
    /// Asterisk down. Nothing is believed any more.
    pub fn stop(&self) {
        self.shared.switch_off();
        self.ask(Ask::Stop);
        self.shared.believed.set(None);
        // Nobody sends anything: it is the end of the thread that ends this.
        let _ = self.thread.lock().recv_timeout(LAST_READ);
    }

    fn ask(&self, ask: Ask) {
        // A reader that has ended answers nobody: whoever waits is told by the end of the channel that it handed over.
        let _ = self.asks.send(ask);
    }
}

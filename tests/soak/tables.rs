//! Half of the phones and accounts in a PostgreSQL, whose answers come late, or not, while everything else goes on.

use super::chaos::pause;
use super::config::Config;
use super::watch::command;
use fastrand::Rng;
use hosts::databases::{Database, Link};
use hosts::{Host, Kind};
use parking_lot::Mutex;
use std::time::{Duration, Instant};

/// The database of a whole soak.
pub struct Tables {
    database: Database,
}

/// The way of one host to it.
pub struct Way(Mutex<Link>);

impl Tables {
    /// Without a row.
    pub fn new(kind: Kind) -> Self {
        Tables { database: Database::of(kind) }
    }

    /// Has the host look there, too.
    pub fn serve(&self, host: &Host) -> Way {
        Way(Mutex::new(self.database.serve(host).expect("it is a server")))
    }

    /// Has every row say what the configuration says, at once.
    pub fn write(&self, config: &Config) {
        self.database.sql(&config.sql());
    }
}

impl Way {
    /// Cuts it, slows it down, and has it swallow everything, until then.
    pub fn disturb(&self, mut rng: Rng, end: Instant) {
        while Instant::now() < end {
            pause(&mut rng, 1000);
            let mut link = self.0.lock();
            match rng.u8(..3) {
                0 => link.cut(),
                1 => link.silence(),
                _ => link.slow_down(Duration::from_millis(rng.u64(..100))),
            }
            drop(link);
            pause(&mut rng, 1500);
            self.restore();
        }
        self.restore();
    }

    fn restore(&self) {
        self.0.lock().restore();
    }
}

/// Has the host read all rows, and believe them.
pub fn read(host: &Host) {
    // Where a reading is under way, this one comes after it.
    let is_done = || command(host, "pjsip reload phoneprovs confirm").contains(" unchanged");
    assert!(hosts::eventually(is_done), "the database is never read");
}

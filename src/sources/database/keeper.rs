//! Sees to the file that keeps what the database last said: that it is written, again if that fails, that its time says until
//! when that was so, and that it is gone where nobody wants it.

use super::record::Shared;
use super::world::{Driver, News};
use std::time::{Duration, Instant, SystemTime};

/// How much older the file may look than what is in it.
const PRECISION: Duration = Duration::from_secs(30);

/// Whoever sees to it.
#[derive(Debug, Default)]
pub struct Keeper {
    /// Whether the file is not as it should be, and from when on that is to be seen to.
    due: Option<Instant>,
    /// Why it could not be, the last time.
    fault: Option<String>,
    /// When its time was last set, while it is as it should be.
    confirmed: Option<Instant>,
}

impl Keeper {
    /// Something has changed: the rows, or whether they are to be kept.
    pub fn want(&mut self) {
        self.due = Some(Instant::now());
    }

    /// When there is something to do.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Does it if it is time. `is_wanted` is whether a file is.
    pub fn work<D: Driver>(&mut self, driver: &D, shared: &Shared, is_wanted: bool) {
        if self.due.is_none_or(|due| due > Instant::now()) {
            return;
        }
        // A panic on the way counts as a failure.
        self.due = Some(Instant::now() + D::RETRY);
        self.confirmed = None;
        let rows = shared.believed.rows();
        let (done, kept) = match (is_wanted, rows) {
            (true, None) => (Ok(()), None),
            (true, Some(rows)) => (driver.save(&rows), Some(SystemTime::now())),
            (false, _) => (driver.forget(), None),
        };
        match done {
            Ok(()) => {
                self.due = None;
                self.confirmed = kept.map(|_| Instant::now());
                shared.record.lock().kept = kept;
                if self.fault.take().is_some() {
                    driver.tell(News::Kept);
                }
            }
            Err(fault) => {
                if self.fault.replace(fault.clone()).as_ref() != Some(&fault) {
                    driver.tell(News::NotKept(fault, D::RETRY));
                }
            }
        }
    }

    /// What the file has is still so.
    pub fn confirm<D: Driver>(&mut self, driver: &D, shared: &Shared) {
        if self.due.is_some() || self.confirmed.is_none_or(|at| at.elapsed() < PRECISION) {
            return;
        }
        let now = SystemTime::now();
        self.confirmed = Some(Instant::now());
        driver.confirm(now);
        shared.record.lock().kept = Some(now);
    }
}

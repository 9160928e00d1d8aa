//! The reader's world as it is in Asterisk: its drivers, the file, the log and AMI.

use super::tables::{Fault, Tables};
use super::world::{Driver, News, Version};
use super::{file, told};
use crate::asterisk::{callback, memory};
use crate::phone::database::belief::Reading;
use crate::phone::database::rows::Rows;
use std::ffi::CStr;
use std::time::{Duration, SystemTime};

impl Driver for Tables {
    type Fault = Fault;
    const RETRY: Duration = Duration::from_secs(10);

    fn version(&self) -> Result<Option<Version>, Fault> {
        self.version()
    }

    fn read_all(&self, is_wanted: &dyn Fn() -> bool) -> Result<Reading, Fault> {
        self.read_all(is_wanted)
    }

    fn read_one(&self, id: &CStr, known: &Rows) -> Result<Option<Rows>, Fault> {
        self.read_one(id, known)
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn save(&self, rows: &Rows) -> Result<(), String> {
        file::save(rows)
    }

    fn confirm(&self, time: SystemTime) {
        file::confirm(time);
    }

    fn forget(&self) -> Result<(), String> {
        file::forget()
    }

    fn give_back(&self, rows: usize) {
        memory::give_back_after(rows);
    }

    fn tell(&self, news: News) {
        told::tell(&news);
    }

    fn guard<R>(&self, safe_answer: R, work: impl FnOnce() -> R) -> R {
        callback::guard("reading the database", safe_answer, work)
    }
}

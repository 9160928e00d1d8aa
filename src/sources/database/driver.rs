//! The reader's world as it is in Asterisk: its drivers, the file, the log and AMI.

use super::reader::{Driver, News};
use super::tables::{Fault, Tables};
use super::{file, told};
use crate::asterisk::callback;
use crate::phone::object_type::ObjectType;
use crate::phone::rows::Rows;
use std::ffi::CStr;

impl Driver for Tables {
    type Fault = Fault;

    fn read_all(&self, is_wanted: &dyn Fn() -> bool) -> Result<(Rows, Vec<ObjectType>), Fault> {
        self.read_all(is_wanted)
    }

    fn read_one(&self, id: &CStr, known: &Rows) -> Result<Option<Rows>, Fault> {
        self.read_one(id, known)
    }

    fn save(&self, rows: &Rows) {
        file::save(rows);
    }

    fn tell(&self, news: News) {
        match news {
            News::Away(fault, retry) => told::away(&fault, retry),
            News::Back => told::back(),
            News::HeldBack(fall, after) => told::held_back(fall, after),
        }
    }

    fn guard<R>(&self, safe_answer: R, work: impl FnOnce() -> R) -> R {
        callback::guard("reading the database", safe_answer, work)
    }
}

//! The reader's world: the database, the file, and whoever hears of them. Tests play it.

use crate::phone::database::belief::Reading;
use crate::phone::database::rows::{Fall, Rows};
use crate::phone::object_type::ObjectType;
use crate::phone::variables::Variables;
use std::ffi::CStr;
use std::fmt;
use std::time::{Duration, SystemTime};

/// The row that says which state of the database this is. It tells nothing but whether two states are one.
pub type Version = Variables;

/// What there is to say of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It could not be read, for a reason that is not the last one; it is asked again after that time.
    Away(String, Duration),
    /// It answers again.
    Back,
    /// A fall is held back until it has lasted for so long.
    HeldBack(Fall, Duration),
    /// Of a type it counts so many rows, and its driver gives only so many.
    Short {
        /// The type.
        of: ObjectType,
        /// What it counts.
        counted: usize,
        /// What was given.
        given: usize,
    },
    /// For so long no read was of one state.
    Unrest(Duration),
    /// Rows have changed, and its version has not.
    VersionStands,
    /// The file could not be written or deleted, for a reason that is not the last one; it is tried again after that time.
    NotKept(String, Duration),
    /// It is as it should be again.
    Kept,
}

/// The database, the file, and whoever hears of them.
pub trait Driver {
    /// Why the database could not be read.
    type Fault: fmt::Display;
    /// How long after something has failed it is tried again, whatever the interval.
    const RETRY: Duration;
    /// Its version; `None` if it has none. Waits.
    fn version(&self) -> Result<Option<Version>, Self::Fault>;
    /// Reads all tables, as long as that is wanted. Waits.
    fn read_all(&self, is_wanted: &dyn Fn() -> bool) -> Result<Reading, Self::Fault>;
    /// Reads one section with what it names into a copy of what is known; `None` if that does not tell what there is to know.
    /// Waits.
    fn read_one(&self, id: &CStr, known: &Rows) -> Result<Option<Rows>, Self::Fault>;
    /// Lets time pass.
    fn pause(&self, time: Duration);
    /// Keeps rows for a start without the database, or says why not.
    fn save(&self, rows: &Rows) -> Result<(), String>;
    /// Notes that what is kept is still so, at that time.
    fn confirm(&self, time: SystemTime);
    /// Sees to it that nothing is kept, or says why not.
    fn forget(&self) -> Result<(), String>;
    /// So many rows are not needed any more: gives back what memory they leave free.
    fn give_back(&self, rows: usize);
    /// Says it.
    fn tell(&self, news: News);
    /// Runs something in which a panic is logged and answered with `safe_answer`.
    fn guard<R>(&self, safe_answer: R, work: impl FnOnce() -> R) -> R;
}

//! A whole state of the database or none: its tables are read one by one, and whoever writes may do so between two of them.
//!
//! Where it tells its version, the tables are one state if the version was the same before and after. Where it does not, they
//! are taken for one if nothing is named in them that is not there; or if that was so each time that they were read, for then
//! nobody was writing: it is what they say.

use super::world::{Driver, Version};
use crate::phone::database::belief::Reading;
use crate::phone::database::references::{self, Reference};
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// How long a read may be tried again.
const LONGEST: Duration = Duration::from_secs(1);
/// How often, where nothing tells the version: less while nothing is known to compare with.
const TRIES: usize = 5;
const TRIES_AT_FIRST: usize = 2;
/// The first pause between two tries, and the longest; each is twice the one before.
const PAUSES: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(160));

/// What was read.
#[derive(Debug)]
pub struct Whole {
    /// The tables.
    pub reading: Reading,
    /// Whether they are one state, for all that is known.
    pub is_one: bool,
    /// The version of that state, if the database tells it.
    pub version: Option<Version>,
    /// What is named in it and not there, where nothing tells the version.
    pub lacking: HashSet<Reference>,
}

/// Reads all tables, again until they are one state and complete, for a second. `version` is what the database has just told;
/// `known` is what was lacking in the last read; `None` if this is the first.
pub fn read<D: Driver>(
    driver: &D,
    version: Option<Version>,
    known: Option<&HashSet<Reference>>,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Whole, D::Fault> {
    let started = Instant::now();
    let mut version = version;
    let mut pause = PAUSES.0;
    let mut lacking_always: Option<HashSet<Reference>> = None;
    let tries = if known.is_some() { TRIES } else { TRIES_AT_FIRST };
    let mut tried = 0;
    loop {
        tried += 1;
        let reading = driver.read_all(is_wanted)?;
        let mut lacking = HashSet::new();
        let (is_one, is_sure) = if let Some(first) = &version {
            let last = driver.version()?;
            let is_one = last.as_ref() == Some(first);
            version = last;
            (is_one, is_one)
        } else {
            lacking = references::dangling(&reading.rows);
            let is_new = |reference: &&Reference| known.is_none_or(|known| !known.contains(*reference));
            let mut new: HashSet<Reference> = lacking.iter().filter(is_new).cloned().collect();
            let (number, is_sure) = (new.len(), new.is_empty());
            new.retain(|reference| lacking_always.as_ref().is_none_or(|always| always.contains(reference)));
            let is_one = new.len() == number;
            lacking_always = Some(new);
            (is_one, is_sure)
        };
        let is_whole = is_sure && reading.short().next().is_none();
        let is_last_try = tried >= tries && (is_one || version.is_none());
        let is_last = tried > 1 && (is_last_try || started.elapsed() + pause >= LONGEST);
        if is_whole || is_last || !is_wanted() {
            return Ok(Whole { reading, is_one, version: version.filter(|_| is_one), lacking });
        }
        driver.pause(pause);
        pause = (pause * 2).min(PAUSES.1);
    }
}

//! What a sync did and found: a value that it returns, and that whoever called it hands on.

use crate::phone::held_back::why::HeldBack;
use crate::phone::problem::Problem;
use std::ffi::{CStr, CString};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// What makes the module look at the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was loaded.
    Load,
    /// It was reloaded.
    Reload,
    /// `res_phoneprov` was reloaded and had thrown all phones away.
    ResPhoneprov,
    /// Sorcery told of a change.
    Change,
    /// The database says something new.
    Database,
    /// Somebody gave the command.
    Command,
    /// Somebody gave it and said that what is held back is right.
    Confirm,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cause::Load => "the module was loaded",
            Cause::Reload => "the module was reloaded",
            Cause::ResPhoneprov => "res_phoneprov was reloaded",
            Cause::Change => "the configuration was changed or reloaded",
            Cause::Database => "the database was changed",
            Cause::Command => "somebody asked for it",
            Cause::Confirm => "somebody confirmed what was held back",
        })
    }
}

/// What became of a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Served now, not before.
    Added,
    /// Served with other values of these variables.
    Changed(Vec<CString>),
    /// Served before, not now.
    Removed,
}

/// A phone and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its MAC, to the letter.
    pub mac: Box<CStr>,
    /// The ids of its sections; of those it had, if it was removed.
    pub sections: Arc<[CString]>,
    /// What became of it.
    pub fate: Fate,
}

/// So many phones at most are told of one by one, and so many problems; a change of more is told as a whole.
pub const MOST_TOLD: usize = 50;

/// What became of the phones that are served.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Served now, not before.
    pub added: usize,
    /// Served with another content.
    pub changed: usize,
    /// Served before, not now.
    pub removed: usize,
    /// Served as before.
    pub unchanged: usize,
    /// Which phones these are, unless they are more than [`MOST_TOLD`].
    pub phones: Vec<Change>,
    /// The MACs of all of them.
    pub macs: Vec<Box<CStr>>,
}

impl Changes {
    /// How many phones are not served as before.
    pub fn count(&self) -> usize {
        self.added + self.changed + self.removed
    }
}

/// What a sync did and found.
#[derive(Debug)]
pub struct Report {
    /// What it was for.
    pub cause: Cause,
    /// What became of the phones.
    pub changes: Changes,
    /// Problems that the last sync had too.
    pub known: Vec<Problem>,
    /// The others.
    pub new: Vec<Problem>,
    /// Problems that the last sync had, and this one has not.
    pub gone: Vec<Problem>,
    /// How long it took.
    pub took: Duration,
    /// Phones that are held back, if any are.
    pub held_back: Option<Arc<HeldBack>>,
    /// Whether there are some among them that were not before.
    pub holds_more: bool,
}

impl Report {
    /// Whether there is anything that was not so before.
    pub fn has_news(&self) -> bool {
        self.changes.count() > 0 || !self.new.is_empty() || !self.gone.is_empty() || self.holds_more
    }

    /// How many problems there are; what is held back is for a person to look at, too.
    pub fn problems(&self) -> usize {
        self.known.len() + self.new.len() + self.held_back.as_ref().map_or(0, |held| held.causes.len())
    }

    /// The log's line.
    pub fn summary(&self) -> String {
        let Changes { added, changed, removed, unchanged, .. } = self.changes;
        let problems = self.problems();
        let held = self.held_back.as_ref().map_or(0, |held| held.since.len());
        let unchanged = unchanged.saturating_sub(held);
        let held = if held > 0 { format!(", {held} held back") } else { String::new() };
        format!(
            "{added} {} added, {changed} changed, {removed} removed, {unchanged} unchanged{held}, {problems} {}, {} ms",
            if added == 1 { "phone" } else { "phones" },
            if problems == 1 { "problem" } else { "problems" },
            self.took.as_millis()
        )
    }
}

/// What syncs have done since the module was loaded.
#[derive(Clone, Debug, Default)]
pub struct SyncRecord {
    /// How many there have been.
    pub syncs: u64,
    /// How many of them found something changed.
    pub with_changes: u64,
    /// How often one had to be put off, because another thread was reloading something.
    pub put_off: u64,
    /// Phones added, changed and removed in all of them.
    pub added: u64,
    /// See `added`.
    pub changed: u64,
    /// See `added`.
    pub removed: u64,
    /// The last one, if there was one.
    pub last: Option<LastSync>,
}

/// The last sync.
#[derive(Clone, Debug)]
pub struct LastSync {
    /// When it ended.
    pub at: SystemTime,
    /// What for.
    pub cause: Cause,
    /// How long it took.
    pub took: Duration,
    /// What it came to: the log's line.
    pub result: String,
}

impl SyncRecord {
    /// Notes a sync that ended at that time.
    pub fn note(&mut self, report: &Report, at: SystemTime) {
        self.syncs += 1;
        self.with_changes += u64::from(report.changes.count() > 0);
        self.added += report.changes.added as u64;
        self.changed += report.changes.changed as u64;
        self.removed += report.changes.removed as u64;
        self.last = Some(LastSync { at, cause: report.cause, took: report.took, result: report.summary() });
    }
}

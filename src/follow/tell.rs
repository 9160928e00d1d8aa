//! Hands on what a sync reports: to the log, and to the worker, who tells AMI.

use crate::asterisk::logger::{debug, error, notice, warning};
use crate::mailbox::Note;
use crate::phone::problem::shared::shared;
use crate::phone::problem::{Problem, Severity};
use crate::report::Report;
use crate::serve::loaded::Loaded;
use crate::sources::places::Places;
use std::time::Instant;

/// Whether anybody asked for the sync.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Somebody did, and wants to read everything that is wrong.
    For,
    /// Nobody did, so nobody wants to read again what there is to read above.
    Not,
}

/// Hands it on, once nothing can make the sync be done again. Any thread, with no lock of ours held.
pub fn tell(report: Report, asked: Asked, loaded: &Loaded) {
    let sources = loaded.sources();
    let places = sources.as_ref().map(Places::new);
    let place = |problem: &Problem| places.as_ref()?.of(problem);
    let known = if asked == Asked::For { report.known.as_slice() } else { &[] };
    for problem in shared(known.iter().chain(&report.new)) {
        match problem.severity() {
            Severity::Warning => warning!("{}", problem.told(&place)),
            Severity::Error => error!("{}", problem.told(&place)),
        }
    }
    if let Some(held) = report.held_back.as_ref().filter(|_| report.holds_more || asked == Asked::For) {
        let wait = held.until.map_or(0.0, |until| until.saturating_duration_since(Instant::now()).as_secs_f64());
        error!(
            "{held}; correct that and reload, or let them go with 'pjsip reload phoneprovs confirm': by themselves they go in {wait:.0} \
             seconds"
        );
    }
    let text = report.summary();
    if report.changes.count() > 0 {
        notice!("{text}")
    } else {
        debug!(1, "{text}")
    }
    if report.has_news() {
        loaded.mailbox.post(Note::Synced(report));
    }
}

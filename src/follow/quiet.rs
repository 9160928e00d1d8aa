//! When the configuration is quiet again. A rule alone: no clock in here, no thread and no Asterisk.

use std::time::{Duration, Instant};

/// A burst of changes (a portal that writes a phone's endpoint, auth and section one after the other) is one change: it is
/// over when nothing has come for so long.
const QUIET: Duration = Duration::from_millis(50);
/// A burst that does not end is followed all the same.
const LONGEST_BURST: Duration = Duration::from_millis(500);
/// No reload of all types takes as long; whoever has begun one and not ended it never will.
const LONGEST_RELOAD: Duration = Duration::from_secs(120);
/// How long to wait after having been told that another thread reloads a module.
const RETRY: Duration = Duration::from_millis(200);
/// How long to wait after something went wrong that should not.
const RETRY_AFTER_FAULT: Duration = Duration::from_secs(10);

/// What has been noted and not been followed.
#[derive(Debug, Default)]
pub struct Quiet {
    burst: Option<Burst>,
    /// Reloads of all types that have not ended yet: how many, and when the last one began.
    open: usize,
    last_began: Option<Instant>,
}

/// Changes that have not been followed.
#[derive(Clone, Copy, Debug)]
struct Burst {
    /// When the first came.
    first: Instant,
    /// When to follow them.
    due: Instant,
    from_database: bool,
}

/// What is due to be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Whether all that is new was read from the database.
    pub from_database: bool,
}

impl Quiet {
    /// The configuration was changed, from then to then.
    pub fn changed(&mut self, first: Instant, last: Instant) {
        self.add(first, last, QUIET, false);
    }

    /// The database says something new: it is read as a whole, so there is nothing to wait for.
    pub fn database_spoke(&mut self, at: Instant) {
        self.add(at, at, Duration::ZERO, true);
    }

    /// A reload of all types has begun: until it ends, types do not fit each other.
    pub fn reload_began(&mut self, at: Instant) {
        self.open += 1;
        self.last_began = Some(at);
    }

    /// It has ended.
    pub fn reload_ended(&mut self, at: Instant) {
        self.open = self.open.saturating_sub(1);
        self.changed(at, at);
    }

    /// What was due could not be followed now.
    pub fn put_off(&mut self, due: Due, now: Instant) {
        self.add(now, now, RETRY, due.from_database);
    }

    /// Something failed that should not.
    pub fn failed(&mut self, now: Instant) {
        self.add(now, now, RETRY_AFTER_FAULT, false);
    }

    fn add(&mut self, first: Instant, last: Instant, delay: Duration, from_database: bool) {
        let before = self.burst;
        let first = before.map_or(first, |burst| burst.first);
        let due = (last + delay).min(first + LONGEST_BURST.max(delay));
        let from_database = from_database && before.is_none_or(|burst| burst.from_database);
        self.burst = Some(Burst { first, due, from_database });
    }

    /// When there will be something to follow, as far as is known.
    pub fn due(&self) -> Option<Instant> {
        let due = self.burst?.due;
        match self.last_began {
            Some(began) if self.open > 0 => Some(due.max(began + LONGEST_RELOAD)),
            _ => Some(due),
        }
    }

    /// What is due now, which counts as followed then.
    pub fn take_due(&mut self, now: Instant) -> Option<Due> {
        self.due().filter(|due| *due <= now)?;
        self.open = 0;
        self.burst.take().map(|burst| Due { from_database: burst.from_database })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Option<Due> = Some(Due { from_database: false });

    #[test]
    fn a_burst_is_one_change_and_no_longer_than_it_may_be() {
        let (start, mut quiet) = (Instant::now(), Quiet::default());
        for step in 0..100 {
            let at = start + step * Duration::from_millis(20);
            quiet.changed(at, at);
            if at < start + LONGEST_BURST {
                assert_eq!(quiet.take_due(at), None, "{step}");
            }
        }
        assert_eq!(quiet.due(), Some(start + LONGEST_BURST));
        assert_eq!(quiet.take_due(start + LONGEST_BURST), ALL);
        assert_eq!(quiet.due(), None);
    }

    #[test]
    fn nothing_is_followed_between_a_reloads_beginning_and_its_end() {
        let (start, mut quiet) = (Instant::now(), Quiet::default());
        quiet.reload_began(start);
        quiet.changed(start, start);
        assert_eq!(quiet.take_due(start + LONGEST_BURST), None);
        let end = start + Duration::from_secs(5);
        assert_eq!(quiet.take_due(end), None);
        quiet.reload_ended(end);
        assert_eq!(quiet.take_due(end), ALL, "the burst has been long enough");
    }

    #[test]
    fn a_reload_that_never_ends_holds_nothing_up_for_ever() {
        let (start, mut quiet) = (Instant::now(), Quiet::default());
        quiet.reload_began(start);
        quiet.changed(start, start);
        assert_eq!(quiet.take_due(start + LONGEST_RELOAD), ALL);
    }

    #[test]
    fn what_the_database_alone_says_is_told_from_the_rest() {
        let (start, mut quiet) = (Instant::now(), Quiet::default());
        quiet.database_spoke(start);
        assert_eq!(quiet.take_due(start), Some(Due { from_database: true }));
        quiet.database_spoke(start);
        quiet.changed(start, start);
        assert_eq!(quiet.take_due(start + QUIET), ALL);
    }

    #[test]
    fn what_failed_is_tried_again_later() {
        let (start, mut quiet) = (Instant::now(), Quiet::default());
        quiet.put_off(Due { from_database: true }, start);
        assert_eq!(quiet.due(), Some(start + RETRY));
        quiet.failed(start);
        assert_eq!(quiet.due(), Some(start + RETRY_AFTER_FAULT));
    }
}

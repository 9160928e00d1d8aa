//! When to look at the configuration although nothing was noted: once Asterisk has booted, because functions are loaded after
//! us, and once a day, because time zones change with the year. A rule alone: no clock in here, no thread and no Asterisk.

use std::time::{Duration, Instant};

/// Asterisk tells nobody that it has booted: it is asked this often until it has.
const BOOTING: Duration = Duration::from_millis(500);
/// What changes by itself is followed this often.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What has been looked at by itself.
#[derive(Debug)]
pub struct Routine {
    is_booted: bool,
    next: Instant,
}

impl Routine {
    /// From `now` on; `is_booted` is whether Asterisk has.
    pub fn new(now: Instant, is_booted: bool) -> Self {
        Routine { is_booted, next: now + if is_booted { DAY } else { BOOTING } }
    }

    /// When to ask again.
    pub fn next(&self) -> Instant {
        self.next
    }

    /// Whether to look now.
    pub fn is_due(&mut self, now: Instant, is_booted: impl FnOnce() -> bool) -> bool {
        if now < self.next {
            return false;
        }
        let is_due = self.is_booted || is_booted();
        self.is_booted = is_due;
        self.next = now + if is_due { DAY } else { BOOTING };
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_once_when_asterisk_has_booted_and_then_once_a_day() {
        let start = Instant::now();
        let mut routine = Routine::new(start, false);
        assert!(!routine.is_due(start, || true), "it is not asked all the time");
        assert!(!routine.is_due(routine.next(), || false));
        let booted = routine.next();
        assert!(routine.is_due(booted, || true));
        assert!(!routine.is_due(booted + DAY / 2, || true));
        assert_eq!(routine.next(), booted + DAY);
        assert!(routine.is_due(booted + DAY, || true));
        assert_eq!(Routine::new(start, true).next(), start + DAY, "a module that is loaded later has all functions");
    }
}

//! When to look at the configuration although nothing was noted: once Asterisk has booted, because functions are loaded after
//! us, and once a day, because time zones change with the year. A rule alone: no clock in here, no thread and no Asterisk.

use std::time::{Duration, Instant};

/// Asterisk tells nobody that it has booted: it is asked this often until it has.
const BOOTING: Duration = Duration::from_millis(100);
/// What changes by itself is followed this often.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Why to look although nothing was noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Asterisk has booted: there are functions now.
    Booted,
    /// A day has passed.
    Day,
}

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

    /// Whether Asterisk has booted, as far as it has been asked.
    pub fn is_booted(&self) -> bool {
        self.is_booted
    }

    /// When to ask again.
    pub fn next(&self) -> Instant {
        self.next
    }

    /// Why to look now, if there is a reason.
    pub fn due(&mut self, now: Instant, is_booted: impl FnOnce() -> bool) -> Option<Occasion> {
        if now < self.next {
            return None;
        }
        let was_booted = self.is_booted;
        self.is_booted = was_booted || is_booted();
        self.next = now + if self.is_booted { DAY } else { BOOTING };
        match (was_booted, self.is_booted) {
            (true, _) => Some(Occasion::Day),
            (false, true) => Some(Occasion::Booted),
            (false, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_once_when_asterisk_has_booted_and_then_once_a_day() {
        let start = Instant::now();
        let mut routine = Routine::new(start, false);
        assert_eq!(routine.due(start, || true), None, "it is not asked all the time");
        assert_eq!(routine.due(routine.next(), || false), None);
        let booted = routine.next();
        assert_eq!(routine.due(booted, || true), Some(Occasion::Booted));
        assert!(routine.is_booted());
        assert_eq!(routine.due(booted + DAY / 2, || true), None);
        assert_eq!(routine.next(), booted + DAY);
        assert_eq!(routine.due(booted + DAY, || true), Some(Occasion::Day));
        assert_eq!(Routine::new(start, true).next(), start + DAY, "a module that is loaded later has all functions");
    }
}

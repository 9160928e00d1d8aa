//! A bound to how often something is told, whoever makes it happen. No Asterisk in here.

use std::time::{Duration, Instant};

/// What a bound counts in.
pub const INTERVAL: Duration = Duration::from_secs(10);

/// Lets so many through in each [`INTERVAL`], and counts the others.
#[derive(Debug)]
pub struct Bound {
    most: u32,
    taken: u32,
    began: Option<Instant>,
    left_out: u64,
}

impl Bound {
    /// Lets so many through.
    pub const fn new(most: u32) -> Self {
        Bound { most, taken: 0, began: None, left_out: 0 }
    }

    /// Whether one more may be told; then, how many were not since the last that was. One that is not `due` for reasons of its
    /// own counts among those.
    pub fn take(&mut self, is_due: bool, now: Instant) -> Option<u64> {
        if self.began.is_none_or(|began| now.duration_since(began) >= INTERVAL) {
            (self.began, self.taken) = (Some(now), 0);
        }
        if !is_due || self.taken >= self.most {
            self.left_out += 1;
            return None;
        }
        self.taken += 1;
        Some(std::mem::take(&mut self.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_counted_and_told_with_the_next() {
        let (mut bound, now) = (Bound::new(2), Instant::now());
        let told: Vec<_> = (0..5).map(|_| bound.take(true, now)).collect();
        assert_eq!(told, [Some(0), Some(0), None, None, None]);
        assert_eq!(bound.take(true, now + INTERVAL), Some(3));
        assert_eq!(bound.take(false, now + INTERVAL), None, "it is not due");
        assert_eq!(bound.take(true, now + INTERVAL), Some(1));
        assert_eq!(bound.take(true, now + INTERVAL), None);
    }

    #[test]
    fn a_clock_that_is_read_before_another_is_no_new_interval() {
        let (mut bound, now) = (Bound::new(1), Instant::now());
        assert_eq!(bound.take(true, now + INTERVAL), Some(0));
        assert_eq!(bound.take(true, now), None);
    }
}

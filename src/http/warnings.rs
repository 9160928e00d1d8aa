//! Warnings about templates, bounded: phones ask for the same files day and night, and each of them would be told again.

use crate::asterisk::logger::warning;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// One text is told again after so long at the earliest.
const AGAIN: Duration = Duration::from_secs(600);
/// So many different texts are told in that time.
const MOST: usize = 64;

/// What has been told. Its lock is held for moments, never over a call out.
#[derive(Debug, Default)]
pub struct Warnings(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    texts: HashMap<String, Instant>,
    /// How many were not told since the last one that was.
    left_out: u64,
}

impl Warnings {
    /// Tells it, unless that has been done not long ago. Any thread, with no lock held.
    pub fn warn(&self, text: &str) {
        // Taken out first: what a match looks at stays locked until it ends.
        let left_out = self.0.lock().take(text, Instant::now());
        match left_out {
            Some(0) => warning!("{text}"),
            Some(left_out) => warning!("{text} ({left_out} more warnings about templates were left out)"),
            None => {}
        }
    }
}

impl Told {
    /// Whether a text is to be told, and how many were not before it.
    fn take(&mut self, text: &str, now: Instant) -> Option<u64> {
        let is_new = |told: &Instant| now.duration_since(*told) < AGAIN;
        if self.texts.get(text).is_some_and(is_new) {
            self.left_out += 1;
            return None;
        }
        if self.texts.len() >= MOST {
            self.texts.retain(|_, told| is_new(told));
        }
        if self.texts.len() >= MOST {
            self.left_out += 1;
            return None;
        }
        self.texts.insert(text.to_owned(), now);
        Some(std::mem::take(&mut self.left_out))
    }
}

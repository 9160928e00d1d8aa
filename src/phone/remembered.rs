//! A number that is made late and once.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that is made when somebody asks for it, in as little room as there can be.
#[derive(Debug, Default)]
pub struct Remembered(AtomicU64);

impl Remembered {
    /// The number; of two who ask at once each may make it, which gives the same.
    pub fn get_or_make(&self, make: impl FnOnce() -> u64) -> u64 {
        match self.0.load(Ordering::Relaxed) {
            0 => {
                let made = make().max(1);
                self.0.store(made, Ordering::Relaxed);
                made
            }
            made => made,
        }
    }
}

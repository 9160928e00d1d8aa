//! What may exist once: Asterisk is handed static memory for it, which a second one would overwrite.

use std::sync::atomic::{AtomicBool, Ordering};

/// A place that one thing at a time may have.
#[derive(Debug)]
pub struct Place(AtomicBool);

/// Whoever has it has the place, until it is dropped.
#[derive(Debug)]
pub struct Taken(&'static Place);

impl Place {
    /// A free place.
    pub const fn new() -> Self {
        Place(AtomicBool::new(false))
    }

    /// Whether somebody has it. Any thread.
    pub fn is_taken(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// Takes it; `None` if somebody has it. Any thread.
    pub fn take(&'static self) -> Option<Taken> {
        // Acquire and release: what its last holder wrote has been written before the next one begins.
        let was_taken = self.0.swap(true, Ordering::Acquire);
        (!was_taken).then_some(Taken(self))
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.0.0.store(false, Ordering::Release);
    }
}

//! Whether those who use `res_phoneprov`'s phones are kept apart from changes: the gate, and `http_gate`.

use super::gate::{Closed, Gate, Ticket, Use};
use std::sync::atomic::{AtomicBool, Ordering};

/// The gate, and whether it is used.
#[derive(Debug)]
pub struct Holding {
    gate: Gate,
    /// `http_gate` of the `phoneprov_global` section.
    is_wanted: AtomicBool,
}

impl Default for Holding {
    fn default() -> Self {
        Holding { gate: Gate::new(), is_wanted: AtomicBool::new(true) }
    }
}

impl Holding {
    /// Switches it on or off. Any thread.
    pub fn want(&self, is_wanted: bool) {
        self.is_wanted.store(is_wanted, Ordering::Relaxed);
    }

    /// Whether it is on. Any thread.
    pub fn is_wanted(&self) -> bool {
        self.is_wanted.load(Ordering::Relaxed)
    }

    /// Keeps everybody out until the result is dropped, and waits for those inside. Any thread that is not inside, with no
    /// lock of ours held.
    pub fn hold(&self) -> Option<Closed<'_>> {
        self.is_wanted().then(|| self.gate.close())
    }

    /// Keeps everybody else out until the result is dropped; those inside have nothing to lose any more. Any thread; never
    /// waits.
    pub fn hold_new(&self) -> Option<Closed<'_>> {
        self.is_wanted().then(|| self.gate.close_to_new())
    }

    /// Lets somebody in, or holds them; `None` if they have been held for too long. In a request's thread. Entered even if
    /// holding is switched off: then nobody closes the gate, and whoever switches it on finds those who are inside.
    pub(super) fn enter(&self, its_use: Use) -> Option<Ticket<'_>> {
        self.gate.enter(its_use)
    }
}

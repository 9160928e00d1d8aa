//! The gate in front of `res_phoneprov`'s request handler: answering requests and changing phones exclude each other.
//!
//! `res_phoneprov` uses a phone without holding a reference while it answers, so removing that phone then is a use after
//! free, and a phone that is removed and added again is unknown for a moment. Requests [`enter`](Gate::enter) the gate and
//! updates [`close`](Gate::close) it. No Asterisk in here: this is the rule alone.

use parking_lot::{Condvar, Mutex};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A request that is in there for longer does not hold an update up. `res_phoneprov` is done with a phone's data within
/// milliseconds and only sends after that, at whatever speed the phone reads.
pub const LONGEST_REQUEST: Duration = Duration::from_secs(1);
/// A request that is held for longer is turned away with 503, whatever became of the update. Phones wait for longer than
/// this before they give up, and try again after a 503.
pub const LONGEST_HOLD: Duration = Duration::from_secs(5);

/// Lets requests in, or updates, never both.
#[derive(Debug)]
pub struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    /// How many updates hold it closed: one within another, as a whole reload has.
    closed: usize,
    /// When each request that is inside entered, by the number of its ticket.
    inside: BTreeMap<u64, Instant>,
    next_ticket: u64,
}

/// A request that is inside; dropping it lets it out.
#[derive(Debug)]
pub struct Ticket<'a> {
    gate: &'a Gate,
    number: u64,
}

/// An update; dropping it opens the gate.
#[derive(Debug)]
pub struct Closed<'a>(&'a Gate);

impl Gate {
    /// An open gate.
    pub const fn new() -> Self {
        Gate {
            state: Mutex::new(State { closed: 0, inside: BTreeMap::new(), next_ticket: 0 }),
            changed: Condvar::new(),
        }
    }

    /// Waits until the gate is open and enters; `None` after [`LONGEST_HOLD`]. Any thread that has not closed it.
    pub fn enter(&self) -> Option<Ticket<'_>> {
        let mut state = self.state.lock();
        if state.closed > 0 {
            let until = Instant::now() + LONGEST_HOLD;
            while state.closed > 0 {
                if self.changed.wait_until(&mut state, until).timed_out() && state.closed > 0 {
                    return None;
                }
            }
        }
        let number = state.next_ticket;
        state.next_ticket += 1;
        state.inside.insert(number, Instant::now());
        Some(Ticket { gate: self, number })
    }

    /// Closes the gate and does not wait for the requests inside.
    pub fn close_to_new(&self) -> Closed<'_> {
        self.state.lock().closed += 1;
        Closed(self)
    }

    /// Closes the gate and waits for the requests inside, for [`LONGEST_REQUEST`] at most each. Any thread that is not
    /// inside; may be called again by a thread that has closed it.
    pub fn close(&self) -> Closed<'_> {
        let closed = self.close_to_new();
        let mut state = self.state.lock();
        while let Some(&youngest) = state.inside.values().next_back() {
            let until = youngest + LONGEST_REQUEST;
            if until <= Instant::now() {
                break;
            }
            self.changed.wait_until(&mut state, until);
        }
        closed
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state.lock();
        state.inside.remove(&self.number);
        if state.closed > 0 {
            self.gate.changed.notify_all();
        }
    }
}

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.closed -= 1;
        if state.closed == 0 {
            self.0.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn requests_and_updates_exclude_each_other() {
        static GATE: Gate = Gate::new();
        static REQUESTS: AtomicUsize = AtomicUsize::new(0);
        static UPDATES: AtomicUsize = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..2000 {
                        let ticket = GATE.enter().unwrap();
                        REQUESTS.fetch_add(1, Ordering::SeqCst);
                        assert_eq!(UPDATES.load(Ordering::SeqCst), 0);
                        REQUESTS.fetch_sub(1, Ordering::SeqCst);
                        drop(ticket);
                    }
                });
            }
            scope.spawn(|| {
                for _ in 0..200 {
                    let closed = GATE.close();
                    UPDATES.fetch_add(1, Ordering::SeqCst);
                    let nested = GATE.close();
                    assert_eq!(REQUESTS.load(Ordering::SeqCst), 0);
                    drop(nested);
                    assert_eq!(REQUESTS.load(Ordering::SeqCst), 0);
                    UPDATES.fetch_sub(1, Ordering::SeqCst);
                    drop(closed);
                }
            });
        });
    }

    #[test]
    fn a_request_that_never_ends_does_not_stop_updates() {
        let gate = Gate::new();
        let _stuck = gate.enter().unwrap();
        drop(gate.close());
        drop(gate.close());
        assert!(gate.enter().is_some());
    }

    #[test]
    fn an_update_that_never_ends_turns_requests_away() {
        let gate = Gate::new();
        let closed = gate.close();
        assert!(gate.enter().is_none());
        drop(closed);
        assert!(gate.enter().is_some());
    }
}

//! The gate before the phones that `res_phoneprov` holds: reading them, writing to them, and changing them exclude each other.
//!
//! Requests for our phones' files do not come here: they are answered from the table, with values of our own. What does is the
//! rest: a request that is passed on to `res_phoneprov`, whose handler writes to a phone's variables and uses the phone without
//! holding it, and a template's function that goes through its phones. They [`enter`](Gate::enter) the gate and updates
//! [`close`](Gate::close) it. No Asterisk in here: this is the rule alone.

use parking_lot::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Whoever is in there for longer does not hold an update or another one up. `res_phoneprov` is done with a phone's data
/// within milliseconds and only sends after that, at whatever speed the phone reads.
pub const LONGEST_STAY: Duration = Duration::from_secs(1);
/// Whoever is held for longer is turned away, whatever became of the update. Phones wait for longer than this before they give
/// up, and try again after a 503.
pub const LONGEST_HOLD: Duration = Duration::from_secs(5);

/// What is done to `res_phoneprov`'s phones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// They are read.
    Reading,
    /// They may be written to.
    Writing,
}

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
    /// Who is inside, the one that came last at the end. They are few: the HTTP server bounds its sessions.
    inside: Vec<Inside>,
    next_ticket: u64,
    /// How many threads wait for something to change.
    waiting: usize,
}

#[derive(Debug)]
struct Inside {
    ticket: u64,
    entered: Instant,
    its_use: Use,
}

impl State {
    /// Until when somebody with that use has to wait for one that is inside.
    fn taken_until(&self, wanted: Use) -> Option<Instant> {
        let excludes = |other: &&Inside| wanted == Use::Writing || other.its_use == Use::Writing;
        let holder = self.inside.iter().rev().find(excludes);
        holder.map(|other| other.entered + LONGEST_STAY).filter(|until| *until > Instant::now())
    }
}

/// Somebody who is inside; dropping it lets them out.
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
            state: Mutex::new(State { closed: 0, inside: Vec::new(), next_ticket: 0, waiting: 0 }),
            changed: Condvar::new(),
        }
    }

    /// Waits until the gate is open and nobody inside is in the way, and enters; `None` after [`LONGEST_HOLD`]. Any thread that
    /// has not closed it.
    pub fn enter(&self, its_use: Use) -> Option<Ticket<'_>> {
        let mut state = self.state.lock();
        let mut give_up = None;
        loop {
            let taken_until = state.taken_until(its_use);
            if state.closed == 0 && taken_until.is_none() {
                break;
            }
            let now = Instant::now();
            let give_up = *give_up.get_or_insert(now + LONGEST_HOLD);
            if now >= give_up {
                return None;
            }
            let until =
                if state.closed > 0 { give_up } else { taken_until.map_or(give_up, |until| until.min(give_up)) };
            self.wait(&mut state, until);
        }
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        state.inside.push(Inside { ticket, entered: Instant::now(), its_use });
        Some(Ticket { gate: self, number: ticket })
    }

    fn wait(&self, state: &mut MutexGuard<'_, State>, until: Instant) {
        state.waiting += 1;
        self.changed.wait_until(state, until);
        state.waiting -= 1;
    }

    /// Closes the gate and does not wait for those inside.
    pub fn close_to_new(&self) -> Closed<'_> {
        self.state.lock().closed += 1;
        Closed(self)
    }

    /// Closes the gate and waits for those inside, for [`LONGEST_STAY`] at most each. Any thread that is not
    /// inside; may be called again by a thread that has closed it.
    pub fn close(&self) -> Closed<'_> {
        let closed = self.close_to_new();
        let mut state = self.state.lock();
        while let Some(youngest) = state.inside.last() {
            let until = youngest.entered + LONGEST_STAY;
            if until <= Instant::now() {
                break;
            }
            self.wait(&mut state, until);
        }
        closed
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state.lock();
        state.inside.retain(|inside| inside.ticket != self.number);
        if state.waiting > 0 {
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
                        let ticket = GATE.enter(Use::Reading).unwrap();
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
        let _stuck = gate.enter(Use::Reading).unwrap();
        drop(gate.close());
        drop(gate.close());
        assert!(gate.enter(Use::Reading).is_some());
    }

    #[test]
    fn an_update_that_never_ends_turns_requests_away() {
        let gate = Gate::new();
        let closed = gate.close();
        assert!(gate.enter(Use::Reading).is_none());
        drop(closed);
        assert!(gate.enter(Use::Reading).is_some());
    }

    #[test]
    fn whoever_writes_is_alone() {
        static GATE: Gate = Gate::new();
        static READING: AtomicUsize = AtomicUsize::new(0);
        static WRITING: AtomicUsize = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for client in 0..6 {
                scope.spawn(move || {
                    for round in 0..500 {
                        if (client + round) % 3 == 0 {
                            let ticket = GATE.enter(Use::Writing).unwrap();
                            assert_eq!(WRITING.fetch_add(1, Ordering::SeqCst), 0);
                            assert_eq!(READING.load(Ordering::SeqCst), 0);
                            WRITING.fetch_sub(1, Ordering::SeqCst);
                            drop(ticket);
                        } else {
                            let ticket = GATE.enter(Use::Reading).unwrap();
                            READING.fetch_add(1, Ordering::SeqCst);
                            assert_eq!(WRITING.load(Ordering::SeqCst), 0);
                            READING.fetch_sub(1, Ordering::SeqCst);
                            drop(ticket);
                        }
                    }
                });
            }
        });
    }

    #[test]
    fn those_who_read_go_together() {
        let gate = Gate::new();
        let _any = [gate.enter(Use::Reading).unwrap(), gate.enter(Use::Reading).unwrap()];
    }

    #[test]
    fn whoever_never_leaves_does_not_stop_another() {
        let gate = Gate::new();
        let _stuck = gate.enter(Use::Writing).unwrap();
        assert!(gate.enter(Use::Writing).is_some());
    }
}

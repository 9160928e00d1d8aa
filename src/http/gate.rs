//! The gate in front of `res_phoneprov`'s request handler: answering requests and changing phones exclude each other, and so
//! do two requests for one phone.
//!
//! `res_phoneprov` uses a phone without holding a reference while it answers, so removing that phone then is a use after
//! free, and a phone that is removed and added again is unknown for a moment. It also writes to the phone's variables while
//! it answers (SERVER is added and taken away again, without a lock), so two requests for one phone at once are a use after
//! free with nobody changing anything. Requests [`enter`](Gate::enter) the gate and updates [`close`](Gate::close) it. No
//! Asterisk in here: this is the rule alone.

use parking_lot::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// A request that is in there for longer does not hold an update or another request up. `res_phoneprov` is done with a
/// phone's data within milliseconds and only sends after that, at whatever speed the phone reads.
pub const LONGEST_REQUEST: Duration = Duration::from_secs(1);
/// A request that is held for longer is turned away with 503, whatever became of the update. Phones wait for longer than
/// this before they give up, and try again after a 503.
pub const LONGEST_HOLD: Duration = Duration::from_secs(5);

/// What a request uses: two with one key are not let in together. `None` uses nothing that another could spoil.
pub type Key = Option<u64>;

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
    /// The requests inside, the one that came last at the end. They are few: the HTTP server bounds its sessions.
    inside: Vec<Inside>,
    next_ticket: u64,
    /// How many threads wait for something to change.
    waiting: usize,
}

#[derive(Debug)]
struct Inside {
    ticket: u64,
    entered: Instant,
    key: Key,
}

impl State {
    /// Until when a request with that key has to wait for one that is inside.
    fn taken_until(&self, key: Key) -> Option<Instant> {
        let holder = self.inside.iter().rev().find(|other| key.is_some() && other.key == key);
        holder.map(|other| other.entered + LONGEST_REQUEST).filter(|until| *until > Instant::now())
    }
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
            state: Mutex::new(State { closed: 0, inside: Vec::new(), next_ticket: 0, waiting: 0 }),
            changed: Condvar::new(),
        }
    }

    /// Waits until the gate is open and nobody inside has the same key, and enters; `None` after [`LONGEST_HOLD`]. Any thread
    /// that has not closed it.
    pub fn enter(&self, key: Key) -> Option<Ticket<'_>> {
        let mut state = self.state.lock();
        let mut give_up = None;
        loop {
            let taken_until = state.taken_until(key);
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
        state.inside.push(Inside { ticket, entered: Instant::now(), key });
        Some(Ticket { gate: self, number: ticket })
    }

    fn wait(&self, state: &mut MutexGuard<'_, State>, until: Instant) {
        state.waiting += 1;
        self.changed.wait_until(state, until);
        state.waiting -= 1;
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
        while let Some(youngest) = state.inside.last() {
            let until = youngest.entered + LONGEST_REQUEST;
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
                        let ticket = GATE.enter(None).unwrap();
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
        let _stuck = gate.enter(None).unwrap();
        drop(gate.close());
        drop(gate.close());
        assert!(gate.enter(None).is_some());
    }

    #[test]
    fn an_update_that_never_ends_turns_requests_away() {
        let gate = Gate::new();
        let closed = gate.close();
        assert!(gate.enter(None).is_none());
        drop(closed);
        assert!(gate.enter(None).is_some());
    }

    #[test]
    fn two_requests_for_one_phone_exclude_each_other() {
        static GATE: Gate = Gate::new();
        static INSIDE: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];
        std::thread::scope(|scope| {
            for client in 0..6 {
                scope.spawn(move || {
                    for round in 0..500 {
                        let phone = (client + round) % 2;
                        let ticket = GATE.enter(Some(phone as u64)).unwrap();
                        assert_eq!(INSIDE[phone].fetch_add(1, Ordering::SeqCst), 0);
                        INSIDE[phone].fetch_sub(1, Ordering::SeqCst);
                        drop(ticket);
                    }
                });
            }
        });
    }

    #[test]
    fn requests_for_different_phones_go_together() {
        let gate = Gate::new();
        let _one = gate.enter(Some(1)).unwrap();
        let _two = gate.enter(Some(2)).unwrap();
        let _any = [gate.enter(None).unwrap(), gate.enter(None).unwrap()];
    }

    #[test]
    fn a_request_that_never_ends_does_not_stop_another_for_its_phone() {
        let gate = Gate::new();
        let _stuck = gate.enter(Some(1)).unwrap();
        assert!(gate.enter(Some(1)).is_some());
    }
}

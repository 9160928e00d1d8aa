//! Where anybody leaves a note for the worker, who alone waits for them.

use crate::report::Report;
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::time::Instant;

/// What happened.
#[derive(Debug)]
pub enum Note {
    /// The configuration was changed, or what it says could not be followed when it was.
    Changed,
    /// A reload of all types has begun: until it ends, types do not fit each other.
    ReloadBegan,
    /// It has ended.
    ReloadEnded,
    /// The database was asked.
    DatabaseAsked,
    /// It has answered, or it is known not to.
    DatabaseAnswered,
    /// The database was read, and says something new.
    DatabaseSpoke,
    /// Something failed inside that should not.
    Failed,
    /// A sync is done that has not been told over AMI.
    Synced(Report),
}

/// A note, and when it was left: a change that comes again and again is one note.
#[derive(Debug)]
pub struct Letter {
    /// What happened.
    pub note: Note,
    /// When it happened first.
    pub first: Instant,
    /// When it happened last.
    pub last: Instant,
}

/// What the worker takes out.
#[derive(Debug)]
pub struct Mail {
    /// The notes, in the order in which they were left.
    pub letters: Vec<Letter>,
    /// See [`Mailbox::reloads_begun`], as of these notes.
    pub reloads_begun: u64,
}

/// The mailbox. Its lock is held for moments, never over a call out.
#[derive(Debug, Default)]
pub struct Mailbox {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct State {
    letters: VecDeque<Letter>,
    reloads_begun: u64,
    /// Whether the worker waits and has nothing to do.
    is_idle: bool,
    is_closed: bool,
}

impl Mailbox {
    /// Leaves a note. Any thread, with whatever locks; never waits.
    pub fn post(&self, note: Note) {
        let now = Instant::now();
        let mut state = self.state.lock();
        if state.is_closed {
            return;
        }
        if let Note::ReloadBegan = note {
            state.reloads_begun += 1;
        }
        match (state.letters.back_mut(), &note) {
            (Some(Letter { note: Note::Changed, last, .. }), Note::Changed) => *last = now,
            _ => state.letters.push_back(Letter { note, first: now, last: now }),
        }
        self.arrived.notify_all();
    }

    /// How many reloads of all types have ever begun. Any thread.
    pub fn reloads_begun(&self) -> u64 {
        self.state.lock().reloads_begun
    }

    /// Whether every note has been taken out and what follows of it is done. Any thread.
    pub fn is_settled(&self) -> bool {
        let state = self.state.lock();
        state.is_idle && state.letters.is_empty()
    }

    /// Waits for notes, until that time at most, and takes them out; `None` when the mailbox is closed. For one thread, which
    /// says whether it has done all that earlier notes were about.
    pub fn wait(&self, until: Option<Instant>, is_idle: bool) -> Option<Mail> {
        let mut state = self.state.lock();
        state.is_idle = is_idle;
        while state.letters.is_empty() && !state.is_closed {
            match until {
                Some(until) => {
                    if self.arrived.wait_until(&mut state, until).timed_out() {
                        break;
                    }
                }
                None => self.arrived.wait(&mut state),
            }
        }
        state.is_idle = false;
        let reloads_begun = state.reloads_begun;
        (!state.is_closed).then(|| Mail { letters: state.letters.drain(..).collect(), reloads_begun })
    }

    /// Ends the waiting, and takes no notes any more. Any thread.
    pub fn close(&self) {
        let mut state = self.state.lock();
        state.is_closed = true;
        let letters = std::mem::take(&mut state.letters);
        self.arrived.notify_all();
        drop(state);
        drop(letters);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_of_changes_is_one_note_with_its_first_and_last_time() {
        let mailbox = Mailbox::default();
        (0..1000).for_each(|_| mailbox.post(Note::Changed));
        mailbox.post(Note::ReloadBegan);
        mailbox.post(Note::Changed);
        let mail = mailbox.wait(None, true).unwrap();
        assert_eq!(mail.letters.len(), 3, "a change before a reload is none within it");
        assert!(mail.letters[0].first < mail.letters[0].last);
        assert_eq!(mail.reloads_begun, 1);
        assert_eq!(mailbox.reloads_begun(), 1);
    }

    #[test]
    fn all_is_settled_when_nothing_is_left_in_the_mailbox_or_to_do() {
        let mailbox = Mailbox::default();
        let wait = |is_idle| mailbox.wait(Some(Instant::now() + Duration::from_millis(1)), is_idle);
        assert!(!mailbox.is_settled(), "nobody has looked yet");
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| mailbox.wait(None, true).unwrap());
            while !mailbox.is_settled() {
                std::thread::yield_now();
            }
            mailbox.post(Note::Changed);
            assert!(!mailbox.is_settled());
            assert_eq!(waiting.join().unwrap().letters.len(), 1);
        });
        assert!(!mailbox.is_settled(), "it is at work");
        wait(false).unwrap();
        assert!(!mailbox.is_settled());
    }

    #[test]
    fn whoever_waits_wakes_for_a_note_at_its_time_and_when_the_mailbox_is_closed() {
        let mailbox = Mailbox::default();
        assert!(mailbox.wait(Some(Instant::now() + Duration::from_millis(1)), true).unwrap().letters.is_empty());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let mut seen = 0;
                while let Some(mail) = mailbox.wait(None, true) {
                    seen += mail.letters.len();
                }
                seen
            });
            mailbox.post(Note::DatabaseSpoke);
            while !mailbox.state.lock().letters.is_empty() {
                std::thread::yield_now();
            }
            mailbox.close();
            assert_eq!(waiting.join().unwrap(), 1);
        });
        mailbox.post(Note::Changed);
        assert!(mailbox.wait(None, true).is_none());
    }
}

//! Who is reading from sorcery in threads of their own, so that an unload can wait until nobody is: when it is done, `res_pjsip` may
//! be unloaded, and its sorcery goes with it. No Asterisk in here.

use parking_lot::{Condvar, Mutex};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Those who read. Its lock is held for moments, never over a call out.
#[derive(Debug, Default)]
pub struct Readers {
    state: Mutex<State>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct State {
    inside: usize,
    is_closed: bool,
}

/// Somebody who reads; dropping it says that they have read.
#[derive(Debug)]
pub struct Reading(Arc<Readers>);

impl Readers {
    /// Somebody begins to read; `None` once this is closed. Any thread; never waits.
    pub fn begin(self: &Arc<Self>) -> Option<Reading> {
        let mut state = self.state.lock();
        if state.is_closed {
            return None;
        }
        state.inside += 1;
        Some(Reading(Arc::clone(self)))
    }

    /// Lets nobody begin any more, and waits until all have read, as long as that; whether they have. In a thread that does not read.
    /// Whoever reads may want a lock that this thread has: then it waits in vain, and no longer than that.
    pub fn close(&self, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        let mut state = self.state.lock();
        state.is_closed = true;
        while state.inside > 0 {
            if self.left.wait_until(&mut state, until).timed_out() {
                break;
            }
        }
        state.inside == 0
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.state.lock().inside -= 1;
        self.0.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::thread;

    #[test]
    fn closing_waits_for_those_who_read_and_lets_nobody_in() {
        let readers = Arc::new(Readers::default());
        let [one, other] = [readers.begin().unwrap(), readers.begin().unwrap()];
        drop(one);
        assert!(!readers.close(Duration::from_millis(1)), "one reads on");
        assert!(readers.begin().is_none());
        let (told, wait) = channel();
        let closing = {
            let readers = Arc::clone(&readers);
            thread::spawn(move || {
                told.send(()).unwrap();
                readers.close(Duration::from_secs(60))
            })
        };
        wait.recv().unwrap();
        drop(other);
        assert!(closing.join().unwrap());
        assert!(readers.close(Duration::ZERO), "nobody is left");
    }
}

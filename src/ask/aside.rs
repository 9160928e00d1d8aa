//! Work that may take as long as it likes: a template's file system may hang, a function may wait for a server. It is done in a
//! thread of its own, and whoever asks waits for a while only.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// What was handed over in time.
pub struct Answers<T> {
    /// In order.
    pub all: Vec<T>,
    /// Whether the work has ended.
    pub is_complete: bool,
}

/// Does the work in a thread of its own, and waits for what it hands over until it ends, or for as long as `patience`. The thread
/// goes on by itself then: it must own what it uses.
pub fn aside<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce(&Sender<T>) + Send + 'static,
) -> io::Result<Answers<T>> {
    let deadline = Instant::now() + patience;
    let (sender, receiver) = channel();
    let thread = std::thread::Builder::new().name("phoneprov look".into()).spawn(move || work(&sender))?;
    let mut all = Vec::new();
    loop {
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(answer) => all.push(answer),
            Err(RecvTimeoutError::Timeout) => return Ok(Answers { all, is_complete: false }),
            Err(RecvTimeoutError::Disconnected) => return Ok(Answers { all, is_complete: thread.join().is_ok() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn all_is_handed_over_where_there_is_time() {
        let answers = aside(LONG, |tell| (1..=3).for_each(|number| tell.send(number).unwrap())).unwrap();
        assert_eq!((answers.all, answers.is_complete), (vec![1, 2, 3], true));
    }

    #[test]
    fn nobody_waits_for_what_takes_too_long() {
        let (done, wait) = channel::<()>();
        let (out, ended) = channel();
        let answers = aside(Duration::from_millis(100), move |tell| {
            tell.send(1).unwrap();
            let _ = wait.recv();
            out.send(tell.send(2).is_err()).unwrap();
        });
        let answers = answers.unwrap();
        assert_eq!((answers.all, answers.is_complete), (vec![1], false));
        drop(done);
        assert!(ended.recv_timeout(LONG).unwrap(), "nobody hears it any more");
    }

    #[test]
    fn work_that_fails_is_not_complete() {
        let answers = aside(LONG, |tell| {
            assert!(tell.send(1).is_err(), "it fails on purpose");
        });
        let answers = answers.unwrap();
        assert_eq!((answers.all, answers.is_complete), (vec![1], false));
    }
}

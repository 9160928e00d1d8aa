//! Phones that fetch their files as fast as they can, and what they get.

use super::fleet;
use super::hosts::Connection;
use fastrand::Rng;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{ScopedJoinHandle, scope, sleep};
use std::time::{Duration, Instant};

/// After so many requests at most a client opens a new connection, as phones do.
const REQUESTS_PER_CONNECTION: u32 = 200;
/// Who is refused a connection tries again after so long.
const TRY_AGAIN: Duration = Duration::from_millis(20);

/// What clients got.
#[derive(Default)]
pub struct Got {
    /// How often each status other than 200 and each transport error came.
    pub other: BTreeMap<String, usize>,
    /// Requests that were answered with 200: when they began, and how long they took.
    pub good: Vec<(Instant, Duration)>,
}

impl Got {
    fn add(&mut self, other: Got) {
        other.other.into_iter().for_each(|(what, count)| *self.other.entry(what).or_default() += count);
        self.good.extend(other.good);
    }
}

/// Whether two clients may ask for one phone at once. `res_phoneprov` writes into a phone's variables while it answers, so
/// that this can take Asterisk down without anything being reloaded, unless the gate keeps them apart.
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "not every target that includes this file uses both")]
pub enum Phones {
    Shared,
    OneClientEach,
}

/// Lets so many clients fetch from the HTTP server on `address` while `work` runs.
pub fn fetch_during<T>(address: &str, clients: usize, phones: (Phones, usize), work: impl FnOnce() -> T) -> (T, Got) {
    let stop = &AtomicBool::new(false);
    scope(|scope| {
        let running: Vec<ScopedJoinHandle<Got>> = (0..clients)
            .map(|client| {
                let phones: Vec<usize> = match phones {
                    (Phones::Shared, count) => (0..count).collect(),
                    (Phones::OneClientEach, count) => (client..count).step_by(clients).collect(),
                };
                scope.spawn(move || fetch(address, &phones, stop))
            })
            .collect();
        // Also where the work fails: otherwise the scope would wait for clients that never end.
        let stopper = Stop(stop);
        let result = work();
        drop(stopper);
        let mut got = Got::default();
        running.into_iter().for_each(|client| got.add(client.join().expect("a client ends")));
        (result, got)
    })
}

struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn fetch(address: &str, phones: &[usize], stop: &AtomicBool) -> Got {
    let mut rng = Rng::new();
    let mut got = Got::default();
    let stopped = || stop.load(Ordering::Relaxed);
    while !stopped() {
        let mut connection = match Connection::open(address) {
            Ok(connection) => connection,
            Err(error) => {
                *got.other.entry(error.kind().to_string()).or_default() += 1;
                sleep(TRY_AGAIN);
                continue;
            }
        };
        for _ in 0..rng.u32(1..=REQUESTS_PER_CONNECTION) {
            let file = fleet::file(phones[rng.usize(..phones.len())]);
            let start = Instant::now();
            let other = match connection.get(&file) {
                Ok(answer) if answer.status == 200 => {
                    got.good.push((start, start.elapsed()));
                    None
                }
                Ok(answer) => Some(format!("status {}", answer.status)),
                Err(error) => Some(error.kind().to_string()),
            };
            if let Some(what) = other {
                *got.other.entry(what).or_default() += 1;
                break;
            }
            if stopped() {
                break;
            }
        }
    }
    got
}

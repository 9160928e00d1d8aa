//! Clients of a host's HTTP server, all at once: phones that fetch as fast as they can, and beside them others that are slow,
//! silent, or after something else.

use super::fleet;
use super::got::{Check, Got, is_good};
use super::rude;
use crate::Connection;
use fastrand::Rng;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{ScopedJoinHandle, scope, sleep};
use std::time::{Duration, Instant};

/// After so many requests at most a client that keeps its connection opens a new one, as phones do.
const REQUESTS_PER_CONNECTION: u32 = 200;
/// Who is refused a connection tries again after so long.
const TRY_AGAIN: Duration = Duration::from_millis(20);

/// What becomes of a connection after an answer.
#[derive(Clone, Copy)]
pub enum Connections {
    Kept,
    New,
}

/// Whether two clients may ask for one phone at once. `res_phoneprov` writes into a phone's variables while it answers, so
/// that this can take Asterisk down without anything being reloaded, unless our module answers.
#[derive(Clone, Copy)]
pub enum Phones {
    Shared,
    OneClientEach,
}

/// What one client does until it is told to stop.
#[derive(Clone)]
enum Manner {
    /// Fetches any of the files again and again, and checks each answer.
    Phone {
        files: Vec<String>,
        connections: Connections,
        check: Check,
    },
    Silent {
        file: String,
        length: usize,
    },
    Slow {
        file: String,
        bytes_per_second: usize,
    },
    BreaksOff {
        file: String,
        per_second: usize,
    },
    Guesses {
        per_second: usize,
    },
}

/// Who comes, and to which HTTP server.
pub struct Crowd {
    address: String,
    clients: Vec<Manner>,
}

impl Crowd {
    /// Nobody yet, at the HTTP server on a host's own address.
    pub fn at(address: &str) -> Self {
        Self { address: address.to_owned(), clients: Vec::new() }
    }

    /// So many phones, each of which asks for any of these files.
    pub fn fetch(self, clients: usize, connections: Connections, files: &[String], check: Check) -> Self {
        self.with(clients, Manner::Phone { files: files.to_vec(), connections, check })
    }

    /// Clients that announce a body with their request and never send it.
    pub fn silent(self, clients: usize, file: &str, length: usize) -> Self {
        self.with(clients, Manner::Silent { file: file.to_owned(), length })
    }

    /// Clients that take so much of their answer in a second; nothing at all if it is 0. Of a small file everything is on
    /// its way before they begin.
    pub fn slow(self, clients: usize, file: &str, bytes_per_second: usize) -> Self {
        self.with(clients, Manner::Slow { file: file.to_owned(), bytes_per_second })
    }

    /// Clients that come so often and go: at once, in the middle of asking, without an answer, and in the middle of one.
    pub fn breaking_off(self, clients: usize, file: &str, per_second: usize) -> Self {
        self.with(clients, Manner::BreaksOff { file: file.to_owned(), per_second })
    }

    /// Clients that ask so often for names that nobody has.
    pub fn guessing(self, clients: usize, per_second: usize) -> Self {
        self.with(clients, Manner::Guesses { per_second })
    }

    fn with(mut self, count: usize, manner: Manner) -> Self {
        self.clients.extend(std::iter::repeat_n(manner, count));
        self
    }

    /// Lets them all come while `work` runs.
    pub fn during<T>(self, work: impl FnOnce() -> T) -> (T, Got) {
        let stop = &AtomicBool::new(false);
        let address = self.address.as_str();
        scope(|scope| {
            let running: Vec<ScopedJoinHandle<Got>> = self
                .clients
                .into_iter()
                .map(|manner| {
                    scope.spawn(move || match manner {
                        Manner::Phone { files, connections, check } => fetch(address, &files, connections, check, stop),
                        Manner::Silent { file, length } => rude::be_silent(address, &file, length, stop),
                        Manner::Slow { file, bytes_per_second } => {
                            rude::be_slow(address, &file, bytes_per_second, stop)
                        }
                        Manner::BreaksOff { file, per_second } => rude::break_off(address, &file, per_second, stop),
                        Manner::Guesses { per_second } => rude::guess(address, per_second, stop),
                    })
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
}

/// Lets so many clients fetch the phones' files from the HTTP server on `address` while `work` runs.
pub fn fetch_during<T>(address: &str, clients: usize, phones: (Phones, usize), work: impl FnOnce() -> T) -> (T, Got) {
    let files = |phones: &mut dyn Iterator<Item = usize>| phones.map(fleet::file).collect::<Vec<String>>();
    let crowd = Crowd::at(address);
    let crowd = match phones {
        (Phones::Shared, count) => crowd.fetch(clients, Connections::Kept, &files(&mut (0..count)), is_good),
        (Phones::OneClientEach, count) => (0..clients).fold(crowd, |crowd, client| {
            let own = files(&mut (client..count).step_by(clients));
            crowd.fetch(1, Connections::Kept, &own, is_good)
        }),
    };
    crowd.during(work)
}

struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn fetch(address: &str, files: &[String], connections: Connections, check: Check, stop: &AtomicBool) -> Got {
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
        let requests = match connections {
            Connections::Kept => rng.u32(1..=REQUESTS_PER_CONNECTION),
            Connections::New => 1,
        };
        for _ in 0..requests {
            let file = &files[rng.usize(..files.len())];
            let start = Instant::now();
            let answer = connection.get(file);
            let took = start.elapsed();
            match answer.map_err(|error| error.kind().to_string()).and_then(|answer| check(address, &answer)) {
                Ok(()) => got.good.push((start, took)),
                Err(what) => {
                    *got.other.entry(what).or_default() += 1;
                    break;
                }
            }
            if stopped() {
                break;
            }
        }
    }
    got
}

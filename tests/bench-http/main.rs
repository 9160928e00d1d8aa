//! What answering phones costs, on Asterisk 22: `make bench-http`.
//!
//! - Processor time of a request, with few phones and with many: the C module and this one, in turns.
//! - A reload that changes nothing.
//! - Latency of requests that a reload overlaps with.
//! - Latency beside clients that read nothing, that send nothing, and that ask for nonsense.
//!
//! `OTHER=FILE` names another build of this module, which is measured beside it. Further settings: `RUNS` (15) turns of
//! `MILLISECONDS` (500) each, `CLIENTS` (4), `FEW` (500) and `MANY` (30,000) phones for processor time, `N` (10,000) phones and
//! `RELOADS` (20) of each kind for the rest; `SLOW` (100), `SILENT` (100) and `GUESSING` (20) rude clients. `ONLY` names one part:
//! requests, reloads, latency or crowded.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing benchmark panics")]

mod crowded;
mod latency;
mod reloads;
mod requests;
mod subject;

use hosts::{setting, top};
use std::fs;
use std::time::Duration;

/// How much is measured.
pub struct Settings {
    /// Turns of everything that is compared.
    pub runs: usize,
    /// How long a turn is.
    pub turn: Duration,
    /// Phones that fetch at once.
    pub clients: usize,
    /// So few phones are there where the processor time of a request is compared,
    pub few: usize,
    /// and so many.
    pub many: usize,
    /// How many phones there are for all else.
    pub phones: usize,
    /// How many there are of each kind.
    pub reloads: usize,
}

type Part = (&'static str, fn(&Settings) -> String);

const PARTS: [Part; 4] = [
    ("requests", requests::processor_time),
    ("reloads", reloads::nothing_changed),
    ("latency", latency::during_reloads),
    ("crowded", crowded::latency),
];

fn main() {
    let settings = Settings {
        runs: setting("RUNS").unwrap_or(15),
        turn: Duration::from_millis(setting("MILLISECONDS").unwrap_or(500)),
        clients: setting("CLIENTS").unwrap_or(4),
        few: setting("FEW").unwrap_or(500),
        many: setting("MANY").unwrap_or(30_000),
        phones: setting("N").unwrap_or(10_000),
        reloads: setting("RELOADS").unwrap_or(20),
    };
    let only: Option<String> = setting("ONLY");
    let dir = top().join("target/bench");
    fs::create_dir_all(&dir).expect("target is writable");
    for (name, part) in PARTS.into_iter().filter(|(name, _)| only.as_deref().is_none_or(|only| only == *name)) {
        let report = part(&settings);
        fs::write(dir.join(format!("http-{name}.md")), &report).expect("target is writable");
        println!("{report}\nwritten to target/bench/http-{name}.md\n");
    }
}

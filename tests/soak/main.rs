//! The soak: real Asterisk 22 under everything that an administrator, and all administrators at once, can do to it.
//!
//! It goes in rounds: some seconds of disturbance, then quiet, in which every file that is served must be what a fresh start on
//! the same files serves. One Asterisk lives through all rounds. Settings come from the environment:
//! - `MINUTES`: how long (0.4, what `make test` runs);
//! - `SEED`: what is done, as printed by an earlier run. When threads meet is up to the machine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod chaos;
mod config;
mod log;
mod tables;
mod watch;

use config::{Config, Place};
use fastrand::Rng;
use hosts::{Host, Kind, project_file, setting};
use libtest_mimic::{Arguments, Trial};
use std::time::{Duration, Instant};
use tables::{Tables, Way};
use watch::Vitals;

const ROUND: Duration = Duration::from_secs(6);

fn main() {
    let mut trials = Vec::new();
    if Kind::wanted().contains(&Kind::Asterisk22) {
        let seed = setting("SEED").unwrap_or_else(|| fastrand::u64(..));
        let minutes: f64 = setting("MINUTES").unwrap_or(0.4);
        for (name, even) in [
            ("asterisk22::ends_like_a_fresh_start", Place::PjsipConf),
            ("asterisk22::ends_like_a_fresh_start_with_a_database", Place::Database),
        ] {
            trials.push(Trial::test(name, move || {
                println!("SEED={seed} MINUTES={minutes}");
                soak(even, seed, Duration::from_secs_f64(60.0 * minutes));
                Ok(())
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn soak(even: Place, seed: u64, duration: Duration) {
    let mut rng = Rng::with_seed(seed);
    let mut config = Config::new(even, &mut rng);
    let tables = (even == Place::Database).then(|| Tables::new(Kind::Asterisk22));
    let (mut host, way) = new_host(&config, tables.as_ref());
    let field = Field { tables: tables.as_ref(), way: way.as_ref() };
    host.start();
    let end = Instant::now() + duration;
    let mut vitals = Vec::new();
    while Instant::now() < end {
        let round = vitals.len() + 1;
        chaos::disturb(&host, field, &mut config, &mut rng, ROUND);
        chaos::finish(&host, field, &mut config, &mut rng);
        let files = is_like_fresh(&host, &config, tables.as_ref()).unwrap_or_else(|differences| {
            panic!("seed {seed}, round {round}: not what a fresh start serves:\n{}", differences.join("\n"))
        });
        assert!(host.is_alive(), "seed {seed}, round {round}: Asterisk is dead");

        let log = host.log();
        let uncaused = log::uncaused_errors(&log);
        assert!(uncaused.is_empty(), "seed {seed}, round {round}: nobody caused this:\n{}", uncaused.join("\n"));
        // The log of a round that went well is not needed any more.
        host.write("log/full", "");
        assert_eq!(watch::threads_named(&host, "phoneprov sync"), 1, "seed {seed}, round {round}: one worker");
        let now = Vitals::of(&host);
        println!("round {round}: {files} files as after a fresh start; {now}");
        vitals.push(now);
    }
    watch::assert_bounded(&vitals);
    host.finish();
}

/// Where the configuration is written to, beside the host's files.
#[derive(Clone, Copy)]
struct Field<'a> {
    tables: Option<&'a Tables>,
    way: Option<&'a Way>,
}

fn new_host(config: &Config, tables: Option<&Tables>) -> (Host, Option<Way>) {
    let host = Host::new(Kind::Asterisk22);
    for template in ["phone.cfg", "directory.cfg"].map(|name| format!("data/phoneprov/{name}")) {
        host.write(&template, project_file(&format!("tests/soak/instance/{template}")));
    }
    let way = tables.map(|tables| tables.serve(&host));
    chaos::write(&host, tables, config);
    (host, way)
}

/// How many files are served, if they are those of a fresh start; the differences if they are not.
fn is_like_fresh(host: &Host, config: &Config, tables: Option<&Tables>) -> Result<usize, Vec<String>> {
    let (mut other, _way) = new_host(config, tables);
    other.start();
    if tables.is_some() {
        // At a start, too, the database is read beside everything else.
        tables::read(&other);
    }
    let fresh = other.served(config::any_file());
    drop(other);

    // Nothing is still under way then.
    host.settle();
    let differences = host.served(config::any_file()).differences(&fresh);
    let is_there = |sent: &&String| sent.starts_with("200 ");
    if differences.is_empty() { Ok(fresh.files.values().filter(is_there).count()) } else { Err(differences) }
}

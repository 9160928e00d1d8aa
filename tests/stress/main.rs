//! Stress: phones fetch as fast as they can while their configuration is changed and reloaded, again and again.
//!
//! `cargo test` runs a short form on real Asterisk 22 and 16. `make stress` runs the long one (`STRESS=long`) on 22, for the C
//! module too, and writes what came of both to target/stress. Its settings come from the environment:
//! - `RELOADS` (1,000) of this module, `PJSIP_RELOADS` (200) of res_pjsip, `CORE_RELOADS` (100) of everything and
//!   `PHONEPROV_RELOADS` (100) of res_phoneprov, mixed, each after a change of one phone;
//! - `ALL` (100): then so many reloads, each changing all phones;
//! - `CLIENTS` (8) and `PHONES` (500).
//!
//! Phones have two files in common, a directory of all of them, and two files of their own, one of which has a template for
//! each line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod run;

use hosts::{Host, Kind, setting};
use libtest_mimic::{Arguments, Failed, Trial};
use run::{Outcome, Plan};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The C module is dead after seconds; should it not be, it gets so long.
const TIME_FOR_C: Duration = Duration::from_secs(120);

/// What both short runs have in common.
const SHORT: Plan = Plan {
    reloads: 0,
    pjsip_reloads: 0,
    core_reloads: 10,
    phoneprov_reloads: 10,
    all: 0,
    clients: 8,
    phones: 0,
    time: None,
};

fn main() {
    let trials = match std::env::var("STRESS").as_deref() {
        Ok("long") => vec![Trial::test("asterisk22::beside_the_c_module", stress)],
        _ => short(),
    };
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn short() -> Vec<Trial> {
    let wanted = Kind::wanted();
    let mut trials = Vec::new();
    for &kind in Kind::REAL.iter().filter(|kind| wanted.contains(kind)) {
        let name = format!("{}::reloads_while_phones_fetch", kind.label());
        trials.push(Trial::test(name, move || {
            let plan = Plan { reloads: 100, pjsip_reloads: 20, all: 10, phones: 100, ..SHORT };
            judge(&run::run(Host::new(kind), &plan))
        }));
        let name = format!("{}::clients_that_share_one_phone", kind.label());
        trials.push(Trial::test(name, move || {
            let plan = Plan { reloads: 50, clients: 4, phones: 1, ..SHORT };
            judge(&run::run(Host::new(kind), &plan))
        }));
    }
    trials
}

fn stress() -> Result<(), Failed> {
    let plan = Plan {
        reloads: setting("RELOADS").unwrap_or(1_000),
        pjsip_reloads: setting("PJSIP_RELOADS").unwrap_or(200),
        core_reloads: setting("CORE_RELOADS").unwrap_or(100),
        phoneprov_reloads: setting("PHONEPROV_RELOADS").unwrap_or(100),
        all: setting("ALL").unwrap_or(100),
        clients: setting("CLIENTS").unwrap_or(8),
        phones: setting("PHONES").unwrap_or(500),
        time: None,
    };
    let c = run::run(Host::with_c_module(Kind::Asterisk22), &Plan { time: Some(TIME_FOR_C), ..plan });
    let ours = run::run(Host::new(Kind::Asterisk22), &plan);

    let report = format!(
        "{} phones, {} clients; {} reloads of the module, {} of res_pjsip, {} of everything and {} of res_phoneprov, each after \
         a change of one phone, then {} of the module, each after a change of all\n\n{}",
        plan.phones,
        plan.clients,
        plan.reloads,
        plan.pjsip_reloads,
        plan.core_reloads,
        plan.phoneprov_reloads,
        plan.all,
        table(&c, &ours)
    );
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/stress");
    fs::create_dir_all(&dir).expect("target is writable");
    fs::write(dir.join("stress.md"), &report).expect("target is writable");
    println!("\n{report}\nwritten to target/stress/stress.md");
    judge(&ours)
}

/// What must hold of this module.
fn judge(outcome: &Outcome) -> Result<(), Failed> {
    let mut faults = String::new();
    if !outcome.alive {
        let _ = writeln!(faults, "Asterisk died at reload {}", outcome.reloads);
    }
    if !outcome.got.other.is_empty() {
        let _ = writeln!(faults, "requests got {}", outcome.other());
    }
    if !outcome.late.is_empty() {
        let _ = writeln!(faults, "not served anew when the reload returned: {:?}", outcome.late);
    }
    if outcome.stale != Some(0) {
        let _ = writeln!(faults, "stale at the end: {:?}", outcome.stale);
    }
    if outcome.got.good.len() < 1_000 {
        let _ = writeln!(faults, "only {} requests were answered", outcome.got.good.len());
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}

fn table(c: &Outcome, ours: &Outcome) -> String {
    let mut text = String::from("| | C module | this module |\n|---|--:|--:|\n");
    let mut row = |what: &str, show: &dyn Fn(&Outcome) -> String| {
        let _ = writeln!(text, "| {what} | {} | {} |", show(c), show(ours));
    };
    row("Asterisk", &|outcome| if outcome.alive { "alive".into() } else { "dead".into() });
    row("reloads survived", &|outcome| outcome.reloads.to_string());
    row("seconds", &|outcome| format!("{:.1}", outcome.took.as_secs_f64()));
    row("whole files", &|outcome| outcome.got.good.len().to_string());
    row("anything else", &Outcome::other);
    row("phones stale after their reload", &|outcome| outcome.late.len().to_string());
    row("phones stale at the end", &|outcome| outcome.stale.map_or("–".into(), |stale| stale.to_string()));
    row("latency: median", &|outcome| outcome.latency(0.5));
    row("latency: 99th percentile", &|outcome| outcome.latency(0.99));
    row("latency: longest", &|outcome| outcome.latency(1.0));
    text
}

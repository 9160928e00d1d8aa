//! The distribution's C module and ours at the same work, on the same real Asterisk 22, in one go: `make bench`.
//!
//! Settings come from the environment:
//! - `N`: phones (10,000), each with an endpoint and an auth of its own and four files. Loading is also done with 3 N.
//! - `RUNS`: how often everything is measured (3).
//! - `C_RUNS`: how often those steps of the C module that take it half a minute at 10,000 phones (`RUNS`; 1 from 5,000
//!   phones on; 0 leaves them out).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing benchmark panics")]

mod machine;
mod subject;
mod table;
mod work;

use hosts::{Kind, Module, setting};
use std::fs;
use std::path::Path;
use table::Table;

/// The figure for growth is one of so many phones.
const PHONES_FOR_GROWTH: usize = 1_000;

fn main() {
    let phones = setting("N").unwrap_or(10_000);
    let runs = setting("RUNS").unwrap_or(3);
    let c_runs = setting("C_RUNS").unwrap_or(if phones < 5_000 { runs } else { 1 });
    assert!(phones > 0 && runs > 0, "N and RUNS are at least 1");

    let mut table = Table::default();
    for run in 1..=runs {
        for module in [Module::C, Module::Ours] {
            eprintln!("run {run} of {runs}: {} with {phones} phones", module.name());
            let slow_too = matches!(module, Module::Ours) || run <= c_runs;
            work::every_change(module, phones, slow_too, &mut table);
            work::load_only(module, 3 * phones, &mut table);
        }
    }
    for module in [Module::C, Module::Ours] {
        eprintln!("memory: {}", module.name());
        work::growth(module, phones.min(PHONES_FOR_GROWTH), &mut table);
    }

    let report = format!(
        "{}\n{phones} phones with four files each; medians of {runs} runs (the C module's steps of half a minute: {c_runs})\n\n{}",
        machine::facts(Kind::Asterisk22),
        table.markdown()
    );
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    fs::create_dir_all(&dir).expect("target is writable");
    fs::write(dir.join(format!("{phones}.md")), &report).expect("target is writable");
    fs::write(dir.join(format!("{phones}.csv")), table.csv()).expect("target is writable");
    println!("{report}\nwritten to target/bench/{phones}.md, each figure to {phones}.csv");
}

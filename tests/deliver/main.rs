//! What it takes until a whole fleet has what is new, on Asterisk 22: `make deliver`.
//!
//! sipp registers phones; all are changed at once, with `resync = changed`, and then once more; each fetches when it is told. Calls
//! are put through the same Asterisk before, meanwhile and after. What must be so is asserted: the first wave comes first, nobody is
//! told sooner than the rate allows, nor twice, all have what is new in the end, those that were away, too, and telling takes
//! little memory. Times and memory are printed.
//!
//! Settings: `N` (10,000) phones, of which `AWAY` (3,000 of 10,000) register late; `RATE` (100), which is `resync_rate`; `FIRST` (20);
//! `CALLS` (200) at a time, `CALLS_A_SECOND` (5).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing benchmark panics")]

mod all_changed;

use all_changed::{Change, Outcome, Plan, run};
use hosts::phones::quantile;
use hosts::{Host, Kind, setting, top};
use std::time::Duration;

fn main() {
    let phones = setting("N").unwrap_or(10_000);
    let plan = Plan {
        phones,
        away: setting("AWAY").unwrap_or(phones * 3 / 10),
        rate: setting("RATE").unwrap_or(100),
        first: setting("FIRST").unwrap_or(20),
        calls: setting("CALLS").unwrap_or(200),
        calls_per_second: setting("CALLS_A_SECOND").unwrap_or(5),
    };
    let mut host = Host::new(Kind::Asterisk22);
    let outcome = run(&mut host, &plan);
    host.finish();
    let report = report(&plan, &outcome);
    std::fs::create_dir_all(top().join("target/bench")).expect("target is writable");
    std::fs::write(top().join("target/bench/deliver.md"), &report).expect("target is writable");
    println!("{report}\nwritten to target/bench/deliver.md");
}

fn report(plan: &Plan, outcome: &Outcome) -> String {
    let milliseconds = |times: &[Duration], part| {
        let time = quantile(part, times.iter().copied());
        time.map_or("–".to_owned(), |time| format!("{:.1} ms", 1000.0 * time.as_secs_f64()))
    };
    let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
    let megabytes = |kilobytes: usize| format!("{:.1} MB", kilobytes as f64 / 1024.0);
    let [first, second] = &outcome.changes;
    let mut text = format!(
        "{} phones, {} of them away at the first change, resync_rate = {}, resync_first = {}, {} calls a second\n\n",
        plan.phones, plan.away, plan.rate, plan.first, plan.calls_per_second
    );
    let mut row = |cells: [String; 5]| {
        text += &format!("| {} |\n", cells.join(" | "));
    };
    let of_changes = |what: &str, tell: &dyn Fn(&Change) -> String| {
        [what.to_owned(), String::new(), tell(first), tell(second), String::new()]
    };
    row(["", "before", "first change", "second change", "after"].map(str::to_owned));
    row(["---", "--:", "--:", "--:", "--:"].map(str::to_owned));
    row(of_changes("those that are registered have what is new", &|change| seconds(change.took)));
    let took_away = |change: &Change| if change.away > 0 { seconds(change.took_away) } else { String::new() };
    row(of_changes("those that were away have it, once they register", &took_away));
    row(of_changes("the slowest phone, from message to file", &|change| seconds(change.slowest)));
    let calls = [&outcome.before, &first.calls, &second.calls, &outcome.after];
    for (name, part) in [("median", 0.5), ("95th percentile", 0.95)] {
        let [before, one, two, after] = calls.map(|calls| milliseconds(calls, part));
        row([format!("calls, from INVITE to answer: {name}"), before, one, two, after]);
    }
    row(of_changes("memory of Asterisk when the first wave is told", &|change| megabytes(change.memory)));
    row(of_changes("memory at most from then on", &|change| megabytes(change.peak)));
    if outcome.changes.iter().any(|change| !change.calls_were_during) {
        text += "\nSome calls were placed when all had come.\n";
    }
    text
}

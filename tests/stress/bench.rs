//! What the gate costs those who fetch, on Asterisk 22: `make bench-gate`.
//!
//! - Requests in a second through the gate, with the gate switched off, and with the C module, which has none; in turns.
//! - Latency while phones change: with `N` phones, of requests that a reload overlaps with.
//!
//! Settings come from the environment: `RUNS` (5) of `SECONDS` (4) each, `CLIENTS` (4), `PHONES` (500) for throughput, `N`
//! (10,000) for latency and `RELOADS` (20) of each kind there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing benchmark panics")]

mod clients;
#[allow(dead_code, reason = "the stress test uses the rest")]
mod fleet;
#[path = "../hosts/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the scenarios use the rest")]
mod hosts;
mod latency;
mod settings;

use clients::{Got, Phones, fetch_during};
use fleet::Fleet;
use hosts::{Host, Kind};
use settings::setting;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

const GATE_OFF: &str = "[phoneprov]\ntype=phoneprov_global\nhttp_gate=no\n\n";
const RELOAD: &str = "module reload res_pjsip_phoneprov_provider.so";
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    let clients = setting("CLIENTS", 4);
    let report = format!("{}\n{}", throughput(clients), latency_during_reloads(clients));
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    fs::create_dir_all(&dir).expect("target is writable");
    fs::write(dir.join("gate.md"), &report).expect("target is writable");
    println!("{report}\nwritten to target/bench/gate.md");
}

fn throughput(clients: usize) -> String {
    let (runs, phones) = (setting("RUNS", 5), setting("PHONES", 500));
    let duration = Duration::from_secs(setting("SECONDS", 4) as u64);
    let mut subjects = [
        ("C module", Host::with_c_module(Kind::Asterisk22), "", Vec::new()),
        ("gate switched off", Host::new(Kind::Asterisk22), GATE_OFF, Vec::new()),
        ("gate", Host::new(Kind::Asterisk22), "", Vec::new()),
    ];
    for (_, host, sections, _) in &mut subjects {
        Fleet::new(phones).configure(host, sections);
        host.start();
    }
    for run in 1..=runs {
        // Whoever comes first in a run comes last in the next.
        subjects.reverse();
        for (name, host, _, figures) in &mut subjects {
            let ((), got) = fetch_during(host.address(), clients, (Phones::OneClientEach, phones), || sleep(duration));
            assert_no_faults(&got);
            let figure = got.good.len() as f64 / duration.as_secs_f64();
            eprintln!("run {run} of {runs}: {name}: {figure:.0} requests/s");
            figures.push(figure);
        }
    }
    let of = |wanted: &str| subjects.iter().find(|(name, ..)| *name == wanted).map(|(.., figures)| figures).unwrap();
    let gate = of("gate");
    // Run by run, because the machine's own speed drifts by more than the gate costs.
    let ratio = |other: &[f64]| {
        let ratios: Vec<f64> = gate.iter().zip(other).map(|(gate, other)| gate / other).collect();
        median(&ratios)
    };
    let (c, off) = (of("C module"), of("gate switched off"));
    format!(
        "{phones} phones, {clients} clients, medians of {runs} runs in turns, ratios run by run\n\n\
         | | requests/s | gate to it |\n|---|--:|--:|\n| C module | {:.0} | {:.3} |\n| gate switched off | {:.0} | {:.3} |\n\
         | gate | {:.0} | |\n",
        median(c),
        ratio(c),
        median(off),
        ratio(off),
        median(gate)
    )
}

fn latency_during_reloads(clients: usize) -> String {
    let (phones, reloads) = (setting("N", 10_000), setting("RELOADS", 20));
    let mut host = Host::new(Kind::Asterisk22);
    let mut fleet = Fleet::new(phones);
    fleet.configure(&host, "");
    host.start();

    let mut text = format!("{phones} phones, {clients} clients, {reloads} reloads of each kind\n\n");
    text += "| requests | median | 99th percentile | longest | reload takes |\n|---|--:|--:|--:|--:|\n";
    let mut measure = |what: &str, work: &mut dyn FnMut(&Host) -> (Instant, Instant)| {
        let (windows, got) = fetch_during(host.address(), clients, (Phones::OneClientEach, phones), || {
            (0..reloads).map(|_| work(&host)).collect::<Vec<(Instant, Instant)>>()
        });
        assert_no_faults(&got);
        let overlaps = |&&(start, took): &&(Instant, Duration)| {
            windows.iter().any(|&(begin, end)| start < end && start + took > begin)
        };
        let times: Vec<Duration> = got.good.iter().filter(overlaps).map(|&(_, took)| took).collect();
        let part = |part| latency::of_part(part, times.iter().copied());
        let took = latency::of_part(0.5, windows.iter().map(|&(begin, end)| end - begin));
        let _ = writeln!(text, "| {what} | {} | {} | {} | {took} |", part(0.5), part(0.99), part(1.0));
    };
    measure("without a reload", &mut |_| {
        let begin = Instant::now();
        sleep(Duration::from_millis(200));
        (begin, Instant::now())
    });
    // Reads and compares everything, and never closes the gate.
    measure("during a reload, nothing changed", &mut |host| {
        fleet.configure(host, "");
        reload(host)
    });
    let mut phone = 0;
    measure("during a reload, one phone changed", &mut |host| {
        phone = (phone + 7_919) % phones;
        fleet.change(phone);
        fleet.configure(host, "");
        reload(host)
    });
    text
}

fn reload(host: &Host) -> (Instant, Instant) {
    let begin = Instant::now();
    host.ask(RELOAD, PATIENCE).expect("a reload ends");
    (begin, Instant::now())
}

fn assert_no_faults(got: &Got) {
    assert!(
        got.other.is_empty() && !got.good.is_empty(),
        "beside {} answers with 200: {:?}",
        got.good.len(),
        got.other
    );
}

fn median(figures: &[f64]) -> f64 {
    let mut figures = figures.to_vec();
    figures.sort_by(f64::total_cmp);
    (figures[(figures.len() - 1) / 2] + figures[figures.len() / 2]) / 2.0
}

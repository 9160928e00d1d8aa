//! What the gate costs those who fetch, on Asterisk 22: `make bench-gate`.
//!
//! - Requests in a second through the gate, with the gate switched off, and with the C module, which has none; in turns.
//!   And the processor time that Asterisk takes for one, which a busy machine blurs less.
//! - Latency while phones change: with `N` phones, of requests that a reload overlaps with.
//!
//! Settings come from the environment: `RUNS` (60) of `MILLISECONDS` (500) each, `CLIENTS` (4), `PHONES` (500) for throughput,
//! `N` (10,000) for latency and `RELOADS` (20) of each kind there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing benchmark panics")]

use hosts::phones::{Fleet, Got, Phones, fetch_during, quantile_text};
use hosts::{Host, Kind, setting, top};
use std::fmt::Write as _;
use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

const GATE_OFF: &str = "[phoneprov]\ntype=phoneprov_global\nhttp_gate=no\n\n";
const RELOAD: &str = "module reload res_pjsip_phoneprov_provider.so";
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    let clients = setting("CLIENTS").unwrap_or(4);
    let report = format!("{}\n{}", throughput(clients), latency_during_reloads(clients));
    let dir = top().join("target/bench");
    fs::create_dir_all(&dir).expect("target is writable");
    fs::write(dir.join("gate.md"), &report).expect("target is writable");
    println!("{report}\nwritten to target/bench/gate.md");
}

fn throughput(clients: usize) -> String {
    let (runs, phones) = (setting("RUNS").unwrap_or(60), setting("PHONES").unwrap_or(500));
    // Short turns, and many: the machine's own speed drifts within seconds, by more than the gate costs.
    let duration = Duration::from_millis(setting("MILLISECONDS").unwrap_or(500));
    let mut subjects = [
        Subject::new("C module", Host::with_c_module(Kind::Asterisk22), "", phones),
        Subject::new("gate switched off", Host::new(Kind::Asterisk22), GATE_OFF, phones),
        Subject::new("gate", Host::new(Kind::Asterisk22), "", phones),
    ];
    for run in 1..=runs {
        // Whoever comes first in a run comes last in the next.
        subjects.reverse();
        for subject in &mut subjects {
            let begin = subject.host.processor_time();
            let address = subject.host.address();
            let ((), got) = fetch_during(address, clients, (Phones::OneClientEach, phones), || sleep(duration));
            assert_no_faults(&got);
            subject.requests += got.good.len();
            subject.processor_time += subject.host.processor_time() - begin;
            let figure = got.good.len() as f64 / duration.as_secs_f64();
            eprintln!("run {run} of {runs}: {}: {figure:.0} requests/s", subject.name);
            subject.per_second.push(figure);
        }
    }
    subjects.sort_by_key(|subject| subject.name);
    let [c, gate, off] = &subjects;
    let mut text =
        format!("{phones} phones, {clients} clients, medians of {runs} runs in turns, ratios run by run\n\n");
    text += "| | requests/s | gate to it | processor time a request | gate to it |\n|---|--:|--:|--:|--:|\n";
    for other in [c, off, gate] {
        let ratios: Vec<f64> =
            gate.per_second.iter().zip(&other.per_second).map(|(gate, other)| gate / other).collect();
        let _ = writeln!(
            text,
            "| {} | {:.0} | {:.3} | {:.2} µs | {:.3} |",
            other.name,
            median(&other.per_second),
            median(&ratios),
            other.processor_time_of_one() * 1e6,
            gate.processor_time_of_one() / other.processor_time_of_one()
        );
    }
    text
}

/// One of those that are compared.
struct Subject {
    name: &'static str,
    host: Host,
    /// Requests in a second, of each run.
    per_second: Vec<f64>,
    requests: usize,
    processor_time: Duration,
}

impl Subject {
    fn new(name: &'static str, mut host: Host, sections: &str, phones: usize) -> Self {
        Fleet::new(phones).configure(&host, sections);
        host.start();
        Subject { name, host, per_second: Vec::new(), requests: 0, processor_time: Duration::ZERO }
    }

    /// In seconds.
    fn processor_time_of_one(&self) -> f64 {
        self.processor_time.as_secs_f64() / self.requests as f64
    }
}

fn latency_during_reloads(clients: usize) -> String {
    let (phones, reloads) = (setting("N").unwrap_or(10_000), setting("RELOADS").unwrap_or(20));
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
        let part = |part| quantile_text(part, times.iter().copied());
        let took = quantile_text(0.5, windows.iter().map(|&(begin, end)| end - begin));
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

//! How long honest phones wait beside clients that are no help to anybody.

use super::Settings;
use super::subject::{Files, Module};
use hosts::phones::{Connections, Crowd, Fleet, Got, is_good};
use hosts::{Host, eventually, eventually_within, median, setting};
use std::fmt::Write as _;
use std::thread::sleep;
use std::time::Duration;

/// So often in a second each of those asks who asks for what nobody has.
const GUESSES: usize = 50;
const LARGE: usize = 8 << 20;

pub fn latency(settings: &Settings) -> String {
    let Settings { runs, turn, clients, phones, .. } = *settings;
    // Clients that read nothing of what they ask for, that do not send what they announce, and that ask for nonsense.
    let [slow, silent, guessing] =
        [("SLOW", 100), ("SILENT", 100), ("GUESSING", 20)].map(|(name, usual)| setting(name).unwrap_or(usual));
    let host = start(phones);
    let files: Vec<String> = (0..phones).flat_map(|phone| Files::Own.of(phone)).collect();
    let honest = || {
        let crowd = Crowd::at(host.address()).fetch(clients, Connections::Kept, &files, is_good);
        let ((), got) = crowd.during(|| sleep(2 * turn));
        got.assert_all_good();
        got
    };
    let (mut alone, mut beside): (Vec<Got>, Vec<Got>) = (Vec::new(), Vec::new());
    let threads = host.threads();
    for run in 1..=runs {
        alone.push(honest());
        let crowd = Crowd::at(host.address())
            .slow(slow, "large.txt", 0)
            .silent(silent, &files[0], 1_000)
            .guessing(guessing, GUESSES);
        let (got, rude) = crowd.during(|| {
            let are_in = eventually(|| host.threads() >= threads + slow + silent);
            assert!(are_in, "they do not all get in: {} threads after {threads}", host.threads());
            // Until the large answers are made; who reads nothing comes anew after 20 seconds.
            let mut used = host.processor_time();
            let are_made = eventually_within(Duration::from_secs(15), || {
                sleep(Duration::from_millis(200));
                let before = std::mem::replace(&mut used, host.processor_time());
                used - before < Duration::from_millis(100)
            });
            assert!(
                are_made,
                "the large answers are still being made: measure on a machine that has nothing else to do"
            );
            honest()
        });
        eprintln!("run {run} of {runs}: {:?}", rude.rude);
        beside.push(got);
        let are_gone = eventually(|| host.threads() <= threads + clients);
        assert!(are_gone, "they do not go: {} threads after {threads}", host.threads());
    }
    let mut text = format!(
        "{phones} phones, {clients} honest clients; beside them {slow} that read nothing of {} MB, {silent} that do not send what \
         they announce, and {guessing} that ask for nonsense {GUESSES} times a second each; sessionlimit = 1000; medians of {runs} \
         runs, ratios run by run\n\n",
        LARGE >> 20
    );
    text += "| | alone | beside them | ratio |\n|---|--:|--:|--:|\n";
    let mut row = |what: &str, unit: &str, figure: &dyn Fn(&Got) -> f64| {
        let [one, other] = [&alone, &beside].map(|runs| runs.iter().map(figure).collect::<Vec<f64>>());
        let ratios: Vec<f64> = one.iter().zip(&other).map(|(one, other)| other / one).collect();
        let [one, other, ratio] = [&one, &other, &ratios].map(|figures| median(figures).unwrap_or_default());
        let _ = writeln!(text, "| {what} | {one:.2} {unit} | {other:.2} {unit} | {ratio:.2} |");
    };
    let milliseconds = |part| move |got: &Got| got.quantile(part).unwrap_or_default().as_secs_f64() * 1e3;
    row("latency, median", "ms", &milliseconds(0.5));
    row("latency, 99th percentile", "ms", &milliseconds(0.99));
    row("latency, longest", "ms", &milliseconds(1.0));
    row("requests in a second", "", &|got| got.good.len() as f64 / (2 * turn).as_secs_f64());
    text
}

/// A host with room for all of them.
fn start(phones: usize) -> Host {
    let mut host = Module::Ours.host();
    host.write("etc/http.conf", host.read("etc/http.conf") + "sessionlimit = 1000\n");
    host.write("etc/phoneprov.conf", Files::Own.phoneprov_conf() + "large.txt = large.cfg\n");
    host.write("data/phoneprov/large.cfg", "x".repeat(LARGE));
    Fleet::new(phones).configure(&host, "");
    host.start();
    host
}

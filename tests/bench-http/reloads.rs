//! What a reload costs that changes nothing.

use super::Settings;
use super::subject::{Files, Module, start};
use hosts::phones::Fleet;
use hosts::{Host, median};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

pub const RELOAD: &str = "module reload res_pjsip_phoneprov_provider.so";
const PATIENCE: Duration = Duration::from_secs(60);

/// Has the module reload, and tells when that began and ended.
pub fn reload(host: &Host) -> (Instant, Instant) {
    let begin = Instant::now();
    host.ask(RELOAD, PATIENCE).expect("a reload ends");
    (begin, Instant::now())
}

pub fn nothing_changed(settings: &Settings) -> String {
    let (phones, reloads) = (settings.phones, settings.reloads);
    let modules = Module::builds();
    let subjects: Vec<(Host, Fleet)> = modules.iter().map(|module| start(module, Files::Own, phones)).collect();
    let mut text = format!(
        "A reload that changes nothing, {phones} phones, medians of {reloads} in turns, ratios turn by turn\n\n"
    );
    text += "| pjsip.conf | this module |";
    text += if modules.len() > 1 { " other build | to other build |\n|---|--:|--:|--:|\n" } else { "\n|---|--:|\n" };
    let untouched: fn(&Host, &Fleet) = |_, _| {};
    let written: fn(&Host, &Fleet) = |host, fleet| fleet.configure(host, "");
    for (what, prepare) in [("untouched", untouched), ("written anew", written)] {
        let mut figures: Vec<Vec<f64>> = vec![Vec::new(); subjects.len()];
        for turn in 0..reloads {
            for at in 0..subjects.len() {
                let at = (at + turn) % subjects.len();
                let (host, fleet) = &subjects[at];
                prepare(host, fleet);
                let (begin, end) = reload(host);
                figures[at].push((end - begin).as_secs_f64() * 1e3);
            }
        }
        let ratios: Vec<f64> = match figures.as_slice() {
            [ours, other] => ours.iter().zip(other).map(|(ours, other)| ours / other).collect(),
            _ => Vec::new(),
        };
        let _ = write!(text, "| {what} |");
        for figures in &figures {
            let _ = write!(text, " {:.1} ms |", median(figures).expect("there was a reload"));
        }
        let _ = writeln!(text, "{}", median(&ratios).map_or(String::new(), |ratio| format!(" {ratio:.2} |")));
    }
    text
}

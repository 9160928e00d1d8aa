//! How long requests take that a reload overlaps with.

use super::Settings;
use super::reloads::reload;
use super::subject::{Files, Module, start};
use hosts::Host;
use hosts::phones::{Connections, Crowd, is_good, quantile_text};
use std::fmt::Write as _;
use std::thread::sleep;
use std::time::{Duration, Instant};

pub fn during_reloads(settings: &Settings) -> String {
    let Settings { phones, reloads, clients, .. } = *settings;
    let (host, mut fleet) = start(&Module::Ours, Files::Own, phones);
    let files: Vec<String> = (0..phones).flat_map(|phone| Files::Own.of(phone)).collect();
    let mut text = format!("{phones} phones, {clients} clients, {reloads} reloads of each kind\n\n");
    text += "| requests | median | 99th percentile | longest | reload takes |\n|---|--:|--:|--:|--:|\n";
    let mut measure = |what: &str, work: &mut dyn FnMut(&Host) -> (Instant, Instant)| {
        let crowd = Crowd::at(host.address()).fetch(clients, Connections::Kept, &files, is_good);
        let (windows, got) = crowd.during(|| (0..reloads).map(|_| work(&host)).collect::<Vec<_>>());
        got.assert_all_good();
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

//! On what it was measured.

use hosts::{Host, Kind};
use std::fs;
use std::process::Command;

/// One line: date, processor, cores, Asterisk, and how times are taken.
pub fn facts(kind: Kind) -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let date = Command::new("date").args(["-u", "+%F %H:%M UTC"]).output().expect("there is a clock");
    let mut host = Host::new(kind);
    host.start();
    let asterisk = host.cli("core show version");
    format!(
        "{}; {}, {cores} cores; {}.\nTimes run from a command on Asterisk's control socket until the last phone's file \
         shows the new state over HTTP.\n",
        String::from_utf8_lossy(&date.stdout).trim(),
        processor.trim_start_matches([' ', '\t', ':']),
        asterisk.split(" built by").next().unwrap_or_default().trim()
    )
}

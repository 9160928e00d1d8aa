//! Whether Asterisk is well: it answers, it lives, and it does not grow.

use hosts::Host;
use std::fmt;
use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Nothing here takes Asterisk a second; who has not answered after so long never will.
const PATIENCE: Duration = Duration::from_secs(60);

/// The answer to a command. If none comes, tells what every thread of Asterisk is doing, and fails.
pub fn command(host: &Host, command: &str) -> String {
    match host.ask(command, PATIENCE) {
        Ok(answer) => answer,
        Err(error) => {
            static TOLD: AtomicBool = AtomicBool::new(false);
            if !TOLD.swap(true, Ordering::Relaxed) {
                eprintln!("'{command}': {error}\n{}", threads(host));
            }
            panic!("'{command}' is not answered: {error}");
        }
    }
}

/// What every thread is doing, as far as this machine can tell.
fn threads(host: &Host) -> String {
    let pid = host.pid();
    let arguments = ["-batch", "-nx", "-ex", "thread apply all backtrace 30", "-p"];
    let seen = Command::new("gdb").args(arguments).arg(pid.to_string()).output();
    if let Some(output) = seen.ok().filter(|output| output.status.success()) {
        return String::from_utf8_lossy(&output.stdout).into_owned();
    }
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return "the process is gone".to_owned() };
    let mut text = host.ask("core show threads", Duration::from_secs(5)).unwrap_or_default();
    for task in tasks.flatten() {
        let read = |file| fs::read_to_string(task.path().join(file)).unwrap_or_default();
        let (name, waits_in) = (read("comm"), read("wchan"));
        text += &format!("{} {} in {waits_in}\n{}", task.file_name().to_string_lossy(), name.trim(), read("stack"));
    }
    text
}

/// What may not grow.
pub struct Vitals {
    pub resident_kb: usize,
    pub threads: usize,
}

impl Vitals {
    pub fn of(host: &Host) -> Self {
        Self { resident_kb: host.resident_kb(), threads: host.threads() }
    }
}

/// How many threads of this name there are.
pub fn threads_named(host: &Host, name: &str) -> usize {
    let tasks = fs::read_dir(format!("/proc/{}/task", host.pid())).expect("Asterisk lives");
    let is = |task: &fs::DirEntry| fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.trim() == name);
    tasks.flatten().filter(is).count()
}

impl fmt::Display for Vitals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} kB resident, {} threads", self.resident_kb, self.threads)
    }
}

/// About 0.1 MB is usual. One kilobyte for each phone and reload would be several MB.
const GROWTH_PER_ROUND_KB: usize = 512;
/// In a short soak the pools are still warming up in its last rounds, by about 0.4 MB each.
const WARMING_UP_KB: usize = 1024;
/// res_pjsip's pool of threads breathes a little.
const MORE_THREADS: usize = 4;

/// That nothing has grown since the first third of the rounds, in which Asterisk's pools warm up.
pub fn assert_bounded(vitals: &[Vitals]) {
    let (warm, rest) = vitals.split_at(vitals.len().div_ceil(3));
    let (Some(before), Some(after)) = (warm.last(), rest.last()) else { return };
    let growth = after.resident_kb.saturating_sub(before.resident_kb);
    let bound = WARMING_UP_KB + GROWTH_PER_ROUND_KB * rest.len();
    assert!(growth <= bound, "memory grew by {growth} kB in {} rounds", rest.len());
    assert!(
        after.threads <= before.threads + MORE_THREADS,
        "threads grew from {} to {}",
        before.threads,
        after.threads
    );
}

//! What a host's process has used of the machine.

use crate::Host;
use std::fs;
use std::time::Duration;

impl Host {
    /// Its resident memory in kilobytes (proc(5), `status`).
    pub fn resident_kb(&self) -> usize {
        self.status("VmRSS").trim_end_matches(" kB").parse().expect("VmRSS is a number of kB")
    }

    /// How many threads it has.
    pub fn threads(&self) -> usize {
        self.status("Threads").parse().expect("Threads is a number")
    }

    /// The processor time that it has used so far (proc(5), `stat`: `utime` and `stime`, in hundredths of a second).
    pub fn processor_time(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid())).expect("the host runs");
        let (_, fields) = stat.rsplit_once(") ").expect("the name stands in parentheses");
        let ticks = |field: usize| fields.split(' ').nth(field - 3).and_then(|ticks| ticks.parse::<u64>().ok());
        Duration::from_millis(10 * (ticks(14).expect("utime is there") + ticks(15).expect("stime is there")))
    }

    fn status(&self, name: &str) -> String {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("the host runs");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("the kernel tells it");
        line.trim_start_matches(':').trim().to_owned()
    }
}

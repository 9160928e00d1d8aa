//! What a host's process has used of the machine.

#![allow(unsafe_code, reason = "the clock of another process")]

use crate::Host;
use std::fs;
use std::time::Duration;

impl Host {
    /// Its resident memory in kilobytes (proc(5), `status`).
    pub fn resident_kb(&self) -> usize {
        self.kilobytes("VmRSS")
    }

    /// The most that it ever was.
    pub fn most_resident_kb(&self) -> usize {
        self.kilobytes("VmHWM")
    }

    fn kilobytes(&self, name: &str) -> usize {
        self.status(name).trim_end_matches(" kB").parse().expect("memory is a number of kB")
    }

    /// How many threads it has.
    pub fn threads(&self) -> usize {
        self.status("Threads").parse().expect("Threads is a number")
    }

    /// The processor time that it has used so far, in all its threads, by its own clock (clock_getcpuclockid(3)).
    pub fn processor_time(&self) -> Duration {
        let mut clock = 0;
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: both write to what they are given, and nothing else.
        let failed = unsafe {
            libc::clock_getcpuclockid(self.pid() as libc::pid_t, &mut clock) != 0
                || libc::clock_gettime(clock, &mut time) != 0
        };
        assert!(!failed, "the host runs");
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    }

    fn status(&self, name: &str) -> String {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("the host runs");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("the kernel tells it");
        line.trim_start_matches(':').trim().to_owned()
    }
}

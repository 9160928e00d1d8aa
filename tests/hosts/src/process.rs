//! A child process that cannot outlive the test: killed and reaped on drop, and by the kernel if the test itself dies.

#![allow(unsafe_code, reason = "pre_exec, to end with the test")]

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};

pub struct Process(Child);

impl Process {
    /// Starts `command` with its output in the file `console`.
    pub fn start(command: &mut Command, console: &Path) -> Self {
        let console = File::create(console).expect("the log directory is writable");
        let also = console.try_clone().expect("a file handle can be cloned");
        // SAFETY: between fork and exec only prctl is called, which is async-signal-safe.
        unsafe {
            command.pre_exec(|| match libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            });
        }
        Self(command.stdout(console).stderr(also).spawn().expect("tests/hosts/in-host starts"))
    }

    /// Its process id: what was started becomes the host by exec, never by fork.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Sends it a signal, if it has not ended.
    pub fn signal(&mut self, signal: libc::c_int) {
        if self.ended().is_none() {
            // It has not been waited for, so that its id is still its own.
            self::signal(self.0.id(), signal);
        }
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("a child can be waited for")
    }
}

/// Sends a process a signal.
pub fn signal(process: u32, signal: libc::c_int) {
    // SAFETY: no memory is involved.
    unsafe { libc::kill(process as libc::pid_t, signal) };
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only for a process that is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

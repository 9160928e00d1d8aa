//! The control socket of an Asterisk, which `asterisk -rx` speaks to.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

/// The answer to a command from the Asterisk whose run directory that is; the stub core's protocol is a simpler one. An error if it
/// has not ended in time.
pub fn ask(run: &Path, is_stub: bool, command: &str, patience: Duration) -> io::Result<String> {
    let deadline = Instant::now() + patience;
    // A socket's path has room for 107 characters; the way over the directory's handle is short wherever the checkout is.
    let run = File::open(run)?;
    let mut socket = UnixStream::connect(format!("/proc/self/fd/{}/asterisk.ctl", run.as_raw_fd()))?;
    if is_stub {
        socket.write_all(command.as_bytes())?;
        socket.shutdown(Shutdown::Write)?;
    } else {
        socket.write_all(format!("cli quit after {command}\0").as_bytes())?;
    }

    let mut answer = Vec::new();
    let mut buffer = [0; 65536];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        socket.set_read_timeout(Some(left))?;
        match socket.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => answer.extend_from_slice(&buffer[..count]),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
    let answer = String::from_utf8_lossy(&answer);
    if is_stub {
        return Ok(answer.into_owned());
    }
    // It greets with a line of host name, process id and version.
    Ok(answer.split_once('\n').map(|(_, rest)| rest.to_owned()).unwrap_or_default())
}

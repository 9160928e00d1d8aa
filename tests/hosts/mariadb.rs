//! One private MariaDB: its directory and its process.

use super::process::Process;
use super::{eventually, top};
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A server with its own directory under target/instances, which nobody reaches from outside, with a database `asterisk`. It
/// ends when this is dropped; the directory stays where the test failed.
pub struct MariaDb {
    dir: PathBuf,
    process: Option<Process>,
}

impl MariaDb {
    /// Lays one out, starts it, and waits until it answers.
    pub fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let (pid, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let dir = top().join(format!("target/instances/mariadb-{pid}-{count}"));
        let done = Command::new(script()).arg("make").arg(&dir).status().expect("tests/hosts/mariadb starts");
        assert!(done.success(), "tests/hosts/mariadb make failed: {done}");
        let mut mariadb = Self { dir, process: None };
        let mut command = Command::new(script());
        command.arg("run").arg(&mariadb.dir);
        mariadb.process = Some(Process::start(&mut command, &mariadb.dir.join("log")));
        let log = || fs::read_to_string(mariadb.dir.join("log")).unwrap_or_default();
        assert!(eventually(|| mariadb.sql("select 1").is_ok()), "MariaDB did not come up:\n{}", log());
        mariadb
    }

    /// Runs SQL and gives the rows of all statements, with tabs between columns, or what the server has against it.
    pub fn sql(&self, text: &str) -> Result<String, String> {
        let mut command = Command::new(script());
        command.arg("sql").arg(&self.dir).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut client = command.spawn().expect("tests/hosts/mariadb starts");
        let mut input = client.stdin.take().expect("it is piped");
        // It reads all of it before it writes more than a pipe holds, or ends early.
        let _ = input.write_all(text.as_bytes());
        drop(input);
        let output = client.wait_with_output().expect("the client ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        self.process = None;
        if std::thread::panicking() {
            eprintln!("{} is kept", self.dir.display());
        } else {
            let _ = fs::remove_dir_all(&self.dir);
        }
    }
}

fn script() -> PathBuf {
    top().join("tests/hosts/mariadb")
}

//! One private PostgreSQL: its directory, its process, and what nodes asked of it.

use super::link::Link;
use super::process::Process;
use super::{Host, eventually, top};
use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

const PORT: u16 = 5432;

/// A server with its own directory under target/instances and its own loopback address, with a user and a database
/// `asterisk` that need no password. It ends when this is dropped; the directory stays where the test failed.
pub struct Postgres {
    dir: PathBuf,
    address: String,
    process: Option<Process>,
}

impl Postgres {
    /// Lays one out and starts it.
    pub fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let (pid, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        // Hosts have the same network's addresses from its other end.
        let address = format!("127.{}.{}.{}", 1 + pid / 256 % 254, pid % 256, 254 - count % 100);
        let dir = top().join(format!("target/instances/postgres-{pid}-{count}"));
        let done = Command::new(script()).arg("make").arg(&dir).status().expect("tests/hosts/postgres starts");
        assert!(done.success(), "tests/hosts/postgres make failed: {done}");

        let mut postgres = Self { dir, address, process: None };
        postgres.start_again();
        postgres
    }

    /// Starts it after a stop, and waits until it answers.
    pub fn start_again(&mut self) {
        let count = fs::read_dir(&self.dir).expect("its directory is there").count();
        let mut command = Command::new(script());
        command.arg("run").arg(&self.dir).arg(&self.address);
        // A log for each time that it runs; the directory has one other entry, the data.
        self.process = Some(Process::start(&mut command, &self.dir.join(format!("log-{count}"))));
        assert!(eventually(|| self.try_sql("select 1").is_ok()), "PostgreSQL did not come up:\n{}", self.log());
    }

    /// Stops it the way an administrator does: connections break, and new ones are refused.
    pub fn stop(&mut self) {
        let mut process = self.process.take().expect("it was started");
        process.signal(libc::SIGINT);
        assert!(eventually(|| process.ended().is_some()), "PostgreSQL does not end:\n{}", self.log());
    }

    /// Runs SQL and gives the rows of all statements, with `|` between columns.
    pub fn sql(&self, text: &str) -> String {
        self.try_sql(text).unwrap_or_else(|error| panic!("{error}\nin: {text}"))
    }

    fn try_sql(&self, text: &str) -> Result<String, String> {
        // psql asks a server that is not there in several ways before it gives up.
        TcpStream::connect((self.address.as_str(), PORT)).map_err(|error| error.to_string())?;
        let mut command = Command::new(script());
        command.arg("sql").arg(&self.address).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut psql = command.spawn().expect("tests/hosts/postgres starts");
        let mut input = psql.stdin.take().expect("it is piped");
        // It reads all of it before it writes more than a pipe holds, or ends early.
        let _ = input.write_all(text.as_bytes());
        drop(input);
        let output = psql.wait_with_output().expect("psql ends");
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    /// A way for that host to get here, on the usual port of the host's own address (127.0.0.1 in its files).
    pub fn link(&self, host: &Host) -> Link {
        Link::new(format!("{}:{PORT}", host.address()), format!("{}:{PORT}", self.address))
    }

    /// Every statement so far that did not come from [`Self::sql`], in order.
    pub fn statements(&self) -> Vec<String> {
        let statement = |line: &str| {
            let (who, what) = line.split_once(" LOG:  ")?;
            let (kind, text) = what.split_once(": ")?;
            let is_statement = kind == "statement" || kind.starts_with("execute ");
            (is_statement && !who.ends_with(" psql")).then(|| text.to_owned())
        };
        self.log().lines().filter_map(statement).collect()
    }

    /// What it wrote, over all the times that it ran.
    fn log(&self) -> String {
        let log = |number| fs::read(self.dir.join(format!("log-{number}"))).ok();
        (1..).map_while(log).map(|text| String::from_utf8_lossy(&text).into_owned()).collect()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            // At once, but with its shared memory given back, which killing it would leave behind.
            process.signal(libc::SIGQUIT);
            eventually(|| process.ended().is_some());
        }
        self.process = None;
        if std::thread::panicking() {
            eprintln!("{} is kept", self.dir.display());
        } else {
            let _ = fs::remove_dir_all(&self.dir);
        }
    }
}

fn script() -> PathBuf {
    top().join("tests/hosts/postgres")
}

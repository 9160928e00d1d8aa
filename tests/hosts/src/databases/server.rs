//! A private database server, by the script of its name in tests/hosts: its directory and its process.

use crate::process::Process;
use crate::{eventually, top};
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A server with its own directory under target/instances and its own loopback address. It ends when this is dropped; the
/// directory stays where the test failed.
pub struct Server {
    script: &'static str,
    /// What the script is told to run it.
    run: &'static str,
    /// By which it ends at once when nobody needs it any more.
    last_signal: libc::c_int,
    dir: PathBuf,
    address: String,
    process: Option<Process>,
}

impl Server {
    /// Lays one out, starts it, and waits until it answers.
    pub fn start(script: &'static str, run: &'static str, last_signal: libc::c_int) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let (pid, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        // Hosts have the same network's addresses from its other end.
        let address = format!("127.{}.{}.{}", 1 + pid / 256 % 254, pid % 256, 254 - count % 100);
        let dir = top().join(format!("target/instances/{script}-{pid}-{count}"));
        let mut server = Self { script, run, last_signal, dir, address, process: None };
        // A test that failed may have left it there, in a process that had the same id.
        let _ = fs::remove_dir_all(&server.dir);
        let done = server.command("make").status().expect("a script of tests/hosts starts");
        assert!(done.success(), "tests/hosts/{script} make failed: {done}");
        server.start_again();
        server
    }

    /// Starts it after a stop, and waits until it answers.
    pub fn start_again(&mut self) {
        let count = fs::read_dir(&self.dir).expect("its directory is there").count();
        // A log for each time that it runs; the directory has other entries, too.
        let log = self.dir.join(format!("log-{count}"));
        self.process = Some(Process::start(&mut self.command(self.run), &log));
        assert!(eventually(|| self.sql("select 1").is_ok()), "{} did not come up:\n{}", self.script, self.log());
    }

    /// Stops it the way an administrator does: connections break, and new ones are refused.
    pub fn stop(&mut self) {
        let mut process = self.process.take().expect("it was started");
        process.signal(libc::SIGINT);
        assert!(eventually(|| process.ended().is_some()), "{} does not end:\n{}", self.script, self.log());
    }

    /// Runs SQL and gives the rows of all statements, or what the server has against it.
    pub fn sql(&self, text: &str) -> Result<String, String> {
        sql_through(&mut self.command("sql"), text)
    }

    /// The processor time that it has used so far, in all its processes that are there.
    pub fn processor_time(&self) -> Duration {
        let pid = self.process.as_ref().expect("it was started").id().to_string();
        let ticks = fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(|entry| {
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // Behind the name, which may have anything in it: state, parent, …, user's and system's time (proc(5)).
            let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
            let is_of_it = fields[1] == pid || entry.file_name().to_str() == Some(&pid);
            is_of_it.then(|| Some(fields[11].parse::<u64>().ok()? + fields[12].parse::<u64>().ok()?))?
        });
        Duration::from_millis(ticks.sum::<u64>() * 10)
    }

    /// Has the script do something else with it, with that for its standard input.
    pub fn ask(&self, what: &str, arguments: &[String], input: &str) -> String {
        sql_through(self.command(what).args(arguments), input).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Its loopback address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it wrote, over all the times that it ran.
    pub fn log(&self) -> String {
        let files = fs::read_dir(&self.dir).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut logs: Vec<PathBuf> = files.filter(|file| file.to_string_lossy().contains("/log-")).collect();
        logs.sort_by_key(|file| (file.as_os_str().len(), file.clone()));
        logs.iter().map(|log| String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned()).collect()
    }

    fn command(&self, what: &str) -> Command {
        let mut command = Command::new(top().join("tests/hosts").join(self.script));
        command.arg(what).arg(&self.dir).arg(&self.address);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            process.signal(self.last_signal);
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

/// Has a client run SQL from its standard input, and gives what it prints, or what it has against it.
pub fn sql_through(client: &mut Command, text: &str) -> Result<String, String> {
    let client = client.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut client = client.spawn().map_err(|error| format!("{client:?}: {error}"))?;
    let mut input = client.stdin.take().expect("it is piped");
    // It reads all of it before it writes more than a pipe holds, or ends early.
    let _ = input.write_all(text.as_bytes());
    drop(input);
    let output = client.wait_with_output().expect("the client ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

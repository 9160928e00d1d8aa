//! A private database server, by the script of its name in tests/hosts: its directory and its process.

use super::link::Link;
use super::session::Session;
use crate::address::own_address;
use crate::process::{Process, signal};
use crate::{Host, eventually, top};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How a server is run.
#[derive(Clone, Copy)]
pub struct Program {
    /// The script of tests/hosts.
    pub script: &'static str,
    /// What the script is told to run it.
    pub run: &'static str,
    /// Where it listens.
    pub port: u16,
    /// By which an administrator stops it.
    pub stop: libc::c_int,
    /// By which it ends at once when nobody needs it any more.
    pub end: libc::c_int,
}

/// A server with its own directory under target/instances and its own loopback address. It ends when this is dropped; the
/// directory stays where the test failed.
pub struct Server {
    program: Program,
    dir: PathBuf,
    address: String,
    process: Option<Process>,
}

impl Server {
    /// Lays one out, starts it, and waits until it answers.
    pub fn start(program: Program) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let (pid, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let address = own_address();
        let dir = top().join(format!("target/instances/{}-{pid}-{count}", program.script));
        let mut server = Self { program, dir, address, process: None };
        // A test that failed may have left it there, in a process that had the same id.
        let _ = fs::remove_dir_all(&server.dir);
        let done = server.command("make").status().expect("a script of tests/hosts starts");
        assert!(done.success(), "tests/hosts/{} make failed: {done}", program.script);
        server.start_again();
        server
    }

    /// Starts it after a stop, and waits until it answers.
    pub fn start_again(&mut self) {
        let count = fs::read_dir(&self.dir).expect("its directory is there").count();
        // A log for each time that it runs; the directory has other entries, too.
        let log = self.dir.join(format!("log-{count}"));
        self.process = Some(Process::start(&mut self.command(self.program.run), &log));
        assert!(
            eventually(|| self.sql("select 1").is_ok()),
            "{} did not come up:\n{}",
            self.program.script,
            self.log()
        );
    }

    /// Stops it the way an administrator does: connections break, and new ones are refused.
    pub fn stop(&mut self) {
        let mut process = self.process.take().expect("it was started");
        process.signal(self.program.stop);
        assert!(eventually(|| process.ended().is_some()), "{} does not end:\n{}", self.program.script, self.log());
    }

    /// Has it stand still: connections are made and nothing is answered, until it is [thawed](Self::thaw).
    pub fn freeze(&self) {
        self.processes().into_iter().for_each(|process| signal(process, libc::SIGSTOP));
    }

    /// Has it go on.
    pub fn thaw(&self) {
        self.processes().into_iter().for_each(|process| signal(process, libc::SIGCONT));
    }

    /// Kills it, so that it has no time for anything.
    pub fn kill(&mut self) {
        // Standing still, it has nobody take the place of those who die first.
        self.freeze();
        let processes = self.processes();
        processes.iter().for_each(|&process| signal(process, libc::SIGKILL));
        self.process = None;
        let is_there = |process: &u32| Path::new(&format!("/proc/{process}/exe")).exists();
        assert!(eventually(|| !processes.iter().any(is_there)), "{} does not die", self.program.script);
    }

    /// A client that stays.
    pub fn session(&self) -> Session {
        Session::new(&mut self.command("sql"))
    }

    /// A way for that host to get here, on the usual port of the host's own address (127.0.0.1 in its files).
    pub fn link(&self, host: &Host) -> Link {
        Link::new(
            format!("{}:{}", host.address(), self.program.port),
            format!("{}:{}", self.address, self.program.port),
        )
    }

    /// It and its children.
    fn processes(&self) -> Vec<u32> {
        let own = self.process.as_ref().expect("it was started").id();
        let children = fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(|entry| {
            let process = entry.file_name().to_str()?.parse().ok()?;
            (fields(process)?[1] == own.to_string()).then_some(process)
        });
        [own].into_iter().chain(children).collect()
    }

    /// Runs SQL and gives the rows of all statements, or what the server has against it.
    pub fn sql(&self, text: &str) -> Result<String, String> {
        sql_through(&mut self.command("sql"), text)
    }

    /// The processor time that it has used so far, in all its processes and threads that are there.
    pub fn processor_time(&self) -> Duration {
        let nanoseconds = self.processes().into_iter().flat_map(|process| {
            let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
            threads.filter_map(|thread| {
                // Time on a processor, and then other numbers.
                let times = fs::read_to_string(thread.path().join("schedstat")).ok()?;
                times.split(' ').next()?.parse::<u64>().ok()
            })
        });
        Duration::from_nanos(nanoseconds.sum())
    }

    /// Has the script do something else with it, with that for its standard input.
    pub fn ask(&self, what: &str, arguments: &[String], input: &str) -> String {
        sql_through(self.command(what).args(arguments), input).unwrap_or_else(|error| panic!("{error}"))
    }

    /// What it wrote, over all the times that it ran.
    pub fn log(&self) -> String {
        let files = fs::read_dir(&self.dir).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut logs: Vec<PathBuf> = files.filter(|file| file.to_string_lossy().contains("/log-")).collect();
        logs.sort_by_key(|file| (file.as_os_str().len(), file.clone()));
        logs.iter().map(|log| String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned()).collect()
    }

    fn command(&self, what: &str) -> Command {
        let mut command = Command::new(top().join("tests/hosts").join(self.program.script));
        command.arg(what).arg(&self.dir).arg(&self.address);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.process.is_some() {
            self.thaw();
        }
        if let Some(process) = &mut self.process {
            process.signal(self.program.end);
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

/// What the kernel tells of a process behind its name, which may have anything in it: state, parent, …, user's and system's time
/// (proc(5), `stat`).
fn fields(process: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    Some(stat.rsplit_once(") ")?.1.split(' ').map(str::to_owned).collect())
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

//! One private Asterisk: its directory, its process, and what can be asked of it.

use crate::address::own_address;
use crate::process::Process;
use crate::root::{Root, in_mounts};
use crate::{Kind, Module, control, foreign_architecture, top};
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// How long a host may take for anything; valgrind and a busy machine included.
const LIMIT: Duration = Duration::from_secs(60);
/// The same for a command in which it may do a lot.
const LIMIT_OF_COMMANDS: Duration = Duration::from_secs(180);
/// The same for a word with one that may be hung or dead, before its log is read as it is.
const PATIENCE_FOR_LOG: Duration = Duration::from_secs(5);
/// What timeout(1) ends with where a command did not end in time.
const TIMED_OUT: i32 = 124;

/// A host with its own directory under target/instances and its own loopback address. It ends when this is dropped; the
/// directory stays where the test failed.
pub struct Host {
    pub kind: Kind,
    dir: PathBuf,
    address: String,
    /// Whose mounts it runs in, where it has a root of its own.
    mounts: Option<u32>,
    process: Option<Process>,
    /// TZ of the host's environment, if it is not the machine's own.
    time_zone: Option<String>,
}

/// What an HTTP request was answered with.
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
}

/// One line of a phone as the template line.cfg shows it, by variable.
pub type Line = HashMap<String, String>;

impl Host {
    /// A host with our module in it, laid out but not started.
    pub fn new(kind: Kind) -> Self {
        Self::lay_out(kind, Some(&kind.module()))
    }

    /// A host with that module in it.
    pub fn with(kind: Kind, module: Module) -> Self {
        match module {
            Module::C => Self::with_c_module(kind),
            Module::Ours => Self::new(kind),
        }
    }

    /// A host with the distribution's own C module in it.
    pub fn with_c_module(kind: Kind) -> Self {
        Self::lay_out(kind, None)
    }

    /// A host in a root of its own, with the module that is installed there.
    pub fn in_root(kind: Kind, root: &Root) -> Self {
        let mut host = Self::lay_out(kind, None);
        host.mounts = Some(root.mounts());
        host
    }

    fn lay_out(kind: Kind, module: Option<&Path>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let (pid, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let address = own_address();
        let dir = top().join(format!("target/instances/{}-{pid}-{count}", kind.name()));

        // A test that failed may have left it there, in a process that had the same id.
        let _ = fs::remove_dir_all(&dir);
        let done = Command::new(top().join("tests/hosts/make-instance"))
            .arg(kind.name())
            .arg(&dir)
            .arg(&address)
            .arg(module.unwrap_or(Path::new("-")))
            .status()
            .expect("tests/hosts/make-instance starts");
        assert!(done.success(), "tests/hosts/make-instance failed: {done}");
        Self { kind, dir, address, mounts: None, process: None, time_zone: None }
    }

    /// Puts another module file in the place of ours.
    pub fn use_module(&self, file: &Path) {
        let place = self.dir.join("modules/res_pjsip_phoneprov_provider.so");
        // The C module is a link into the private root, which must not be written through.
        fs::remove_file(&place).expect("a module is there");
        fs::copy(file, place).expect("the module can be copied");
    }

    /// The loopback address that is this host's own.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The path of a file of the instance.
    pub fn path(&self, file: &str) -> PathBuf {
        self.dir.join(file)
    }

    /// Writes a file of the instance (`etc/pjsip.conf`); 127.0.0.1 in it becomes the host's own address.
    pub fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        let path = self.dir.join(file);
        self.write_to(&path, content.as_ref(), modified(&path));
    }

    /// The same, so that a running host reads either the old file or the whole new one.
    pub fn write_at_once(&self, file: &str, content: impl AsRef<[u8]>) {
        let (path, draft) = (self.dir.join(file), self.dir.join(format!("{file}.new")));
        self.write_to(&draft, content.as_ref(), modified(&path));
        fs::rename(draft, path).expect("the instance directory is writable");
    }

    /// Asterisk takes a file of one size and one time for unchanged, and the clock of files ticks every few milliseconds: so
    /// the file gets a later time than the one before.
    fn write_to(&self, path: &Path, content: &[u8], before: Option<SystemTime>) {
        let content = replace(content, b"127.0.0.1", self.address.as_bytes());
        fs::write(path, content).expect("the instance directory is writable");
        if let (Some(before), Some(now)) = (before, modified(path)) {
            let file = fs::File::options().append(true).open(path).expect("it has just been written");
            file.set_modified(now.max(before + Duration::from_millis(1))).expect("the file is ours");
        }
    }

    /// The text of a file of the instance, with 127.0.0.1 for the host's own address.
    pub fn read(&self, file: &str) -> String {
        let content = fs::read(self.dir.join(file)).unwrap_or_default();
        self.own_address_hidden(&content)
    }

    /// Sets pjsip.conf: a transport `udp`, then `sections`.
    pub fn configure(&self, sections: impl AsRef<[u8]>) {
        let transport: &[u8] = b"[udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1\n\n";
        self.write("etc/pjsip.conf", [transport, sections.as_ref()].concat());
    }

    /// Sets phoneprov.conf: the profile `desk` has these lines.
    pub fn set_profile(&self, lines: impl AsRef<str>) {
        let general = "[general]\nserveraddr = 127.0.0.1\ndefault_profile = desk\n\n";
        self.write("etc/phoneprov.conf", format!("{general}[desk]\nmime_type = text/plain\n{}", lines.as_ref()));
    }

    /// Writes a template or a static file.
    pub fn set_template(&self, name: &str, text: impl AsRef<[u8]>) {
        self.write(&format!("data/phoneprov/{name}"), text);
    }

    /// Has a further module of Asterisk's loaded, before all others.
    pub fn load_too(&self, module: &str) {
        let modules = self.read("etc/modules.conf").replacen("\nload = ", &format!("\nload = {module}.so\nload = "), 1);
        self.write("etc/modules.conf", modules);
    }

    /// Has it live in another time zone than the machine from its next start on, as in the variable TZ.
    pub fn set_time_zone(&mut self, zone: &str) {
        self.time_zone = Some(zone.to_owned());
    }

    /// Starts it and waits until it is up.
    pub fn start(&mut self) {
        let mut command = self.command(&["-f"]);
        if let Some(program) = std::env::var("STUB_UNDER").ok().filter(|_| self.kind == Kind::Stub) {
            command.env("UNDER", program);
        }
        self.process = Some(Process::start(&mut command, &self.dir.join("log/console")));
        let up = |host: &mut Self| {
            host.assert_alive();
            host.cli("core waitfullybooted").contains("fully booted")
        };
        assert!(eventually(|| up(self)), "the host did not come up");
    }

    pub fn is_alive(&mut self) -> bool {
        self.process.as_mut().is_some_and(|process| process.ended().is_none())
    }

    /// Fails with how it died and with its last words, if it did.
    pub fn assert_alive(&mut self) {
        let end = self.process.as_mut().expect("the host was started").ended();
        assert!(end.is_none(), "the host is dead ({}):\n{}", end.unwrap_or_default(), self.read("log/console"));
    }

    /// Lets it live for so long; false as soon as it is dead.
    pub fn lives_for(&mut self, duration: Duration) -> bool {
        let died = eventually_within(duration, || !self.is_alive());
        !died
    }

    /// The answer to a command at Asterisk's own command line.
    pub fn cli(&self, command: &str) -> String {
        String::from_utf8_lossy(&self.cli_bytes(command)).into_owned()
    }

    /// The same, byte for byte.
    pub fn cli_bytes(&self, command: &str) -> Vec<u8> {
        let host = self.command(&["-rx", command]);
        let mut limited = Command::new("timeout");
        limited.arg(LIMIT_OF_COMMANDS.as_secs().to_string()).arg(host.get_program()).args(host.get_args());
        let output = limited.output().expect("timeout is a program of every system");
        assert_ne!(output.status.code(), Some(TIMED_OUT), "'{command}' is not answered");
        output.stdout
    }

    /// The same over its control socket: without a process in between, which takes its time and would blur short ones, and with
    /// an error where no answer comes in time.
    pub fn ask(&self, command: &str, patience: Duration) -> io::Result<String> {
        control::ask(&self.dir.join("run"), self.kind == Kind::Stub, command, patience)
    }

    /// What the tab key offers for the last word of that line; the word is empty where the line ends with a blank. A
    /// completion with a blank in it is not told from two.
    pub fn complete(&self, line: &str) -> Vec<String> {
        let word = line.rsplit(' ').next().unwrap_or_default();
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let answer = self.cli(&format!("_command matchesarray \"{}\" \"{}\"", quoted(line), quoted(word)));
        let (matches, _) = answer.split_once("_EOF_").unwrap_or_else(|| panic!("no completions, but '{answer}'"));
        // The first is what all have in common.
        matches.split(' ').skip(1).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    /// The process id of the running host.
    pub fn pid(&self) -> u32 {
        self.process.as_ref().expect("the host was started").id()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let in_host = top().join("tests/hosts/in-host");
        let mut command = self.mounts.map_or_else(|| Command::new(&in_host), |mounts| in_mounts(mounts, &in_host));
        command.arg(self.kind.name()).arg(&self.dir).args(arguments);
        command.envs(self.time_zone.iter().map(|zone| ("TZ", zone)));
        command
    }

    /// Fetches `/phoneprov/FILE`. The host's own address reads 127.0.0.1 in the body.
    pub fn fetch(&self, file: &str) -> Answer {
        self.fetch_as("Phone 1.0", file)
    }

    /// The same as a phone that says so of itself (User-Agent).
    pub fn fetch_as(&self, phone: &str, file: &str) -> Answer {
        let url = format!("http://{}:8088/phoneprov/{file}", self.address);
        let request = self.agent().get(&url).header("User-Agent", phone);
        let mut response = request.call().unwrap_or_else(|error| panic!("GET {url}: {error}"));
        let body = response.body_mut().read_to_vec().unwrap_or_else(|error| panic!("GET {url}: {error}"));
        let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
        Answer {
            status: response.status().as_u16(),
            content_type: content_type.unwrap_or_default().to_owned(),
            body: replace(&body, self.address.as_bytes(), b"127.0.0.1"),
        }
    }

    pub(crate) fn agent(&self) -> ureq::Agent {
        let config = ureq::Agent::config_builder().timeout_global(Some(LIMIT)).http_status_as_error(false);
        config.user_agent("Phone 1.0").build().into()
    }

    /// The lines of the phone with this MAC, in the order that it gets them; none if there is no such phone.
    pub fn phone(&self, mac: &str) -> Vec<Line> {
        let answer = self.fetch(&format!("{mac}.cfg"));
        match answer.status {
            200 => String::from_utf8_lossy(&answer.body).split("[line]\n").skip(1).map(parse_line).collect(),
            404 => Vec::new(),
            status => panic!("{mac}.cfg is answered with status {status}"),
        }
    }

    /// The first line of the phone with this MAC.
    pub fn line(&self, mac: &str) -> Line {
        self.phone(mac).into_iter().next().unwrap_or_else(|| panic!("there is no phone {mac}"))
    }

    /// Reloads our module by its own name and waits until that is done.
    pub fn reload(&self) {
        self.cli("module reload res_pjsip_phoneprov_provider.so");
    }

    /// Waits until our module has followed all changes that Asterisk knows of.
    pub fn settle(&self) {
        let is_settled = || self.cli("pjsip show phoneprov status").contains("all are followed");
        assert!(eventually(is_settled), "changes are never followed:\n{}", self.log());
    }

    /// Everything logged so far, at every level. Asterisk writes its log by a thread of its own, so it is made to log a line more, and
    /// when that is there, all before it is.
    pub fn log(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let mark = format!("mark {} of the log", COUNT.fetch_add(1, Ordering::Relaxed));
        let no_sql = format!("database query \"{mark}\"");
        if self.kind != Kind::Stub && self.process.is_some() && self.ask(&no_sql, PATIENCE_FOR_LOG).is_ok() {
            assert!(eventually(|| self.read("log/full").contains(&mark)), "the log is not written any more");
        }
        self.read("log/full")
    }

    /// The errors and warnings logged so far that have to do with phones, without the places of sections.
    pub fn errors(&self) -> Vec<String> {
        let is_error = |line: &str| line.contains(" ERROR[") || line.contains(" WARNING[");
        // The emulator has no process_vm_readv, as the module says then.
        let is_due = |line: &str| foreign_architecture().is_some() && line.contains("process_vm_readv is not allowed");
        let lines = self.log();
        let errors = lines.lines().filter(|line| is_error(line) && line.contains("phoneprov") && !is_due(line));
        errors.map(without_places).collect()
    }

    /// Those of them in which our module names a section that a person should mend.
    pub fn problems(&self) -> Vec<String> {
        self.errors().into_iter().filter(|line| line.contains("phoneprov section")).collect()
    }

    /// What our module holds of the stub core at this moment, by kind.
    pub fn held_by_module(&self) -> Vec<String> {
        held_by_module(&self.cli("stub ledger module")).into_iter().map(str::to_owned).collect()
    }

    /// Stops it the way an administrator does, and checks that our module gave everything back.
    pub fn stop_gracefully(&mut self) {
        self.cli("core stop gracefully");
        let status = self.wait_for_end();
        assert!(status.success(), "the host ended with {status}:\n{}", self.read("log/console"));
        if self.kind == Kind::Stub {
            let ledger = self.read("log/ledger");
            assert!(!ledger.is_empty(), "the stub core wrote no ledger");
            assert_eq!(held_by_module(&ledger), [""; 0], "the module gave everything back");
        }
    }

    /// Ends it, without a word to the modules, and starts it again.
    pub fn restart(&mut self) {
        self.cli("core stop now");
        self.wait_for_end();
        self.start();
    }

    fn wait_for_end(&mut self) -> ExitStatus {
        let mut process = self.process.take().expect("the host was started");
        let mut status = None;
        eventually(|| {
            status = process.ended();
            status.is_some()
        });
        status.expect("the host ends when told to stop")
    }

    /// What every scenario ends with: the host is alive and stops without a fault.
    pub fn finish(&mut self) {
        if self.process.is_some() {
            self.assert_alive();
            self.stop_gracefully();
        }
    }

    fn own_address_hidden(&self, bytes: &[u8]) -> String {
        String::from_utf8_lossy(&replace(bytes, self.address.as_bytes(), b"127.0.0.1")).into_owned()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.process = None;
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(30).collect();
            eprintln!("{} is kept; the end of its log:", self.dir.display());
            tail.iter().rev().for_each(|line| eprintln!("  {line}"));
        } else {
            let _ = fs::remove_dir_all(&self.dir);
        }
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|file| file.modified()).ok()
}

/// Waits until it is known of so many phones that they have what is served, and of none that it has something else.
pub fn assert_current(host: &Host, phones: usize) {
    let line = || {
        let status = host.cli("pjsip show phoneprov status");
        status.lines().find_map(|line| line.strip_prefix("Phones current")).unwrap_or_default().trim().to_owned()
    };
    assert!(eventually(|| line().starts_with(&format!("{phones}, 0 stale"))), "{}", line());
}

/// Without the places behind sections' ids: `'alice' (pjsip.conf:42)`.
pub fn without_places(text: &str) -> String {
    let mut parts = text.split("' (");
    let mut without = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_place = |(place, _): &(&str, &str)| place.contains(".conf") && !place.contains(' ');
        match part.split_once(')').filter(is_place) {
            Some((_, rest)) => without = without + "'" + rest,
            None => without = without + "' (" + part,
        }
    }
    without
}

/// What stands in an answer, however it is broken into lines: each of its blanks is one.
pub fn unbroken(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Asks again until it is so, and tells whether it became so in time.
pub fn eventually(is_so: impl FnMut() -> bool) -> bool {
    eventually_within(LIMIT, is_so)
}

/// The same with another limit.
pub fn eventually_within(limit: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !is_so() {
        if start.elapsed() > limit {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

fn parse_line(text: &str) -> Line {
    text.lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn held_by_module(ledger: &str) -> Vec<&str> {
    ledger.lines().filter(|line| line.starts_with("module ") && !line.contains(" live=0 ")).collect()
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        replaced.extend_from_slice(&rest[..at]);
        replaced.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    replaced.extend_from_slice(rest);
    replaced
}

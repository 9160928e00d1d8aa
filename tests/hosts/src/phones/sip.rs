//! Phones that register: sipp plays them. They take a NOTIFY and fetch their file, as their manner is.

use super::fleet::mac;
use crate::process::Process;
use crate::{Connection, Host, eventually, top};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::net::{IpAddr, Ipv6Addr, TcpListener};
use std::ops::Range;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Where Asterisk listens, where phones listen, and where they register from, on the host's own address.
const ASTERISK: u16 = 5060;
const LISTENS: u16 = 5070;
const REGISTERS: u16 = 5071;
/// How many registrations are asked for in a second.
const RATE: &str = "500";

/// What phones do when they are told that there is something new: a file in tests/hosts/sip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// They take the message and fetch their file.
    Fetch,
    /// They take the message and do not fetch.
    Break,
    /// They refuse it: 489.
    Refuse,
}

/// How phones are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Udp,
    Tcp,
    /// UDP over IPv6. Its loopback has one address, so that all hosts share its ports: this one's are as free as they come.
    Ipv6 {
        asterisk: u16,
        listens: u16,
        registers: u16,
    },
}

impl Way {
    /// IPv6, with ports that nobody has.
    pub fn ipv6() -> Self {
        let free: [TcpListener; 3] =
            std::array::from_fn(|_| TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).expect("IPv6 has a loopback"));
        let [asterisk, listens, registers] =
            free.map(|socket| socket.local_addr().expect("the socket is bound").port());
        Way::Ipv6 { asterisk, listens, registers }
    }

    /// Asterisk's transport for it, as a section of pjsip.conf; for UDP `Host::configure` has one.
    pub fn transport(self) -> String {
        match self {
            Way::Udp => String::new(),
            Way::Tcp => format!("[tcp]\ntype = transport\nprotocol = tcp\nbind = 127.0.0.1:{ASTERISK}\n\n"),
            Way::Ipv6 { asterisk, .. } => {
                format!("[udp6]\ntype = transport\nprotocol = udp\nbind = [::1]:{asterisk}\n\n")
            }
        }
    }

    fn ports(self) -> (u16, u16, u16) {
        match self {
            Way::Udp | Way::Tcp => (ASTERISK, LISTENS, REGISTERS),
            Way::Ipv6 { asterisk, listens, registers } => (asterisk, listens, registers),
        }
    }

    fn address(self, host: &Host) -> IpAddr {
        match self {
            Way::Ipv6 { .. } => Ipv6Addr::LOCALHOST.into(),
            Way::Udp | Way::Tcp => host.address().parse().expect("a host has an IP address"),
        }
    }

    /// Where phones listen, as they tell when they register, and by which protocol.
    fn contact(self, host: &Host) -> (String, &'static str) {
        let (_, listens, _) = self.ports();
        match self {
            Way::Udp => (format!("{}:{listens}", host.address()), "udp"),
            Way::Tcp => (format!("{}:{listens}", host.address()), "tcp"),
            Way::Ipv6 { .. } => (format!("[::1]:{listens}"), "udp"),
        }
    }

    /// As /proc/net writes the place where phones listen, and the file that has it.
    fn place(self, host: &Host) -> (String, &'static str) {
        let (_, port, _) = self.ports();
        let words = |bytes: &[u8]| -> String {
            let word = |bytes: &[u8]| bytes.iter().rev().map(|byte| format!("{byte:02X}")).collect::<String>();
            bytes.chunks(4).map(word).collect()
        };
        let address = match self.address(host) {
            IpAddr::V4(address) => words(&address.octets()),
            IpAddr::V6(address) => words(&address.octets()),
        };
        let file = match self {
            Way::Udp => "/proc/net/udp",
            Way::Tcp => "/proc/net/tcp",
            Way::Ipv6 { .. } => "/proc/net/udp6",
        };
        (format!(" {address}:{port:04X} "), file)
    }
}

/// Sections of phones of these numbers, each with an account that is named as its MAC; `account` are further lines of each
/// endpoint, `phone` of each phone.
pub fn registering(phones: Range<usize>, account: &str, phone: &str) -> String {
    let sections = |number: usize| {
        let mac = mac(number);
        format!(
            "[{mac}]\ntype = endpoint\naors = {mac}\n{account}\n\n[{mac}]\ntype = aor\nmax_contacts = 2\n\n\
             [phone-{number}]\ntype = phoneprov\nendpoint = {mac}\nMAC = {mac}\nPROFILE = desk\n{phone}\n\n"
        )
    };
    phones.map(sections).collect()
}

/// Phones that listen. They end when this is dropped.
pub struct SipPhones {
    _listens: Process,
    log: PathBuf,
}

impl Host {
    /// Has Asterisk take registrations.
    pub fn take_registrations(&self) {
        self.load_too("res_pjsip_endpoint_identifier_user");
        self.load_too("res_pjsip_registrar");
    }

    /// Registers these accounts, each with the User-Agent of a phone with that name; all of them listen at one place.
    pub fn register<'a>(&self, accounts: impl IntoIterator<Item = &'a str>) {
        self.register_by(Way::Udp, accounts);
    }

    /// The same, to be reached otherwise.
    pub fn register_by<'a>(&self, way: Way, accounts: impl IntoIterator<Item = &'a str>) {
        let mut users = String::from("SEQUENTIAL\n");
        let (place, protocol) = way.contact(self);
        let mut count = 0;
        for account in accounts {
            users += &format!("{account};Phone {account};{place};{protocol}\n");
            count += 1;
        }
        let file = self.path("log/users.csv");
        fs::write(&file, users).expect("the instance directory is writable");
        let (_, _, port) = way.ports();
        let mut command = self.sipp("register", way, port);
        command.arg("-inf").arg(file).args(["-m", &count.to_string(), "-r", RATE, "-l", RATE, "-timeout", "120"]);
        let output = command.output().expect("sipp starts: make deps");
        assert!(output.status.success(), "not all were registered: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts phones that listen.
    pub fn phones(&self, manner: Manner) -> SipPhones {
        self.phones_by(Way::Udp, manner)
    }

    /// The same, reached otherwise.
    pub fn phones_by(&self, way: Way, manner: Manner) -> SipPhones {
        let scenario = match manner {
            Manner::Fetch => "fetch",
            Manner::Break => "break",
            Manner::Refuse => "refuse",
        };
        let log = self.path("log/phones");
        let (_, port, _) = way.ports();
        let mut command = self.sipp(scenario, way, port);
        command.args(["-trace_logs", "-log_file"]).arg(&log);
        let listens = Process::start(&mut command, &self.path("log/sipp"));
        let (place, file) = way.place(self);
        let in_use = || fs::read_to_string(file).unwrap_or_default().contains(&place);
        assert!(eventually(in_use), "the phones do not listen: {}", self.read("log/sipp"));
        SipPhones { _listens: listens, log }
    }

    /// A sipp that speaks to Asterisk from that port.
    pub(super) fn sipp(&self, scenario: &str, way: Way, port: u16) -> Command {
        let mut command = Command::new("sipp");
        let (asterisk, _, _) = way.ports();
        let address = way.address(self);
        let remote =
            if address.is_ipv6() { format!("[{address}]:{asterisk}") } else { format!("{address}:{asterisk}") };
        command
            .arg("-sf")
            .arg(top().join(format!("tests/hosts/sip/{scenario}.xml")))
            .args(["-i", &address.to_string(), "-p", &port.to_string(), "-nostdin"])
            .args(["-t", if way == Way::Tcp { "t1" } else { "u1" }])
            .arg(remote)
            .current_dir(self.path("log"));
        command
    }
}

impl SipPhones {
    /// The messages that came so far: account and Event of each, in order.
    pub fn messages(&self) -> Vec<(String, String)> {
        self.log().news()
    }

    /// How many messages came so far.
    pub fn told(&self) -> usize {
        self.messages().len()
    }

    fn log(&self) -> Log {
        Log { file: File::open(&self.log).ok(), path: self.log.clone(), rest: Vec::new() }
    }
}

/// What sipp writes, read as it grows.
struct Log {
    path: PathBuf,
    file: Option<File>,
    /// A line that is not there as a whole yet.
    rest: Vec<u8>,
}

impl Log {
    /// Account and Event of each message that has come since.
    fn news(&mut self) -> Vec<(String, String)> {
        if self.file.is_none() {
            self.file = File::open(&self.path).ok();
        }
        let Some(file) = &mut self.file else { return Vec::new() };
        file.read_to_end(&mut self.rest).expect("sipp's log can be read");
        let end = self.rest.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let lines: Vec<u8> = self.rest.drain(..end).collect();
        let text = String::from_utf8_lossy(&lines);
        let message = |line: &str| line.split_once(' ').map(|(to, event)| (to.to_owned(), event.trim().to_owned()));
        text.lines().filter_map(message).collect()
    }
}

/// Phones of whom some come: whoever takes the message fetches the file of its account's name while `work` runs. They are this
/// process, because a fleet that started a program for each would be the machine's whole work.
#[derive(Default)]
pub struct Fetchers {
    may: AtomicUsize,
    stop: AtomicBool,
}

/// When each account was told, and when it had fetched.
pub type Came = HashMap<String, (Instant, Option<Instant>)>;

impl Fetchers {
    /// So many may fetch from now on, in the order in which they were told.
    pub fn let_come(&self, count: usize) {
        self.may.store(count, Ordering::Relaxed);
    }

    /// Lets them fetch while `work` runs.
    pub fn during<T>(&self, host: &Host, phones: &SipPhones, work: impl FnOnce(&Self) -> T) -> (T, Came) {
        struct Stop<'a>(&'a AtomicBool);
        impl Drop for Stop<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        std::thread::scope(|scope| {
            let came = scope.spawn(|| self.fetch(host.address(), phones));
            let stopper = Stop(&self.stop);
            let result = work(self);
            drop(stopper);
            (result, came.join().expect("phones come to an end"))
        })
    }

    fn fetch(&self, address: &str, phones: &SipPhones) -> Came {
        let mut came = Came::new();
        let (mut seen, mut next) = (Vec::new(), 0);
        let (mut log, mut connection) = (phones.log(), None);
        loop {
            let is_last = self.stop.load(Ordering::Relaxed);
            for (account, _) in log.news() {
                came.entry(account.clone()).or_insert((Instant::now(), None));
                seen.push(account);
            }
            while next < seen.len().min(self.may.load(Ordering::Relaxed)) {
                let account = &seen[next];
                let mut open = match connection.take() {
                    Some(open) => open,
                    None => Connection::open(address).expect("the host listens"),
                };
                let answer = open.get(&format!("{account}.cfg"));
                if answer.as_ref().is_ok_and(|answer| answer.status == 200) {
                    connection = Some(open);
                    came.get_mut(account).expect("it was told").1 = Some(Instant::now());
                    next += 1;
                } // or once more: the connection has had its time
            }
            if is_last {
                return came;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

//! Phones that register: sipp plays them. They take a NOTIFY and fetch their file, as their manner is.

use crate::process::Process;
use crate::{Host, eventually, top};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Where phones listen, and where they register from, on the host's own address.
const LISTENS: u16 = 5070;
const REGISTERS: u16 = 5071;

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
        let mut users = String::from("SEQUENTIAL\n");
        let address = self.address();
        let mut count = 0;
        for account in accounts {
            users += &format!("{account};Phone {account};{address}:{LISTENS}\n");
            count += 1;
        }
        let file = self.path("log/users.csv");
        fs::write(&file, users).expect("the instance directory is writable");
        let mut command = self.sipp("register", REGISTERS);
        command.arg("-inf").arg(file).args(["-m", &count.to_string(), "-r", "500", "-timeout", "60"]);
        let output = command.output().expect("sipp starts: make deps");
        assert!(output.status.success(), "not all were registered: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts phones that listen.
    pub fn phones(&self, manner: Manner) -> SipPhones {
        let scenario = match manner {
            Manner::Fetch => "fetch",
            Manner::Break => "break",
            Manner::Refuse => "refuse",
        };
        let log = self.path("log/phones");
        let mut command = self.sipp(scenario, LISTENS);
        command.args(["-trace_logs", "-log_file"]).arg(&log);
        let listens = Process::start(&mut command, &self.path("log/sipp"));
        let in_use = || fs::read_to_string("/proc/net/udp").unwrap_or_default().contains(&self.udp_place());
        assert!(eventually(in_use), "the phones do not listen");
        SipPhones { _listens: listens, log }
    }

    /// As /proc/net/udp writes the place where phones listen.
    fn udp_place(&self) -> String {
        let address: std::net::Ipv4Addr = self.address().parse().expect("a host has an IP address");
        format!("{:08X}:{LISTENS:04X}", u32::from_le_bytes(address.octets()))
    }

    fn sipp(&self, scenario: &str, port: u16) -> Command {
        let mut command = Command::new("sipp");
        command
            .arg("-sf")
            .arg(top().join(format!("tests/hosts/sip/{scenario}.xml")))
            .args(["-i", self.address(), "-p", &port.to_string(), "-nostdin"])
            .arg(format!("{}:5060", self.address()))
            .current_dir(self.path("log"));
        command
    }
}

impl SipPhones {
    /// The messages that came so far: account and Event of each, in order.
    pub fn messages(&self) -> Vec<(String, String)> {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        text.lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(to, event)| (to.into(), event.trim().into()))
            .collect()
    }
}

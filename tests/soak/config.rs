//! A configuration that changes at random, with everything in it that people write, mistakes included.

use fastrand::Rng;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const SECTIONS: u32 = 80;
const MACS: u32 = 60;
const ACCOUNTS: u32 = 30;
const TRANSPORTS: u16 = 3;

/// What pjsip.conf and phoneprov.conf say.
pub struct Config {
    /// By number, which makes their ids.
    sections: BTreeMap<u32, Section>,
    accounts: BTreeMap<u32, Account>,
    ports: Vec<u16>,
    timezone: Option<u32>,
    /// Whether phoneprov.conf has the profile `attic`, which some sections name.
    attic: bool,
    /// Whether `res_phoneprov` is given the phones.
    fills: bool,
    /// Where those of even number stand.
    even: Place,
    /// What makes Asterisk keep something that it had before. A fresh start has nothing to keep, so at the end there is none.
    spoiled: Option<Spoiled>,
}

/// Where a section or an account stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    PjsipConf,
    Database,
}

struct Section {
    mac: u32,
    upper_case: bool,
    line: u32,
    account: Option<u32>,
    profile: &'static str,
    label: u32,
    mistake: Option<Mistake>,
}

#[derive(Clone, Copy)]
enum Mistake {
    NoMac,
    NoProfile,
    StrangeMac,
    StrangeLine,
    UnknownEndpoint,
}

struct Account {
    transport: Option<u16>,
    auth: Option<u32>,
    password: u32,
    callerid: u32,
}

#[derive(Clone, Copy)]
enum Spoiled {
    DuplicateSection,
    BadEndpoint,
    BadAuth,
    EmptyFile,
}

impl Config {
    /// Those of even number stand there, the others in pjsip.conf.
    pub fn new(even: Place, rng: &mut Rng) -> Self {
        let mut config = Self {
            sections: BTreeMap::new(),
            accounts: BTreeMap::new(),
            ports: (0..TRANSPORTS).map(|transport| port(transport, rng)).collect(),
            timezone: None,
            attic: true,
            fills: true,
            even,
            spoiled: None,
        };
        for number in 0..ACCOUNTS {
            config.accounts.insert(number, account(rng));
        }
        for number in 0..SECTIONS / 2 {
            config.sections.insert(number, section(rng));
        }
        config
    }

    /// Changes a few things.
    pub fn edit(&mut self, rng: &mut Rng) {
        self.spoiled = match rng.u8(..100) {
            0..2 => Some(Spoiled::DuplicateSection),
            2..4 => Some(Spoiled::BadEndpoint),
            4..6 => Some(Spoiled::BadAuth),
            6..7 => Some(Spoiled::EmptyFile),
            _ => None,
        };
        for _ in 0..rng.u8(1..8) {
            self.change(rng);
        }
    }

    fn change(&mut self, rng: &mut Rng) {
        let (number, account_number) = (rng.u32(..SECTIONS), rng.u32(..ACCOUNTS));
        match rng.u8(..100) {
            0..25 => drop(self.sections.insert(number, section(rng))),
            25..40 => drop(self.sections.remove(&number)),
            40..60 => {
                if let Some(section) = self.sections.get_mut(&number) {
                    section.label += 1;
                }
            }
            60..70 => {
                if let Some(section) = self.sections.get_mut(&number) {
                    section.mac = rng.u32(..MACS);
                }
            }
            70..80 => drop(self.accounts.insert(account_number, account(rng))),
            80..82 => drop(self.accounts.remove(&account_number)),
            82..90 => {
                if let Some(account) = self.accounts.get_mut(&account_number) {
                    account.password += 1;
                }
            }
            90..94 => {
                let transport = rng.u16(..TRANSPORTS);
                self.ports[usize::from(transport)] = port(transport, rng);
            }
            94..96 => self.timezone = rng.bool().then(|| rng.u32(..12)),
            96..98 => self.fills = !self.fills,
            _ => self.attic = !self.attic,
        }
    }

    /// Mends what a running Asterisk and a fresh one would understand differently.
    pub fn mend(&mut self) {
        self.spoiled = None;
    }

    fn place(&self, number: u32) -> Place {
        if number % 2 == 0 { self.even } else { Place::PjsipConf }
    }

    pub fn pjsip_conf(&self) -> String {
        let fill = if self.fills { "yes" } else { "no" };
        let mut text = format!("[phoneprov]\ntype = phoneprov_global\nfill_res_phoneprov = {fill}\n");
        if self.even == Place::Database {
            text += "refresh_interval = 1\nconfirm_after = 2\n";
        }
        text += "\n";
        let in_file = |number: &&u32| self.place(**number) == Place::PjsipConf;
        for (transport, port) in self.ports.iter().enumerate() {
            let _ = write!(
                text,
                "[udp{transport}]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{port}\nallow_reload = yes\n\n"
            );
        }
        if matches!(self.spoiled, Some(Spoiled::EmptyFile)) {
            return text;
        }
        for number in self.accounts.keys().filter(in_file) {
            self.accounts[number].write(*number, &mut text);
        }
        for number in self.sections.keys().filter(in_file) {
            self.sections[number].write(*number, &mut text);
        }
        if let Some(timezone) = self.timezone {
            let _ = write!(text, "[all]\ntype = phoneprov_default\nTIMEZONE = zone {timezone}\n\n");
        }
        text += match self.spoiled {
            Some(Spoiled::DuplicateSection) => {
                "[twice]\ntype = phoneprov\nPROFILE = desk\nMAC = 0015650000ff\n\n\
                 [twice]\ntype = phoneprov\nPROFILE = desk\nMAC = 0015650000fe\n"
            }
            Some(Spoiled::BadEndpoint) => "[bad]\ntype = endpoint\ndirect_media = perhaps\n",
            Some(Spoiled::BadAuth) => "[bad]\ntype = auth\nauth_type = guess\n",
            Some(Spoiled::EmptyFile) | None => "",
        };
        text
    }

    /// What makes the tables say what this says.
    pub fn sql(&self) -> String {
        let in_tables = |number: &&u32| self.place(**number) == Place::Database;
        let mut sql =
            String::from("begin;\ndelete from ps_phoneprov;\ndelete from ps_endpoints;\ndelete from ps_auths;\n");
        for number in self.sections.keys().filter(in_tables) {
            self.sections[number].insert(*number, &mut sql);
        }
        for number in self.accounts.keys().filter(in_tables) {
            self.accounts[number].insert(*number, &mut sql);
        }
        sql + "commit;\n"
    }

    pub fn phoneprov_conf(&self) -> String {
        let mut text = String::from(
            "[general]\nserveraddr = 127.0.0.1\ndefault_profile = desk\n\n\
             [desk]\nmime_type = text/plain\nstatic_file = firmware.txt\n\
             ${MAC}.cfg = phone.cfg\n${MAC}-keys.cfg = phone.cfg\n\
             model.cfg = phone.cfg\ndirectory.cfg = directory.cfg\n\n",
        );
        if self.attic {
            text += "[attic]\nmime_type = text/xml\n${MAC}.cfg = phone.cfg\n";
        }
        text
    }
}

/// The files that all phones have in common.
const COMMON: [&str; 2] = ["model.cfg", "directory.cfg"];

/// Every file that phones ask for, whether there is such a phone or not.
pub fn any_file() -> impl Iterator<Item = String> {
    let spellings = (0..MACS).map(mac).flat_map(|mac| [mac.to_uppercase(), mac]);
    let own = spellings.flat_map(|mac| [format!("{mac}.cfg"), format!("{mac}-keys.cfg")]);
    COMMON.into_iter().map(str::to_owned).chain(own)
}

/// One of them. The common ones are asked for more often.
pub fn one_file(rng: &mut Rng) -> String {
    match rng.usize(..10) {
        common if common < COMMON.len() => COMMON[common].to_owned(),
        2..5 => format!("{}-keys.cfg", mac(rng.u32(..MACS))),
        _ => format!("{}.cfg", mac(rng.u32(..MACS))),
    }
}

fn mac(number: u32) -> String {
    format!("0015650000{:02x}", 0x80 + number)
}

fn port(transport: u16, rng: &mut Rng) -> u16 {
    5060 + 10 * transport + rng.u16(..10)
}

fn section(rng: &mut Rng) -> Section {
    use Mistake::{NoMac, NoProfile, StrangeLine, StrangeMac, UnknownEndpoint};
    Section {
        mac: rng.u32(..MACS),
        upper_case: rng.u8(..20) == 0,
        line: rng.u32(1..5),
        account: (rng.u8(..10) > 0).then(|| rng.u32(..ACCOUNTS)),
        profile: if rng.u8(..10) > 0 { "desk" } else { "attic" },
        label: 0,
        mistake: (rng.u8(..10) == 0)
            .then(|| [NoMac, NoProfile, StrangeMac, StrangeLine, UnknownEndpoint][rng.usize(..5)]),
    }
}

fn account(rng: &mut Rng) -> Account {
    Account {
        // The last one does not exist.
        transport: (rng.u8(..8) > 0).then(|| rng.u16(..=TRANSPORTS)).filter(|_| rng.u8(..30) > 0),
        auth: (rng.u8(..10) > 0).then(|| rng.u32(..=ACCOUNTS)),
        password: rng.u32(..1000),
        callerid: rng.u32(..1000),
    }
}

impl Section {
    fn mac(&self) -> Option<String> {
        match self.mistake {
            Some(Mistake::NoMac) => None,
            Some(Mistake::StrangeMac) => Some("what is a MAC?".to_owned()),
            _ if self.upper_case => Some(mac(self.mac).to_uppercase()),
            _ => Some(mac(self.mac)),
        }
    }

    fn profile(&self) -> Option<&str> {
        (!matches!(self.mistake, Some(Mistake::NoProfile))).then_some(self.profile)
    }

    fn endpoint(&self) -> Option<String> {
        match self.mistake {
            Some(Mistake::UnknownEndpoint) => Some("nobody".to_owned()),
            _ => self.account.map(|account| account.to_string()),
        }
    }

    fn line(&self) -> String {
        match self.mistake {
            Some(Mistake::StrangeLine) => "first".to_owned(),
            _ => self.line.to_string(),
        }
    }

    fn write(&self, number: u32, text: &mut String) {
        let _ = writeln!(text, "[phone-{number}]\ntype = phoneprov\nLABEL = label {}", self.label);
        let options =
            [("MAC", self.mac()), ("PROFILE", self.profile().map(str::to_owned)), ("endpoint", self.endpoint())];
        for (name, value) in options {
            if let Some(value) = value {
                let _ = writeln!(text, "{name} = {value}");
            }
        }
        let _ = write!(text, "LINE = {}\n\n", self.line());
    }

    fn insert(&self, number: u32, sql: &mut String) {
        let _ = writeln!(
            sql,
            "insert into ps_phoneprov (id, label, mac, profile, endpoint, line) values ('phone-{number}', 'label {}', {}, {}, {}, \
             {});",
            self.label,
            quoted(self.mac()),
            quoted(self.profile()),
            quoted(self.endpoint()),
            // The column has numbers only.
            quoted(self.line().parse::<u32>().ok())
        );
    }
}

impl Account {
    fn transport(&self) -> Option<String> {
        self.transport.map(|transport| format!("udp{transport}"))
    }

    fn write(&self, number: u32, text: &mut String) {
        let _ = writeln!(text, "[{number}]\ntype = endpoint\ncallerid = \"Name {0}\" <{0}>", self.callerid);
        if let Some(transport) = self.transport() {
            let _ = writeln!(text, "transport = {transport}");
        }
        if let Some(auth) = self.auth {
            let _ = writeln!(text, "auth = {auth}");
        }
        let _ = write!(
            text,
            "\n[{number}]\ntype = auth\nusername = user-{number}\npassword = secret-{}\n\n",
            self.password
        );
    }

    fn insert(&self, number: u32, sql: &mut String) {
        let _ = writeln!(
            sql,
            "insert into ps_endpoints (id, callerid, transport, auth) values ('{number}', '\"Name {0}\" <{0}>', {1}, {2});\n\
             insert into ps_auths (id, auth_type, username, password) values ('{number}', 'userpass', 'user-{number}', \
             'secret-{3}');",
            self.callerid,
            quoted(self.transport()),
            quoted(self.auth),
            self.password
        );
    }
}

/// A value of SQL.
fn quoted(value: Option<impl std::fmt::Display>) -> String {
    value.map_or("null".to_owned(), |value| format!("'{value}'"))
}

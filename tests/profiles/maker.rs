//! What each maker's phones ask for, and what they call what they are told.

use crate::syntax::{self, Values};

/// A file that a phone asks for.
pub struct File {
    pub name: String,
    pub mime: &'static str,
    /// Whether its lines are in it.
    pub is_lines: bool,
}

/// A file that all phones of the maker have.
pub struct Common {
    pub name: &'static str,
    pub mime: &'static str,
}

pub struct Maker {
    pub name: &'static str,
    /// What its phones say of themselves when they ask; `#` is the MAC.
    pub user_agent: &'static str,
    /// What the phone with that MAC asks for.
    pub files: fn(mac: &str) -> Vec<File>,
    pub common: &'static [Common],
    pub syntax: fn(file: &str, text: &str) -> Values,
    /// The key of a line's value; `None` where there is none. A phone that has no such line has no key `user`.
    pub key: fn(what: &str, line: usize) -> Option<String>,
    /// The maker's words for udp, tcp and tls.
    transports: [&'static str; 3],
}

impl Maker {
    /// What the maker has for that value.
    pub fn word(&self, what: &str, value: String) -> String {
        match (what, value.as_str()) {
            ("transport", "udp") => self.transports[0].to_owned(),
            ("transport", "tcp") => self.transports[1].to_owned(),
            ("transport", "tls") => self.transports[2].to_owned(),
            _ => value,
        }
    }
}

const TEXT: &str = "text/plain";
const XML: &str = "text/xml";

/// A file that says which others there are.
fn other(name: String, mime: &'static str) -> File {
    File { name, mime, is_lines: false }
}

fn own(name: String, mime: &'static str) -> File {
    File { name, mime, is_lines: true }
}

/// The key of a line's value, by that table: `#` is the line's number.
fn by_table(table: &[(&str, &str)], what: &str, number: usize) -> Option<String> {
    let (_, key) = table.iter().find(|(known, _)| *known == what)?;
    Some(key.replace('#', &number.to_string()))
}

pub const MAKERS: &[Maker] = &[
    Maker {
        name: "yealink",
        user_agent: "Yealink SIP-T46S 66.86.0.15 #",
        files: |mac| {
            let mac = mac.to_lowercase();
            vec![other(format!("{mac}.boot"), TEXT), own(format!("{mac}.cfg"), TEXT)]
        },
        common: &[
            Common { name: "y000000000000.cfg", mime: TEXT },
            Common { name: "y000000000066.cfg", mime: TEXT },
            Common { name: "yealink-directory.xml", mime: XML },
        ],
        syntax: syntax::yealink,
        key: |what, line| {
            let table = [
                ("label", "account.#.label"),
                ("display", "account.#.display_name"),
                ("user", "account.#.user_name"),
                ("auth", "account.#.auth_name"),
                ("password", "account.#.password"),
                ("server", "account.#.sip_server.1.address"),
                ("port", "account.#.sip_server.1.port"),
                ("transport", "account.#.sip_server.1.transport_type"),
                ("voicemail", "voice_mail.number.#"),
            ];
            by_table(&table, what, line)
        },
        transports: ["0", "1", "2"],
    },
    Maker {
        name: "poly",
        user_agent: "FileTransport PolycomVVX-VVX_450-UA/5.9.5.0614 (SN:#) Type/Application",
        files: |mac| {
            let mac = mac.to_lowercase();
            let directory = other(format!("{mac}-directory.xml"), XML);
            vec![other(format!("{mac}.cfg"), XML), own(format!("poly-{mac}.cfg"), XML), directory]
        },
        common: &[Common { name: "000000000000.cfg", mime: XML }],
        syntax: syntax::xml,
        key: |what, line| {
            let table = [
                ("label", "reg.#.label"),
                ("display", "reg.#.displayName"),
                ("user", "reg.#.address"),
                ("auth", "reg.#.auth.userId"),
                ("password", "reg.#.auth.password"),
                ("server", "reg.#.server.1.address"),
                ("port", "reg.#.server.1.port"),
                ("transport", "reg.#.server.1.transport"),
                ("voicemail", "msg.mwi.#.callBack"),
            ];
            by_table(&table, what, line)
        },
        transports: ["UDPOnly", "TCPOnly", "TLS"],
    },
    Maker {
        name: "snom",
        user_agent: "Mozilla/4.0 (compatible; snomD735-SIP 10.1.73.16 1.1.3-s #)",
        files: |mac| {
            let mac = mac.to_uppercase();
            vec![own(format!("snomX1-{mac}.htm"), XML), own(format!("{mac}.xml"), XML)]
        },
        common: &[Common { name: "snom-directory.xml", mime: XML }],
        syntax: syntax::xml,
        key: |what, line| {
            let table = [
                ("label", "phone-settings/user_idle_text #"),
                ("display", "phone-settings/user_realname #"),
                ("user", "phone-settings/user_name #"),
                ("auth", "phone-settings/user_pname #"),
                ("password", "phone-settings/user_pass #"),
                ("host", "phone-settings/user_host #"),
                ("outbound", "phone-settings/user_outbound #"),
                ("voicemail", "phone-settings/user_mailbox #"),
            ];
            by_table(&table, what, line)
        },
        transports: ["udp", "tcp", "tls"],
    },
    Maker {
        name: "grandstream",
        user_agent: "Grandstream Model HW GXP2170 SW 1.0.11.35 DevId #",
        files: |mac| vec![own(format!("cfg{}.xml", mac.to_lowercase()), XML)],
        common: &[Common { name: "grandstream/phonebook.xml", mime: XML }],
        syntax: syntax::xml,
        key: |what, line| {
            let first = [
                ("label", "P270"),
                ("display", "P3"),
                ("user", "P35"),
                ("auth", "P36"),
                ("password", "P34"),
                ("host:port", "P47"),
                ("transport", "P130"),
                ("voicemail", "P33"),
            ];
            let other = [
                ("label", "P#17"),
                ("display", "P#07"),
                ("user", "P#04"),
                ("auth", "P#05"),
                ("password", "P#06"),
                ("host:port", "P#02"),
                ("transport", "P#30"),
            ];
            let table = if line == 1 { first.as_slice() } else { &other };
            by_table(table, what, line + 2).map(|key| format!("config/{key}"))
        },
        transports: ["0", "1", "2"],
    },
    Maker {
        name: "fanvil",
        user_agent: "Fanvil X4 2.4.0 #",
        files: |mac| vec![own(format!("{}.cfg", mac.to_lowercase()), XML)],
        common: &[Common { name: "fanvil-directory.xml", mime: XML }],
        syntax: syntax::xml,
        key: |what, line| {
            let table = [
                ("display", "sip/line #/DisplayName"),
                ("user", "sip/line #/PhoneNumber"),
                ("auth", "sip/line #/RegisterUser"),
                ("password", "sip/line #/RegisterPswd"),
                ("server", "sip/line #/RegisterAddr"),
                ("port", "sip/line #/RegisterPort"),
                ("transport", "sip/line #/Transport"),
                ("voicemail", "sip/line #/MWINum"),
            ];
            by_table(&table, what, line)
        },
        transports: ["0", "1", "3"],
    },
    Maker {
        name: "cisco-spa",
        user_agent: "Cisco/SPA504G-7.6.2e (#)",
        files: |mac| vec![other("spa504G.cfg".to_owned(), XML), own(format!("spa{}.cfg", mac.to_lowercase()), XML)],
        common: &[Common { name: "cisco-spa-directory.xml", mime: XML }],
        syntax: syntax::xml,
        key: cisco,
        transports: ["UDP", "TCP", "TLS"],
    },
    Maker {
        name: "cisco-mpp",
        user_agent: "Cisco-CP-8841-3PCC/11.3.1 (#)",
        files: |mac| {
            let mac = mac.to_lowercase();
            vec![own(format!("Cisco/CP-X1-3PCC/{mac}.cfg"), XML), own(format!("{mac}.xml"), XML)]
        },
        common: &[Common { name: "cisco-mpp-directory.xml", mime: XML }],
        syntax: syntax::xml,
        key: cisco,
        transports: ["UDP", "TCP", "TLS"],
    },
    Maker {
        name: "gigaset",
        user_agent: "Maxwell Basic 2.22.4 #",
        files: |mac| vec![own(format!("{}.xml", mac.to_lowercase()), XML)],
        common: &[],
        syntax: syntax::xml,
        key: |what, line| {
            let table = [
                ("label", "SIP.Account.#.AccountName"),
                ("display", "SIP.Account.#.DisplayName"),
                ("user", "SIP.Account.#.Username"),
                ("auth", "SIP.Account.#.AuthName"),
                ("password", "SIP.Account.#.AuthPassword"),
                ("host", "SIP.Account.#.Domain"),
                ("server", "SIP.Account.#.RegistrationServer.Address"),
                ("port", "SIP.Account.#.RegistrationServer.Port"),
                ("transport", "SIP.TransportProtocol"),
            ];
            by_table(&table, what, line - 1)
        },
        // It has a word for what is not encrypted.
        transports: ["1", "1", "2"],
    },
    Maker {
        name: "mitel",
        user_agent: "Mitel6865i MAC:# V:5.1.0",
        files: |mac| vec![own(format!("{}.cfg", mac.to_uppercase()), TEXT)],
        common: &[
            Common { name: "startup.cfg", mime: TEXT },
            Common { name: "aastra.cfg", mime: TEXT },
            Common { name: "mitel-directory.csv", mime: "text/csv" },
        ],
        syntax: syntax::mitel,
        key: |what, line| {
            let table = [
                ("label", "sip line# screen name"),
                ("display", "sip line# display name"),
                ("user", "sip line# user name"),
                ("auth", "sip line# auth name"),
                ("password", "sip line# password"),
                ("server", "sip line# registrar ip"),
                ("port", "sip line# registrar port"),
                ("transport", "sip transport protocol"),
                ("voicemail", "sip line# vmail"),
            ];
            by_table(&table, what, line)
        },
        transports: ["1", "2", "4"],
    },
];

fn cisco(what: &str, line: usize) -> Option<String> {
    let table = [
        ("label", "Short_Name_#_"),
        ("display", "Display_Name_#_"),
        ("user", "User_ID_#_"),
        ("auth", "Auth_ID_#_"),
        ("password", "Password_#_"),
        ("host:port", "Proxy_#_"),
        ("transport", "SIP_Transport_#_"),
    ];
    by_table(&table, what, line)
}

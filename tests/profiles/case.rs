//! The phones that each maker has here.

use crate::maker::{MAKERS, Maker};

/// A phone in one of the ways that phones are.
pub struct Case {
    pub name: &'static str,
    pub lines: usize,
    /// Further lines of its sections.
    own: &'static str,
    /// What of a line is otherwise than in [`ACCOUNTS`].
    expected: &'static [(&'static str, &'static str)],
}

pub const CASES: &[Case] = &[
    Case {
        name: "one-line",
        lines: 1,
        own: "TIMEZONE = Europe/Berlin\nVOICEMAIL_EXTEN = *97\nKEY3_TYPE = blf\nKEY3_VALUE = 2002\nKEY3_LABEL = Bob\n\
              KEY4_TYPE = speed\nKEY4_VALUE = +4930123456\nKEY4_LABEL = Office\n",
        expected: &[("voicemail", "*97")],
    },
    Case {
        name: "three-lines",
        lines: 3,
        own: "TIMEZONE = Asia/Kolkata\nLANGUAGE = Hindi\nNTP_SERVER = ntp.example.com\nPROVISION_SERVER = prov.example.com\n\
              PROVISION_SCHEME = https\nPROVISION_PORT = 8443\nPROVISION_PATH = /phones/\n",
        expected: &[],
    },
    Case {
        name: "odd-names",
        lines: 1,
        own: "TIMEZONE = America/New_York\nLABEL = <R&D> \"Süd\" 'x'\nDISPLAY_NAME = Jörg & \"Söhne\" <R'D>\nSECRET = a<b>&\"c'd:e)\n",
        expected: &[
            ("label", "<R&D> \"Süd\" 'x'"),
            ("display", "Jörg & \"Söhne\" <R'D>"),
            ("password", "a<b>&\"c'd:e)"),
        ],
    },
    Case {
        name: "ipv6",
        lines: 1,
        own: "SERVER = 2001:db8::5\n",
        expected: &[
            ("server", "2001:db8::5"),
            ("host", "[2001:db8::5]"),
            ("host:port", "[2001:db8::5]:5060"),
            ("outbound", "[2001:db8::5]:5060;transport=udp"),
        ],
    },
    Case {
        name: "tls",
        lines: 1,
        own: "endpoint = over-tls\n",
        expected: &[
            ("user", "over-tls"),
            ("port", "5061"),
            ("transport", "tls"),
            ("host:port", "127.0.0.1:5061"),
            ("outbound", "127.0.0.1:5061;transport=tls"),
        ],
    },
];

/// What the phones register with.
pub const ACCOUNTS: &str = "\
[tls]\ntype = transport\nprotocol = tls\nbind = 127.0.0.1\n
[2001]\ntype = endpoint\ntransport = udp\nauth = 2001\ncallerid = \"Alice & Sons\" <2001>\n
[over-tls]\ntype = endpoint\ntransport = tls\nauth = 2001\ncallerid = \"Alice & Sons\" <2001>\n
[2001]\ntype = auth\nusername = alice\npassword = wonderland\n\n";

impl Case {
    /// The phone's MAC, as no maker writes it.
    pub fn mac(&self, maker: &Maker) -> String {
        let maker = MAKERS.iter().position(|each| each.name == maker.name).unwrap();
        let case = CASES.iter().position(|each| each.name == self.name).unwrap();
        format!("00:15:Ab:{maker:02}:cD:{case:02}")
    }

    /// The phone's sections.
    pub fn phone(&self, maker: &Maker) -> String {
        let line = |line| {
            let (id, mac, own) = (format!("{}-{}-{line}", maker.name, self.name), self.mac(maker), self.own);
            let endpoint = if own.contains("endpoint =") { "" } else { "endpoint = 2001\n" };
            format!(
                "[{id}]\ntype = phoneprov\nPROFILE = {}\nMAC = {mac}\nLINE = {line}\nMODEL = X1\n{endpoint}{own}\n",
                maker.name
            )
        };
        (1..=self.lines).map(line).collect()
    }

    /// What line's values are, in words of Asterisk's.
    pub fn expected(&self, line: usize) -> Vec<(&'static str, String)> {
        let usual = [
            ("display", "Alice & Sons".to_owned()),
            ("user", "2001".to_owned()),
            ("auth", "alice".to_owned()),
            ("password", "wonderland".to_owned()),
            ("server", "127.0.0.1".to_owned()),
            ("host", "127.0.0.1".to_owned()),
            ("port", "5060".to_owned()),
            ("host:port", "127.0.0.1:5060".to_owned()),
            ("outbound", "127.0.0.1:5060;transport=udp".to_owned()),
            ("transport", "udp".to_owned()),
        ];
        let _ = line;
        let own = |what: &str| self.expected.iter().find(|(own, _)| *own == what).map(|(_, value)| (*value).to_owned());
        let more = self.expected.iter().filter(|(own, _)| usual.iter().all(|(what, _)| what != own));
        let more: Vec<_> = more.map(|(what, value)| (*what, (*value).to_owned())).collect();
        usual.into_iter().map(|(what, value)| (what, own(what).unwrap_or(value))).chain(more).collect()
    }
}

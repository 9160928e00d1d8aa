//! A configuration to be served by both modules, and the pieces that cases are written in.

pub use hosts::config::{account, section as phone};

/// Configuration files on top of tests/parity/instance, and what becomes of them.
pub struct Case {
    pub files: Vec<(String, Vec<u8>)>,
    /// How many files of phones both must serve at first: two modules that serve nothing are alike, too.
    pub served: usize,
    pub edits: Vec<Edit>,
}

/// A new pjsip.conf and how it is taken up.
pub struct Edit {
    pub pjsip: Vec<u8>,
    /// Whether res_pjsip is reloaded before the module is, so that endpoints, auths and transports are read again, too.
    pub reloads_res_pjsip: bool,
}

impl Case {
    /// That pjsip.conf, behind a transport `udp`.
    pub fn new(pjsip: impl AsRef<[u8]>, served: usize) -> Self {
        Self { files: vec![("etc/pjsip.conf".to_owned(), with_transport(pjsip))], served, edits: Vec::new() }
    }

    /// One file more.
    pub fn with(mut self, file: impl Into<String>, content: impl AsRef<[u8]>) -> Self {
        self.files.push((file.into(), content.as_ref().to_vec()));
        self
    }

    /// pjsip.conf changes to this, and the module is reloaded.
    pub fn then(mut self, pjsip: impl AsRef<[u8]>) -> Self {
        self.edits.push(Edit { pjsip: with_transport(pjsip), reloads_res_pjsip: false });
        self
    }

    /// pjsip.conf changes to this, and first res_pjsip, then the module is reloaded.
    pub fn then_everywhere(mut self, pjsip: impl AsRef<[u8]>) -> Self {
        self.edits.push(Edit { pjsip: with_transport(pjsip), reloads_res_pjsip: true });
        self
    }
}

fn with_transport(pjsip: impl AsRef<[u8]>) -> Vec<u8> {
    let udp: &[u8] = b"[udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1\n\n";
    [udp, pjsip.as_ref()].concat()
}

/// The n-th phone's MAC.
pub fn mac(number: usize) -> String {
    format!("0004f2{number:06x}")
}

/// A section of that type.
pub fn section(kind: &str, id: &str, lines: &str) -> String {
    format!("[{id}]\ntype = {kind}\n{lines}\n\n")
}

/// An endpoint with these further lines and a phone for it, of that number.
pub fn endpoint_and_phone(number: usize, lines: &str) -> String {
    let id = format!("e{number:03}");
    section("endpoint", &id, &format!("transport = udp\n{lines}"))
        + &phone(&format!("p{number:03}"), &mac(number), &format!("endpoint = {id}"))
}

/// The text in ISO 8859-1: no UTF-8.
pub fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|character| u8::try_from(character).expect("a character of ISO 8859-1")).collect()
}

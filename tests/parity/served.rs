//! Everything that res_phoneprov of one host serves, and how two of them differ.

use hosts::{Host, Route, encoded};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// All routes, and what the host sends for each URI.
pub struct Served {
    pub routes: Vec<Route>,
    answers: BTreeMap<String, Vec<u8>>,
}

impl Served {
    /// Asks the host for all that it has.
    pub fn by(host: &Host) -> Self {
        let routes = host.routes();
        let mut answers = BTreeMap::new();
        for Route { uri, .. } in &routes {
            if !answers.contains_key(uri) {
                answers.insert(uri.clone(), fetch(host.address(), uri));
            }
        }
        Self { routes, answers }
    }

    /// How many routes lead to files of phones.
    pub fn files_of_phones(&self) -> usize {
        self.routes.iter().filter(|route| route.provider.is_some()).count()
    }

    /// What the other serves differently, for people; empty if nothing.
    pub fn differences(&self, other: &Served) -> String {
        let mut text = String::new();
        let mut missing = |what: &str, from: &Served, among: &Served| {
            for route in from.routes.iter().filter(|route| !among.routes.contains(route)) {
                let _ = writeln!(text, "route of {what} alone: {route:?}");
            }
        };
        missing("the C module", self, other);
        missing("our module", other, self);
        if text.is_empty() && self.routes.len() != other.routes.len() {
            let _ = writeln!(text, "{} routes of the C module, {} of ours", self.routes.len(), other.routes.len());
        }
        for (uri, theirs) in &self.answers {
            if let Some(ours) = other.answers.get(uri).filter(|ours| *ours != theirs) {
                let _ = writeln!(text, "{uri}:");
                differing_lines(theirs, ours, &mut text);
            }
        }
        text
    }
}

fn differing_lines(theirs: &[u8], ours: &[u8], text: &mut String) {
    let (theirs, ours) = (String::from_utf8_lossy(theirs), String::from_utf8_lossy(ours));
    let (mut theirs, mut ours) = (theirs.lines(), ours.lines());
    loop {
        match (theirs.next(), ours.next()) {
            (None, None) => return,
            (theirs, ours) if theirs == ours => {}
            (theirs, ours) => {
                let _ = writeln!(text, "  C:    {}\n  ours: {}", theirs.unwrap_or("(end)"), ours.unwrap_or("(end)"));
            }
        }
    }
}

/// Headers that are left out: the time, and what our module alone sends beside the file.
const HEADERS: [&[u8]; 3] = [b"Date: ", b"ETag: ", b"Accept-Ranges: "];

/// Everything that is sent for `/phoneprov/URI`, less those headers.
pub fn fetch(address: &str, uri: &str) -> Vec<u8> {
    let encoded = encoded(uri);
    let mut answer = Vec::new();
    let done = TcpStream::connect((address, 8088)).and_then(|mut stream| {
        let request = format!("GET /phoneprov/{encoded} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        stream.read_to_end(&mut answer)
    });
    done.unwrap_or_else(|error| panic!("fetching {uri}: {error}"));

    let is_wanted = |line: &&[u8]| !HEADERS.iter().any(|header| line.starts_with(header));
    let end_of_head = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("the answer has a head");
    let (head, rest) = answer.split_at(end_of_head);
    let head: Vec<&[u8]> = head.split(|&byte| byte == b'\n').filter(is_wanted).collect();
    [&head.join(&b'\n'), rest].concat()
}

//! A client of a host's AMI, logged in as a user of manager.conf.

use crate::Host;
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long an answer or an event may take; valgrind and a busy machine included.
const LIMIT: Duration = Duration::from_secs(60);

/// What manager.conf gives every user.
const SECRET: &str = "secret";

pub struct Ami {
    stream: BufReader<TcpStream>,
    actions: u32,
    /// Events that came while something else was waited for.
    events: VecDeque<Message>,
}

/// A response or an event: what stands in each line, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub headers: Vec<(String, String)>,
}

impl Message {
    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of that name, in their order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(this, _)| this.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether it is that event.
    pub fn is_event(&self, name: &str) -> bool {
        self.get("Event").is_some_and(|event| event == name)
    }

    /// Whether it is a response that tells of success.
    pub fn is_success(&self) -> bool {
        self.get("Response") == Some("Success")
    }
}

impl Host {
    /// Logs in. The users are `all`, who may do and hear of everything, `system`, who may do and hear of what is of class
    /// `system`, and `nobody`, who may neither (but has the class `call`).
    pub fn ami(&self, user: &str) -> Ami {
        let mut ami = Ami::connect(self.address());
        let answer = ami.action("Login", &[("Username", user), ("Secret", SECRET)]);
        assert!(answer[0].is_success(), "'{user}' cannot log in: {answer:?}");
        ami
    }
}

impl Ami {
    fn connect(address: &str) -> Self {
        let address: SocketAddr = format!("{address}:5038").parse().expect("a host has an IP address");
        let stream = TcpStream::connect_timeout(&address, LIMIT).expect("AMI listens");
        stream.set_nodelay(true).expect("the socket is ours");
        let mut ami = Self { stream: BufReader::new(stream), actions: 0, events: VecDeque::new() };
        let greeting = ami.line(Instant::now() + LIMIT, "greeting").expect("AMI greets");
        assert!(greeting.starts_with("Asterisk Call Manager/"), "AMI greets with '{greeting}'");
        ami
    }

    /// Has an action done. The response comes first, and if it announces a list, then its events up to the last one.
    pub fn action(&mut self, name: &str, headers: &[(&str, &str)]) -> Vec<Message> {
        self.actions += 1;
        let id = self.actions.to_string();
        self.send(name, headers, &id);

        let deadline = Instant::now() + LIMIT;
        let mut answer: Vec<Message> = Vec::new();
        loop {
            let message = self.message(deadline, name).unwrap_or_else(|| panic!("AMI ends the session at {name}"));
            if message.get("ActionID") != Some(&id) {
                self.events.push_back(message);
                continue;
            }
            let is_last = match message.get("EventList") {
                Some(state) => !state.eq_ignore_ascii_case("start"),
                None => answer.is_empty(),
            };
            answer.push(message);
            if is_last {
                return answer;
            }
        }
    }

    /// The next event of that name; others that come meanwhile can be waited for later.
    pub fn wait_for_event(&mut self, name: &str) -> Message {
        let at = self.find_event(name);
        self.events.remove(at).expect("it was found there")
    }

    /// All events up to the next one of that name.
    pub fn events_until(&mut self, name: &str) -> Vec<Message> {
        let at = self.find_event(name);
        self.events.drain(..=at).collect()
    }

    /// All events that were sent until now and that nobody has asked for.
    pub fn events(&mut self) -> Vec<Message> {
        // What waits to be sent may follow the first answer, but not the second.
        self.action("Ping", &[]);
        self.action("Ping", &[]);
        self.events.drain(..).collect()
    }

    /// Waits until the host ends the session; gives what it has sent before.
    pub fn wait_for_end(mut self) -> Vec<Message> {
        let deadline = Instant::now() + LIMIT;
        while let Some(message) = self.message(deadline, "the session's end") {
            self.events.push_back(message);
        }
        self.events.into()
    }

    fn find_event(&mut self, name: &str) -> usize {
        let deadline = Instant::now() + LIMIT;
        let mut at = 0;
        loop {
            if at == self.events.len() {
                let message = self.message(deadline, name);
                self.events.push_back(message.unwrap_or_else(|| panic!("AMI ends the session before {name}")));
            }
            if self.events[at].is_event(name) {
                return at;
            }
            at += 1;
        }
    }

    fn send(&mut self, name: &str, headers: &[(&str, &str)], id: &str) {
        let mut text = format!("Action: {name}\r\nActionID: {id}\r\n");
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        text += "\r\n";
        self.stream.get_mut().write_all(text.as_bytes()).expect("AMI takes an action");
    }

    /// None at the end of the session.
    fn message(&mut self, deadline: Instant, awaited: &str) -> Option<Message> {
        let mut headers = Vec::new();
        loop {
            let line = self.line(deadline, awaited)?;
            if line.is_empty() {
                return Some(Message { headers });
            }
            let (name, value) = line.split_once(':').unwrap_or((&line, ""));
            headers.push((name.to_owned(), value.strip_prefix(' ').unwrap_or(value).to_owned()));
        }
    }

    /// Without its end. Bytes that are no UTF-8 are replaced.
    fn line(&mut self, deadline: Instant, awaited: &str) -> Option<String> {
        let left = deadline.saturating_duration_since(Instant::now());
        assert!(!left.is_zero(), "{awaited} has not come; what came is {:#?}", self.events);
        self.stream.get_ref().set_read_timeout(Some(left)).expect("the socket is ours");
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => None,
            Ok(_) => Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned()),
            Err(error) => panic!("{awaited} has not come ({error}); what came is {:#?}", self.events),
        }
    }
}

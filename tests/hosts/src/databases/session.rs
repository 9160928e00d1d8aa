//! A client of a database that stays, with its transaction open.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Its last word on what it was asked.
const DONE: &str = "that was all";

/// A client. Dropping it takes back what it has not committed.
pub struct Session {
    client: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
}

impl Session {
    /// That one, which runs SQL from its standard input.
    pub(super) fn new(client: &mut Command) -> Self {
        let client = client.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut client = client.spawn().expect("a script of tests/hosts starts");
        let (input, output) = (client.stdin.take(), client.stdout.take().expect("it is piped"));
        Self { client, input, output: BufReader::new(output).lines() }
    }

    /// Runs SQL and waits until that is done.
    pub fn sql(&mut self, text: &str) {
        self.begin(text);
        let mut words = self.output.by_ref().map_while(Result::ok);
        assert!(words.any(|word| word == DONE), "the client has ended at: {text}");
    }

    /// Has it run SQL, and waits for nothing.
    pub fn begin(&mut self, text: &str) {
        let input = self.input.as_mut().expect("it is piped");
        writeln!(input, "{text};\nselect '{DONE}';").expect("the client reads");
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.client.wait();
    }
}

//! One private PostgreSQL, and what nodes asked of it.

use super::link::Link;
use super::server::Server;
use crate::Host;
use std::time::Duration;

const PORT: u16 = 5432;

/// A server with a user and a database `asterisk` that need no password.
pub struct Postgres(Server);

impl Postgres {
    /// Lays one out, starts it, and waits until it answers.
    pub fn start() -> Self {
        // At once, but with its shared memory given back, which killing it would leave behind.
        Self(Server::start("postgres", "run", libc::SIGQUIT))
    }

    /// One that keeps what is committed, as one in earnest does.
    pub fn start_durable() -> Self {
        Self(Server::start("postgres", "run-durable", libc::SIGQUIT))
    }

    /// How many transactions a second so many clients do between them, each one after the other for so many seconds.
    pub fn written(&self, transaction: &str, clients: usize, seconds: usize) -> f64 {
        let figures = self.0.ask("write", &[clients.to_string(), seconds.to_string()], transaction);
        let number = figures.lines().next().and_then(|number| number.parse().ok());
        number.unwrap_or_else(|| panic!("no number: {figures}"))
    }

    /// The processor time that it has used so far.
    pub fn processor_time(&self) -> Duration {
        self.0.processor_time()
    }

    /// Starts it after a stop, and waits until it answers.
    pub fn start_again(&mut self) {
        self.0.start_again();
    }

    /// Stops it the way an administrator does: connections break, and new ones are refused.
    pub fn stop(&mut self) {
        self.0.stop();
    }

    /// Runs SQL and gives the rows of all statements, with `|` between columns.
    pub fn sql(&self, text: &str) -> String {
        self.0.sql(text).unwrap_or_else(|error| panic!("{error}\nin: {text}"))
    }

    /// The same, or what the server has against it.
    pub fn try_sql(&self, text: &str) -> Result<String, String> {
        self.0.sql(text)
    }

    /// A way for that host to get here, on the usual port of the host's own address (127.0.0.1 in its files).
    pub fn link(&self, host: &Host) -> Link {
        Link::new(format!("{}:{PORT}", host.address()), format!("{}:{PORT}", self.0.address()))
    }

    /// Every statement so far that did not come from [`Self::sql`], in order.
    pub fn statements(&self) -> Vec<String> {
        let statement = |line: &str| {
            let (who, what) = line.split_once(" LOG:  ")?;
            let (kind, text) = what.split_once(": ")?;
            let is_statement = kind == "statement" || kind.starts_with("execute ");
            (is_statement && !who.ends_with(" psql")).then(|| text.to_owned())
        };
        self.0.log().lines().filter_map(statement).collect()
    }
}

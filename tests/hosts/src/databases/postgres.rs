//! One private PostgreSQL, and what nodes asked of it.

use super::server::{Program, Server};
use std::time::Duration;

const PROGRAM: Program = Program {
    script: "postgres",
    run: "run",
    port: 5432,
    stop: libc::SIGINT,
    // With its shared memory given back, which killing it would leave behind.
    end: libc::SIGQUIT,
};

/// A server with a user and a database `asterisk` that need no password.
pub struct Postgres(pub(super) Server);

impl Postgres {
    /// Lays one out, starts it, and waits until it answers.
    pub fn start() -> Self {
        Self(Server::start(PROGRAM))
    }

    /// One that keeps what is committed, as one in earnest does.
    pub fn start_durable() -> Self {
        Self(Server::start(Program { run: "run-durable", ..PROGRAM }))
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

    /// Runs SQL and gives the rows of all statements, with `|` between columns.
    pub fn sql(&self, text: &str) -> String {
        self.0.sql(text).unwrap_or_else(|error| panic!("{error}\nin: {text}"))
    }

    /// The same, or what the server has against it.
    pub fn try_sql(&self, text: &str) -> Result<String, String> {
        self.0.sql(text)
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

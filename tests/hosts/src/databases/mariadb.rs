//! One private MariaDB.

use super::server::{Program, Server};

const PROGRAM: Program = Program { script: "mariadb", run: "run", port: 3306, stop: libc::SIGTERM, end: libc::SIGKILL };

/// A server with a database `asterisk`, and a user of that name who may read it.
pub struct MariaDb(pub(super) Server);

impl MariaDb {
    /// Lays one out, starts it, and waits until it answers.
    pub fn start() -> Self {
        Self(Server::start(PROGRAM))
    }

    /// Runs SQL and gives the rows of all statements, with tabs between columns, or what the server has against it.
    pub fn sql(&self, text: &str) -> Result<String, String> {
        self.0.sql(text)
    }
}

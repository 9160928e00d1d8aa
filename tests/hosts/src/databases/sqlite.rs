//! An SQLite database: a file.

use super::server::sql_through;
use std::path::PathBuf;
use std::process::Command;

pub struct Sqlite {
    file: PathBuf,
}

impl Sqlite {
    /// That file, which need not be there yet.
    pub fn in_file(file: PathBuf) -> Self {
        Self { file }
    }

    /// One that lasts for one call of [`Self::sql`].
    pub fn in_memory() -> Self {
        Self { file: ":memory:".into() }
    }

    /// Runs SQL and gives the rows of all statements, with `|` between columns, or what SQLite has against it.
    pub fn sql(&self, text: &str) -> Result<String, String> {
        // Asterisk may be reading.
        sql_through(Command::new("sqlite3").args(["-bail", "-cmd", ".timeout 10000"]).arg(&self.file), text)
    }
}

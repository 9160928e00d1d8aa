//! The reader of databases, without its Asterisk.

#[path = "../../src/sources/database/ask.rs"]
pub mod ask;
#[path = "../../src/sources/database/reader.rs"]
mod reader;
#[path = "../../src/sources/database/record.rs"]
pub mod record;

//! The reader of databases, without its Asterisk.

#[path = "../../src/sources/database/ask.rs"]
pub mod ask;
#[path = "../../src/sources/database/keeper.rs"]
mod keeper;
#[path = "../../src/sources/database/reader.rs"]
mod reader;
#[path = "../../src/sources/database/record.rs"]
pub mod record;
#[path = "../../src/sources/database/whole.rs"]
mod whole;
#[path = "../../src/sources/database/world.rs"]
mod world;

#[path = "database/interrupted.rs"]
mod interrupted;
#[path = "database/kept.rs"]
mod kept;
#[path = "database/played.rs"]
mod played;
#[path = "database/reading.rs"]
mod reading;
#[path = "database/states.rs"]
mod states;

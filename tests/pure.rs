//! Unit and property tests of the code that needs no Asterisk, compiled here on its own.

#![allow(dead_code, reason = "what only the module uses is dead here")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../src/ask/aside.rs"]
mod aside;
#[path = "../src/believed.rs"]
mod believed;
#[path = "../src/http/bound.rs"]
mod bound;
#[path = "../src/notify/campaign/mod.rs"]
mod campaign;
#[path = "pure/database.rs"]
mod database;
#[path = "../src/http/fetches.rs"]
mod fetches;
#[path = "../src/http/gate.rs"]
mod gate;
#[path = "pure/http.rs"]
mod http;
#[path = "../src/mailbox.rs"]
mod mailbox;
#[path = "pure/notify.rs"]
mod notify;
#[path = "../src/phone/mod.rs"]
mod phone;
#[path = "../src/follow/quiet.rs"]
mod quiet;
#[path = "../src/sources/readers.rs"]
mod readers;
#[path = "../src/http/record.rs"]
mod record;
#[path = "../src/report.rs"]
mod report;
#[path = "../src/follow/routine.rs"]
mod routine;
#[path = "../src/http/strangers.rs"]
mod strangers;
#[path = "../src/http/table.rs"]
mod table;
#[path = "../src/template/mod.rs"]
mod template;
#[path = "../src/http/templates.rs"]
mod templates;
#[path = "../src/text.rs"]
mod text;
#[path = "../src/whole_file.rs"]
mod whole_file;

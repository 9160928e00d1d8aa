//! Unit and property tests of the code that needs no Asterisk, compiled here on its own.

#![allow(dead_code, reason = "what only the module uses is dead here")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../src/fetches.rs"]
mod fetches;
#[path = "../src/gate.rs"]
mod gate;
#[path = "../src/phone/mod.rs"]
mod phone;

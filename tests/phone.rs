//! Unit and property tests of the pure code, compiled here on its own: it needs no Asterisk.

#![allow(dead_code, reason = "what only the module uses is dead here")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../src/phone/mod.rs"]
mod phone;

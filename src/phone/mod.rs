//! What a phone is, without Asterisk: section → line → phone → fingerprint → diff.
//!
//! Nothing here calls the host, reads a clock or does I/O; `tests/pure.rs` compiles this folder on its own. Of the rooms it uses
//! the evaluator alone ([`crate::template`]), for what profiles say of a phone.

pub mod bucket;
pub mod compare;
pub mod conf;
pub mod configuration;
pub mod content_hash;
pub mod database;
pub mod defaults;
pub mod diff;
pub mod directory;
pub mod evaluated;
pub mod fingerprint;
pub mod fleet;
pub mod held_back;
pub mod http_server;
pub mod line;
pub mod mac;
pub mod moving;
pub mod object_type;
pub mod phoneprov_conf;
pub mod place;
pub mod problem;
pub mod registration;
pub mod remembered;
pub mod secrets;
pub mod settings;
pub mod standard;
pub mod time_zone;
pub mod users_conf;
pub mod variables;
pub mod view;
pub mod xml;

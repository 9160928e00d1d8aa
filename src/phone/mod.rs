//! What a phone is, without Asterisk: section → line → phone → fingerprint → diff.
//!
//! Nothing here calls the host, reads a clock or does I/O; `tests/pure.rs` compiles this folder on its own. Of the rooms it uses
//! the evaluator alone ([`crate::template`]), for what profiles say of a phone.

pub mod at_fault;
pub mod belief;
pub mod compare;
pub mod conf_files;
pub mod conf_text;
pub mod configuration;
pub mod content_hash;
pub mod counted_on;
pub mod defaults;
pub mod diff;
pub mod directory;
pub mod evaluated;
pub mod fingerprint;
pub mod fitness;
pub mod fleet;
pub mod held_back;
pub mod http_server;
pub mod kind;
pub mod known_good;
pub mod line;
pub mod mac;
pub mod mask;
pub mod masked;
pub mod moving;
pub mod object_type;
pub mod place;
pub mod problem;
pub mod profile_fault;
pub mod profile_rules;
pub mod profiles;
pub mod references;
pub mod refusals;
pub mod registration;
pub mod remembered;
pub mod reread;
pub mod rows;
pub mod secret;
pub mod settings;
pub mod shared;
pub mod standard;
pub mod standing;
pub mod time_zone;
pub mod unfit;
pub mod unread;
pub mod users_conf;
pub mod variables;
pub mod view;
pub mod xml;

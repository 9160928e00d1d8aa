//! What a phone is, without Asterisk: section → line → phone → fingerprint → diff.
//!
//! Nothing here calls the host, reads a clock or does I/O; `tests/pure.rs` compiles this folder on its own. Of the rooms it uses
//! the evaluator alone ([`crate::template`]), for what profiles say of a phone.

pub mod belief;
pub mod compare;
pub mod conf_files;
pub mod configuration;
pub mod defaults;
pub mod diff;
pub mod directory;
pub mod evaluated;
pub mod fingerprint;
pub mod fleet;
pub mod known_good;
pub mod line;
pub mod mac;
pub mod mask;
pub mod masked;
pub mod object_type;
pub mod problem;
pub mod profiles;
pub mod registration;
pub mod rows;
pub mod secret;
pub mod settings;
pub mod shared;
pub mod standard;
pub mod users_conf;
pub mod variables;
pub mod view;
pub mod xml;

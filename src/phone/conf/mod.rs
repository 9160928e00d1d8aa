//! What stands in Asterisk's configuration files, beside what sorcery makes of it.

pub mod conf_files;
pub mod conf_text;
pub mod counted_on;
pub mod standing;
pub mod unread;

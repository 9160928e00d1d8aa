//! How AMI's answers are worded.

use std::time::SystemTime;

/// What an action says while the module is off.
pub const OFF: &str = "The module is not loaded";

/// `2026-08-01T12:00:00Z`.
pub fn time(at: SystemTime) -> String {
    humantime::format_rfc3339_seconds(at).to_string()
}

/// `Served` for `served`.
pub fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

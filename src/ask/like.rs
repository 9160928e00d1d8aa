//! `like`: the phones whose MAC or one of whose ids matches somebody's regular expression.

use super::inspect::Seen;
use regex_lite::{Regex, RegexBuilder};
use std::ffi::CString;

/// In bytes, compiled: a pattern takes time in proportion to that for each phone.
const LARGEST_PATTERN: usize = 16 * 1024;

/// A regular expression of somebody's. It runs over a whole fleet, so it must not be too large.
pub fn pattern(expression: &str) -> Result<Regex, regex_lite::Error> {
    RegexBuilder::new(expression).size_limit(LARGEST_PATTERN).build()
}

/// Whether a phone's MAC or one of its ids matches.
pub fn is_like(phone: &Seen, like: Option<&Regex>) -> bool {
    let matches = |text: &CString| like.is_none_or(|like| like.is_match(&text.to_string_lossy()));
    phone.mac.iter().chain(&phone.sections).any(matches)
}

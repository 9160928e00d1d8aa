//! Which phones of a list are wanted: with what trouble, of which profile, or like somebody's regular expression.

use regex_lite::{Regex, RegexBuilder};
use std::ffi::{CStr, CString};

/// In bytes, compiled: a pattern takes time in proportion to that for each phone.
const LARGEST_PATTERN: usize = 16 * 1024;

/// Which are wanted.
#[derive(Debug)]
pub enum Which {
    /// All.
    All,
    /// Those of which something is refused.
    Refused,
    /// Those whose last request was answered with an error: 404, or 500.
    Missed,
    /// Those that have never asked.
    Silent,
    /// Those that have something else than what is served.
    Stale,
    /// Those that have fetched no file of their own yet.
    New,
    /// Those of that profile.
    Profile(CString),
    /// Those whose MAC or one of whose ids matches.
    Like(Regex),
}

/// The words that stand alone.
pub const WORDS: [&str; 5] = ["refused", "missed", "silent", "stale", "new"];

impl Which {
    /// What one of [`WORDS`] stands for, in whatever case.
    pub fn named(word: &CStr) -> Option<Self> {
        let at = WORDS.iter().position(|each| word.to_bytes().eq_ignore_ascii_case(each.as_bytes()))?;
        [Which::Refused, Which::Missed, Which::Silent, Which::Stale, Which::New].into_iter().nth(at)
    }

    /// A regular expression of somebody's. It runs over a whole fleet, so it must not be too large.
    pub fn like(expression: &CStr) -> Result<Self, regex_lite::Error> {
        RegexBuilder::new(&expression.to_string_lossy()).size_limit(LARGEST_PATTERN).build().map(Which::Like)
    }
}

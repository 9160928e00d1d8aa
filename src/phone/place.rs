//! Where in the configuration something is written: what an operator opens to put it right.

use crate::text::Shown;
use std::ffi::{CStr, CString};
use std::fmt;

/// A line of a file, as Asterisk hands it over: the file that a wizard reads has no name there, those that it includes have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written<'a> {
    /// The file's name, below the directory of configuration files.
    pub file: &'a CStr,
    /// The line, from 1 on, as Asterisk counts ([`super::conf::counted_on`]).
    pub line: u32,
}

/// The same for people: `pjsip.conf:42`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's name, below the directory of configuration files.
    pub file: CString,
    /// The line, from 1 on, if it is known.
    pub line: Option<u32>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown(&self.file).fmt(f)?;
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

/// ` (pjsip.conf:42)`, behind what is written there; nothing if that is not known.
pub struct Behind<'a>(pub Option<&'a Place>);

impl fmt::Display for Behind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |place| write!(f, " ({place})"))
    }
}

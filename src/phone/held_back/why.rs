//! Which phones are held back, and why.

use super::super::conf::conf_text::{Reason, Unread};
use crate::text::Shown;
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::fmt;
use std::time::Instant;

/// Since when phones are held back, by MAC.
pub type Since = HashMap<Box<CStr>, Instant>;

/// Why phones are held back. Its tag has a place of its own: one in a spare value of what it holds would be compared by reading that,
/// too, which valgrind takes for a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Why {
    /// Not all of a file is read.
    Unread(Unread),
    /// Their sections stand in a file, and sorcery has not read it as it is.
    NotTaken,
    /// No section is left in a file that had so many, or in all of them.
    Emptied { file: Option<CString>, sections: usize },
}

/// The phones that are held back for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The reason.
    pub why: Why,
    /// How many there are.
    pub phones: usize,
    /// The ids of their sections, the first few.
    pub sections: Vec<CString>,
}

/// All phones that are held back.
#[derive(Clone, Debug, Default)]
pub struct HeldBack {
    /// Since when each is.
    pub since: Since,
    /// Why.
    pub causes: Vec<Cause>,
    /// When the first of them goes by itself.
    pub until: Option<Instant>,
}

impl Why {
    /// The file that it is about, if it is one.
    pub fn file(&self) -> Option<&CStr> {
        match self {
            Why::Unread(unread) => Some(&unread.file),
            Why::Emptied { file, .. } => file.as_deref(),
            Why::NotTaken => None,
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Unread(Unread { file, line, reason, .. }) if reason.stops() => {
                write!(f, "Asterisk reads {} only up to line {line}", Shown(file))
            }
            Why::Unread(Unread { file, reason: Reason::Unreadable(_), .. }) => {
                write!(f, "Asterisk cannot read {}", Shown(file))
            }
            Why::Unread(Unread { file, .. }) => write!(f, "Asterisk does not read all of {}", Shown(file)),
            Why::NotTaken => f.write_str("Asterisk has not read the files of their sections as they are now"),
            Why::Emptied { file: Some(_), sections } => {
                let file = self.file().unwrap_or_default();
                write!(f, "{} has no section of type phoneprov left and had {sections}", Shown(file))
            }
            Why::Emptied { file: None, sections } => {
                write!(f, "no file has a section of type phoneprov left, and there were {sections}")
            }
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cause { why, phones, sections } = self;
        let ids: Vec<String> = sections.iter().map(|id| Shown(id).to_string()).collect();
        let more = if *phones > sections.len() { ", …" } else { "" };
        let is = if *phones == 1 { "phone is" } else { "phones are" };
        write!(f, "{phones} {is} held back and served as before ({}{more}), because {why}", ids.join(", "))
    }
}

impl fmt::Display for HeldBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let causes: Vec<String> = self.causes.iter().map(ToString::to_string).collect();
        f.write_str(&causes.join("; "))
    }
}

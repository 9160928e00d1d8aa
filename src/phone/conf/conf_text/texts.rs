//! What there is to read, and what was read of it.

use std::collections::HashSet;
use std::ffi::CString;
use std::sync::Arc;

/// What there is of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It can be read, and says that.
    Text(Vec<u8>),
    /// There is none, or it is no regular file.
    Nothing,
    /// It cannot be read, for this reason.
    Unreadable(String),
}

/// Where files are.
pub trait Disk {
    /// The files that a name stands for, which may be a pattern, in order, each with its whole path.
    fn expand(&self, name: &[u8]) -> Vec<CString>;
    /// Opens one of them.
    fn open(&self, path: &CString) -> Opened;
    /// Whether what is called so is kept in a database, so that no file is read for it.
    fn is_elsewhere(&self, name: &[u8]) -> bool;
}

/// Why something is not read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A section's name does not end.
    NoBracket,
    /// A section's list of templates does not end.
    NoParenthesis,
    /// No section or template of that name stands before this one.
    NoTemplate(CString),
    /// Something is to be added to a section that there is not.
    NoSection(CString),
    /// An option stands before any section.
    OutsideSections,
    /// A backslash has nothing behind it.
    Escape,
    /// An included file cannot be read.
    NoFile(CString),
    /// Files include each other too deeply.
    TooDeep,
    /// A comment `;--` does not end.
    OpenComment,
    /// A comment ends that has not begun: `--;`.
    StrayEnd,
    /// Comments are nested too deeply: Asterisk does not come back from there.
    Endless,

    // Beyond these, the rest of a file is read.
    /// A line is too long.
    LongLine,
    /// A zero byte, which ends what Asterisk sees of its line.
    Zero,
    /// A byte order mark that is none to Asterisk, which looks for one in the first file of an `#include` only.
    ByteOrderMark,
    /// No such directive.
    Directive(CString),
    /// The file itself.
    Unreadable(String),
}

impl Reason {
    /// Whether the rest of the file is not read either.
    pub fn stops(&self) -> bool {
        !matches!(
            self,
            Reason::LongLine | Reason::Zero | Reason::ByteOrderMark | Reason::Directive(_) | Reason::Unreadable(_)
        )
    }
}

/// A place from which on, or at which, a file is not read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unread {
    /// The file's path.
    pub file: CString,
    /// The line, from 1 on; 0 where it is the file as a whole.
    pub line: usize,
    /// Why.
    pub reason: Reason,
    /// How many files of the same `#include` are not read either.
    pub further: usize,
}

/// A section that stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub id: CString,
    /// Its `type`, the first that it has.
    pub kind: Option<CString>,
    /// The file that it stands in.
    pub file: Arc<CString>,
    /// Whether Asterisk reads it to its end.
    pub is_read: bool,
}

/// What Asterisk reads of a file and of those that it includes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// Files that are read to their end, with every line.
    pub whole: HashSet<CString>,
    /// What is not read, and why.
    pub unread: Vec<Unread>,
    /// The sections in order, without templates; behind those that are read the others.
    pub sections: Vec<Standing>,
    /// Whether nothing is taken of it at all.
    pub is_refused: bool,
    /// Whether there is nothing that could be read.
    pub is_missing: bool,
    /// Files of which Asterisk keeps what it had, because they, or what includes them, are refused or missing.
    pub kept: HashSet<CString>,
}

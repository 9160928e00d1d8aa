//! What can be wrong with a section of phoneprov.conf as it is written, in words that say what to do.

use crate::text::Shown;
use std::ffi::{CStr, CString};
use std::fmt;

/// What is wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ProfileFault {
    /// It is there twice.
    Twice,
    /// A `setvar` gives nothing.
    NoSetvar(CString),
    /// The name of a file that looks like an option's.
    Misspelt { given: CString, meant: &'static CStr },
    /// The name of a file that is an option of `general`.
    Misplaced(CString),
    /// A file has no template.
    NoTemplate(CString),
    /// A content type has not the form of one. `file` is empty for `mime_type`.
    OddType { file: CString, mime: CString },
    /// Two of its files have one name.
    SameName(CString),
    /// A static file of that name is served in its place; it is that profile's.
    Hidden { file: CString, by: CString },
    /// A function that nobody has registered is called in the name of a file or in a `setvar`.
    NoFunction { function: CString, text: CString },
    /// `default_profile` names none.
    UnknownDefault(CString),
}

impl ProfileFault {
    /// Whether a file of it is lost.
    pub fn loses_a_file(&self) -> bool {
        matches!(self, ProfileFault::NoTemplate(_) | ProfileFault::NoFunction { .. })
    }
}

impl fmt::Display for ProfileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProfileFault::Twice => f.write_str(
                "is there twice in phoneprov.conf, and phones have the first one; put all into one section, or write [NAME](+) for \
                 what is to be added",
            ),
            ProfileFault::NoSetvar(text) => {
                write!(f, "has setvar = '{}', which gives nothing; write setvar = NAME=VALUE", Shown(text))
            }
            ProfileFault::Misspelt { given, meant } => write!(
                f,
                "has an option '{}', which is taken for the name of a file; write {} if that is meant",
                Shown(given),
                Shown(meant)
            ),
            ProfileFault::Misplaced(name) => write!(
                f,
                "has an option '{0}', which is taken for the name of a file; it belongs into [general]",
                Shown(name)
            ),
            ProfileFault::NoTemplate(file) => {
                write!(f, "names no template for the file '{}'; write one behind the '='", Shown(file))
            }
            ProfileFault::OddType { file, mime } => {
                let of = if file.is_empty() { "mime_type".into() } else { format!("the file '{}'", Shown(file)) };
                write!(f, "gives {of} the type '{}', which is none; write one like text/plain", Shown(mime))
            }
            ProfileFault::SameName(name) => {
                write!(f, "has two files '{}', and phones get the first; give each a name of its own", Shown(name))
            }
            ProfileFault::Hidden { file, by } => write!(
                f,
                "has a file '{}', in whose place the static file of that name in profile '{}' is served; give one of them another \
                 name",
                Shown(file),
                Shown(by)
            ),
            ProfileFault::NoFunction { function, text } => write!(
                f,
                "calls the function {0} in '{1}', which no module that is loaded has; load the one that has it ('core show \
                 function {0}' tells where it runs) or correct phoneprov.conf",
                Shown(function),
                Shown(text)
            ),
            ProfileFault::UnknownDefault(profile) => write!(
                f,
                "phoneprov.conf has default_profile = '{0}' for phones of users.conf, and no such profile; add a section [{0}] or \
                 correct default_profile",
                Shown(profile)
            ),
        }
    }
}

//! What can be wrong with a section, or with a profile. The words for it are in `words.rs`.

use super::super::conf::conf_text::{Reason, Unread};
use super::super::object_type::ObjectType;
use super::super::phoneprov_conf::profile_fault::ProfileFault;
use super::super::phoneprov_conf::unfit::Halt;
use std::ffi::{CStr, CString};

/// How much harm a [`Problem`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The section is provisioned all the same.
    Warning,
    /// The section is not provisioned, or a file of the profile is not.
    Error,
}

/// Something in one section, or in one profile, that a person should put right.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// The type of the section.
    pub object: ObjectType,
    /// The section's id.
    pub section: CString,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong. Errors come first, then warnings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// No MAC.
    MissingMac,
    /// No PROFILE.
    MissingProfile,
    /// `endpoint` names none that exists.
    UnknownEndpoint(CString),
    /// The endpoint names a transport that does not exist.
    UnknownTransport { endpoint: CString, transport: CString },
    /// The endpoint names an auth that does not exist.
    UnknownAuth { endpoint: CString, auth: CString },
    /// The same three, where the object stands in a file and Asterisk did not take it.
    RefusedEndpoint(CString),
    /// See there.
    RefusedTransport { endpoint: CString, transport: CString },
    /// See there.
    RefusedAuth { endpoint: CString, auth: CString },
    /// An earlier section has this MAC and this LINE.
    DuplicateLine { mac: CString, line: i32, holder: CString },
    /// phoneprov.conf has no such profile.
    UnknownProfile(CString),
    /// `res_phoneprov` did not take it. It does not say why; another provider's phone with that MAC is one reason.
    Refused { mac: CString, profile: CString },

    /// The MAC has not twelve hexadecimal digits.
    NotAMac(CString),
    /// A variable or a file's name is made with something that is never the same twice.
    Unsteady(CString),
    /// A file of that name is another phone's.
    SharedName { name: CString, holder: CString },
    /// Another section writes the same MAC in another way.
    OtherSpelling { mac: CString, other: CString, holder: CString },
    /// TIMEZONE is none that the machine has.
    UnknownTimeZone(CString),
    /// LINE is no number; `res_phoneprov` reads it as `read_as`.
    LineNotANumber { line: CString, read_as: i32 },
    /// A value has a control character in it, so that it counts as not given.
    ControlCharacter { name: CString, source: String },
    /// The endpoint names no auth, so there is no SECRET.
    NoAuth { endpoint: CString },
    /// The auth knows only a digest, so there is no SECRET.
    DigestOnly { auth: CString },
    /// A name is given twice with two values in one section.
    GivenTwice { name: CString, used: CString },
    /// Two `phoneprov_default` sections give one name two values.
    ConflictingDefault { name: CString, used: CString, holder: CString },
    /// A `phoneprov_global` option that does not exist.
    UnknownOption { name: CString, options: &'static [&'static CStr] },
    /// A `phoneprov_global` option whose value is not what it takes.
    NotUnderstood { name: CString, value: CString, wanted: &'static str },
    /// Only one `phoneprov_global` section counts.
    SecondGlobal { holder: CString },
    /// The file has two sections of that type and id: sorcery takes none of the type from it.
    DuplicateId(CString),
    /// `type` looks like one of ours and is none.
    MisspeltType { given: CString, meant: CString },
    /// The file binds a transport to another port than it has, and Asterisk does not move it while it runs.
    KeptPort { now: u16, in_file: u16 },
    /// The same with what it speaks.
    KeptProtocol { now: &'static CStr, in_file: &'static CStr },
    /// It has MAC and PROFILE, and no type.
    NoType,
    /// Asterisk does not take it as it stands in the file, and keeps the one that it had.
    KeptAsItWas,
    /// The file cannot be read, perhaps because of a line: Asterisk keeps what it has of it. No section's fault.
    UnreadableFile { file: CString, line: Option<(usize, Reason)> },
    /// The file is read in part, which Asterisk itself does not tell whoever asked for it. No section's fault.
    UnreadPart(Unread),
    /// There are more phones than the HTTP server lets in at once. No section's fault.
    FewSessions { limit: usize, phones: usize },

    /// `res_phoneprov` has stopped, or a reload would stop it. No section's fault.
    ResPhoneprov(Halt),
    /// A profile is not written as it was probably meant.
    OddProfile(ProfileFault),
    /// A profile's file cannot be made.
    UnusableTemplate { file: CString, path: String, reason: String },
    /// A profile's file comes out otherwise than it was meant.
    OddFile { file: CString, path: String, oddity: Oddity },
}

/// What is odd about a phone's file. What the file says is not repeated: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Oddity {
    /// It is XML, and not well-formed.
    NotWellFormed { mac: CString, line: u32, column: u32, what: String },
    /// `${` is left in it.
    LeftOver { mac: CString, line: u32, column: u32 },
    /// Something went wrong while it was made.
    Warned(String),
}

impl Fault {
    /// Whether the section is lost by it.
    pub fn severity(&self) -> Severity {
        match self {
            Fault::OddProfile(fault) if fault.loses_a_file() => Severity::Error,
            Fault::OddProfile(_) => Severity::Warning,
            Fault::MissingMac
            | Fault::MissingProfile
            | Fault::UnknownEndpoint(_)
            | Fault::UnknownTransport { .. }
            | Fault::UnknownAuth { .. }
            | Fault::RefusedEndpoint(_)
            | Fault::RefusedTransport { .. }
            | Fault::RefusedAuth { .. }
            | Fault::DuplicateLine { .. }
            | Fault::UnknownProfile(_)
            | Fault::DuplicateId(_)
            | Fault::MisspeltType { .. }
            | Fault::NoType
            | Fault::UnreadableFile { .. }
            | Fault::ResPhoneprov(_)
            | Fault::UnreadPart(_)
            | Fault::UnusableTemplate { .. }
            | Fault::Refused { .. } => Severity::Error,
            Fault::Unsteady(_)
            | Fault::SharedName { .. }
            | Fault::NotAMac(_)
            | Fault::OtherSpelling { .. }
            | Fault::LineNotANumber { .. }
            | Fault::UnknownTimeZone(_)
            | Fault::ControlCharacter { .. }
            | Fault::KeptPort { .. }
            | Fault::KeptProtocol { .. }
            | Fault::KeptAsItWas
            | Fault::NoAuth { .. }
            | Fault::DigestOnly { .. }
            | Fault::GivenTwice { .. }
            | Fault::ConflictingDefault { .. }
            | Fault::UnknownOption { .. }
            | Fault::NotUnderstood { .. }
            | Fault::OddFile { .. }
            | Fault::SecondGlobal { .. }
            | Fault::FewSessions { .. } => Severity::Warning,
        }
    }

    /// The option that is taken for the name of a file and is none.
    pub fn takes_for_a_file(&self) -> Option<&CStr> {
        match self {
            Fault::OddProfile(ProfileFault::Misspelt { given: name, .. } | ProfileFault::Misplaced(name)) => Some(name),
            Fault::OddProfile(ProfileFault::NoTemplate(name)) => Some(name),
            _ => None,
        }
    }
}

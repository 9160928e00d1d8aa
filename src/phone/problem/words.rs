//! Problems in words: where, what is wrong, and what to do.

use super::super::object_type::ObjectType;
use super::super::phoneprov_conf::profile_fault::ProfileFault;
use super::super::place::{Behind, Place};
use super::super::secrets::secret;
use super::fault::{Fault, Oddity, Problem};
use crate::text::Shown;
use std::ffi::CStr;
use std::fmt;

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Oddity::NotWellFormed { mac, line, column, what } => {
                write!(f, "is no well-formed XML for phone '{}', line {line}, column {column}: {what}", Shown(mac))
            }
            Oddity::LeftOver { mac, line, column } => {
                write!(f, "still has '${{' for phone '{}', in line {line}, column {column}", Shown(mac))
            }
            Oddity::Warned(what) => f.write_str(what),
        }
    }
}

impl Oddity {
    /// What to do about it, at that template.
    fn remedy(&self, path: &str) -> String {
        match self {
            Oddity::NotWellFormed { .. } => format!(
                "correct {path}, write ${{PHONEPROV_XML(${{NAME}})}} for a value that may have & or <, or correct mime_type if it \
                 is no XML"
            ),
            Oddity::LeftOver { .. } => {
                format!("correct {path}, or the value, in which ${{…}} reaches the phone as it is written")
            }
            Oddity::Warned(_) => format!("correct {path}"),
        }
    }
}
impl Fault {
    /// The same in words that fit every section which has it: without what is one section's own.
    pub fn common(&self) -> String {
        match self {
            Fault::UnknownTransport { transport, .. } => format!(
                "names an endpoint whose transport '{0}' does not exist; add a type=transport section '{0}' or correct transport= \
                 of the endpoint",
                Shown(transport)
            ),
            Fault::RefusedTransport { transport, .. } => format!(
                "names an endpoint whose transport '{0}' Asterisk refuses as it stands in its file; its log says why at each load, so \
                 put the type=transport section '{0}' right",
                Shown(transport)
            ),
            Fault::Refused { profile, .. } => format!(
                "was refused by res_phoneprov; reload it if phoneprov.conf's section [{}] is new, and check that no other provider \
                 has its MAC",
                Shown(profile)
            ),
            Fault::NoAuth { .. } => {
                "gets no SECRET: its endpoint names no auth; add auth= to the endpoint, or SECRET= to the section"
                    .to_owned()
            }
            Fault::DigestOnly { .. } => {
                "gets no SECRET: its auth has no password, only a digest at most; set SECRET= in the section \
                                         or password= in the auth"
                    .to_owned()
            }
            fault => fault.to_string(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::MissingMac => write!(f, "has no MAC; add MAC=<the phone's MAC>"),
            Fault::MissingProfile => write!(f, "has no PROFILE; add PROFILE=<a section of phoneprov.conf>"),
            Fault::UnknownEndpoint(endpoint) => write!(
                f,
                "names endpoint '{0}', which does not exist; add a type=endpoint section '{0}' or correct endpoint=",
                Shown(endpoint)
            ),
            Fault::UnknownTransport { endpoint, transport } => write!(
                f,
                "names endpoint '{0}', whose transport '{1}' does not exist; add a type=transport section '{1}' or \
                 correct transport= of endpoint '{0}'",
                Shown(endpoint),
                Shown(transport)
            ),
            Fault::UnknownAuth { endpoint, auth } => write!(
                f,
                "names endpoint '{0}', whose auth '{1}' does not exist; add a type=auth section '{1}' or correct auth= \
                 of endpoint '{0}'",
                Shown(endpoint),
                Shown(auth)
            ),
            Fault::RefusedEndpoint(endpoint) => write!(
                f,
                "names endpoint '{0}', which Asterisk refuses as it stands in its file; its log says why at each load, so put the \
                 type=endpoint section '{0}' right",
                Shown(endpoint)
            ),
            Fault::RefusedTransport { endpoint, transport } => write!(
                f,
                "names endpoint '{0}', whose transport '{1}' Asterisk refuses as it stands in its file; its log says why at each load, so \
                 put the type=transport section '{1}' right",
                Shown(endpoint),
                Shown(transport)
            ),
            Fault::RefusedAuth { endpoint, auth } => write!(
                f,
                "names endpoint '{0}', whose auth '{1}' Asterisk refuses as it stands in its file; its log says why at each load, so put \
                 the type=auth section '{1}' right",
                Shown(endpoint),
                Shown(auth)
            ),
            Fault::DuplicateLine { mac, line, holder } => write!(
                f,
                "is line {line} of MAC '{}', which section '{}' is already; give it another LINE or another MAC",
                Shown(mac),
                Shown(holder)
            ),
            Fault::UnknownProfile(profile) => write!(
                f,
                "names PROFILE '{0}', which phoneprov.conf does not have; add a section [{0}] there or correct PROFILE=",
                Shown(profile)
            ),
            Fault::Refused { mac, profile } => write!(
                f,
                "was refused by res_phoneprov; reload it if phoneprov.conf's section [{}] is new, and check that no other \
                 provider has MAC '{}'",
                Shown(profile),
                Shown(mac)
            ),
            Fault::NotAMac(mac) => write!(
                f,
                "has MAC '{}', which is no MAC (twelve hexadecimal digits); served as written, correct MAC= if the phone \
                 gets nothing",
                Shown(mac)
            ),
            Fault::Unsteady(what) => write!(
                f,
                "has '{}' made with a clock or a random number: it is not followed, so take that out of the profile's setvar or \
                 file name",
                Shown(what)
            ),
            Fault::SharedName { name, holder } => write!(
                f,
                "shares the file '{}' with section '{}', whose phone fills it; give it a name of its own in phoneprov.conf",
                Shown(name),
                Shown(holder)
            ),
            Fault::OtherSpelling { mac, other, holder } => write!(
                f,
                "writes MAC '{}', section '{}' writes '{}'; res_phoneprov serves them as two phones, so use one spelling",
                Shown(mac),
                Shown(holder),
                Shown(other)
            ),
            Fault::UnknownTimeZone(zone) => write!(
                f,
                "has TIMEZONE '{}', which is no file in /usr/share/zoneinfo: its phone gets UTC; correct TIMEZONE=, or install that \
                 zone (tzdata)",
                Shown(zone)
            ),
            Fault::LineNotANumber { line, read_as } => write!(
                f,
                "has LINE '{}', which is no number and counts as {read_as}; write LINE=1, LINE=2 and so on",
                Shown(line)
            ),
            Fault::ControlCharacter { name, source } => write!(
                f,
                "gets no {} from {source}, because a control character is in it, such as a line break, which would make lines of its \
                 own in the phone's file; take that out",
                Shown(name)
            ),
            Fault::NoAuth { endpoint } => write!(
                f,
                "gets no SECRET: endpoint '{0}' names no auth; add auth= to endpoint '{0}', or SECRET= to the section",
                Shown(endpoint)
            ),
            Fault::DigestOnly { auth } => write!(
                f,
                "gets no SECRET: auth '{}' has no password, only a digest at most; set SECRET= in the section or password= in the \
                 auth",
                Shown(auth)
            ),
            Fault::GivenTwice { name, used } => write!(
                f,
                "gives {} two values; '{}', the first, is used, so remove one",
                Shown(name),
                Value { name, value: used }
            ),
            Fault::ConflictingDefault { name, used, holder } => write!(
                f,
                "gives {} a value, section '{}' gives it '{}'; that one is used, so remove one",
                Shown(name),
                Shown(holder),
                Value { name, value: used }
            ),
            Fault::UnknownOption { name, options } => {
                let options: Vec<_> = options.iter().map(|option| option.to_string_lossy()).collect();
                let options = options.join(", ");
                write!(f, "has option '{}', which does not exist; remove it or write one of {options}", Shown(name))
            }
            Fault::NotUnderstood { name, value, wanted } => {
                write!(f, "has {} '{}'; write {wanted}", Shown(name), Value { name, value })
            }
            Fault::DuplicateId(file) => write!(
                f,
                "is there twice in {}; Asterisk takes none of the file's sections of that type while it is, so rename one",
                Shown(file)
            ),
            Fault::MisspeltType { given, meant } => {
                write!(f, "has type '{}', which nobody knows; write type={}", Shown(given), Shown(meant))
            }
            Fault::KeptPort { now, in_file } => write!(
                f,
                "keeps port {now} until Asterisk is restarted, and has {in_file} after that; give it allow_reload=yes to have a reload \
                 move it"
            ),
            Fault::KeptProtocol { now, in_file } => write!(
                f,
                "keeps speaking {} until Asterisk is restarted, and speaks {} after that; give it allow_reload=yes to have a reload change \
                 it",
                Shown(now),
                Shown(in_file)
            ),
            Fault::KeptAsItWas => f.write_str(
                "is refused by Asterisk as it stands in its file, so it keeps the one that it had; its log says why at each load, so put \
                 the section right",
            ),
            Fault::NoType => f.write_str("has MAC and PROFILE, and no type, so nobody reads it; write type=phoneprov"),
            Fault::UnreadPart(unread) => unread.fmt(f),
            Fault::UnreadableFile { file, line } => {
                write!(f, "{} cannot be read or parsed", Shown(file))?;
                if let Some((line, reason)) = line {
                    write!(f, ", because line {line} {reason}")?;
                }
                f.write_str("; until that is put right, a reload changes nothing that stands in it")
            }
            Fault::FewSessions { limit, phones } => write!(
                f,
                "http.conf lets {limit} clients in at once, and there are {phones} phones, which all come after a power cut; raise \
                 sessionlimit there"
            ),
            Fault::ResPhoneprov(halt) => halt.fmt(f),
            Fault::OddProfile(fault) => fault.fmt(f),
            Fault::UnusableTemplate { file, path, reason } => write!(
                f,
                "cannot give its phones the file '{}', because {path} cannot be used ({reason}); put that right, or the template's name \
                 in phoneprov.conf",
                Shown(file)
            ),
            Fault::OddFile { file, path, oddity } => {
                write!(f, "has a file '{}' that {oddity}; {}", Shown(file), oddity.remedy(path))
            }
            Fault::SecondGlobal { holder } => {
                write!(f, "is not used, section '{}' is; put all options into one", Shown(holder))
            }
        }
    }
}

/// A variable's value in a message; a secret is masked.
struct Value<'a> {
    name: &'a CStr,
    value: &'a CStr,
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if secret::is_secret(self.name) { Shown(secret::MASK).fmt(f) } else { Shown(self.value).fmt(f) }
    }
}

impl Problem {
    /// The problem in words, with its place if that is known. The place is no part of it: it is the same problem when the file
    /// has grown above.
    pub fn told(&self, place: Option<&Place>) -> String {
        if let Fault::UnreadableFile { .. }
        | Fault::UnreadPart(_)
        | Fault::FewSessions { .. }
        | Fault::ResPhoneprov(_)
        | Fault::OddProfile(ProfileFault::UnknownDefault(_)) = self.fault
        {
            return self.fault.to_string();
        }
        let object = self.object.name().to_string_lossy();
        let kind = if self.object == ObjectType::Profile { "" } else { " section" };
        format!("{object}{kind} '{}'{}: {}", Shown(&self.section), Behind(place), self.fault)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(None))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Severity;
    use super::*;

    #[test]
    fn a_message_names_the_section_the_fault_and_the_remedy() {
        let problem = Problem {
            object: ObjectType::Phoneprov,
            section: c"1000".into(),
            fault: Fault::UnknownTransport { endpoint: c"ep1000".into(), transport: c"udq".into() },
        };
        assert_eq!(
            problem.to_string(),
            "phoneprov section '1000': names endpoint 'ep1000', whose transport 'udq' does not exist; add a \
             type=transport section 'udq' or correct transport= of endpoint 'ep1000'"
        );
        assert_eq!(problem.fault.severity(), Severity::Error);
    }
}

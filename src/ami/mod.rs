//! AMI: the actions that portals ask with, and the events that tell them what became of phones.

pub mod actions;
pub mod events;

use crate::asterisk::manager::Headers;
use crate::phone::problem::{Problem, Severity};
use std::ffi::CStr;

/// Somebody's text for a header.
fn text(bytes: &CStr) -> String {
    bytes.to_string_lossy().into_owned()
}

/// Ids as AMI writes lists of them.
fn joined<'a>(texts: impl IntoIterator<Item = &'a CStr>) -> String {
    texts.into_iter().map(text).collect::<Vec<_>>().join(",")
}

/// The headers that tell of a problem.
fn problem_headers(problem: &Problem) -> Headers {
    let severity = match problem.fault.severity() {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
    };
    vec![
        ("ObjectType", text(problem.object.name())),
        ("ObjectName", text(&problem.section)),
        ("Severity", severity.to_owned()),
        ("Problem", problem.fault.to_string()),
    ]
}

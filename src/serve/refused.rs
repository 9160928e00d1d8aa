//! Which phones are refused: for the record of requests, which knows no configuration.

use crate::phone::configuration::Content;
use crate::phone::diff::Applied;
use crate::phone::line::{self, Context};
use crate::phone::object_type::ObjectType;
use crate::phone::problem::{Problem, Severity};
use crate::text::Shown;
use std::collections::HashMap;
use std::ffi::CStr;

/// The phones of which nothing is served although sections name them, by MAC, and the first reason why. It costs a look-up for
/// each problem, however many sections there are; these come in order of id.
pub fn refused<S: Content, D>(
    sections: &[S],
    context: &Context<D>,
    problems: &[Problem],
    applied: &Applied,
) -> HashMap<Box<CStr>, String> {
    let mut refused = HashMap::new();
    let is_refusal = |each: &&Problem| each.object == ObjectType::Phoneprov && each.fault.severity() == Severity::Error;
    for problem in problems.iter().filter(is_refusal) {
        let found = sections.binary_search_by(|section| section.id().cmp(&problem.section));
        let mac = found.ok().and_then(|at| line::mac_of(sections[at].variables(), context));
        if let Some(mac) = mac.filter(|mac| !applied.contains_key(*mac)) {
            let reason = || format!("'{}' {}", Shown(&problem.section), problem.fault);
            refused.entry(mac.into()).or_insert_with(reason);
        }
    }
    refused
}

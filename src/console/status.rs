//! `pjsip show phoneprov status`.

use super::text::{ago, moment, took};
use crate::asterisk::ast_version;
use crate::inspect::Applied;
use crate::requests;
use std::fmt::Write as _;

/// Answers the command.
pub fn run() -> String {
    let mut text = String::new();
    for fact in facts() {
        let _ = writeln!(text, "{:26}{}", fact.name, fact.value);
    }
    text
}

/// Something that there is to know.
pub struct Fact {
    /// What it is.
    pub name: &'static str,
    /// The same for AMI.
    pub header: &'static str,
    /// How it is.
    pub value: String,
}

/// What there is to know.
pub fn facts() -> Vec<Fact> {
    let fact = |name, header, value| Fact { name, header, value };
    let mut facts = vec![
        fact("Built for Asterisk", "BuiltFor", ast_version::BUILT_FOR.to_owned()),
        fact("Running in Asterisk", "RunningIn", ast_version::running()),
        fact("HTTP gate", "Gate", requests::gate_state().to_owned()),
        fact("Unknown phones asked for", "UnknownRequests", format!("{} times", requests::unknown())),
    ];
    let Some(applied) = Applied::now() else { return facts };
    let record = &applied.record;
    facts.extend([
        fact("Phones served", "Phones", format!("{} with {} lines", applied.phones(), applied.lines())),
        fact(
            "Syncs",
            "Syncs",
            format!("{}, {} with changes, {} put off", record.syncs, record.with_changes, record.put_off),
        ),
        fact(
            "Phones changed",
            "PhonesChanged",
            format!("{} added, {} changed, {} removed", record.added, record.changed, record.removed),
        ),
    ]);
    if let Some(last) = &record.last {
        facts.extend([
            fact("Last sync", "LastSync", format!("{} ({} ago), {}", moment(last.at), ago(last.at), took(last.took))),
            fact("Its reason", "LastSyncReason", last.cause.to_string()),
            fact("Its result", "LastSyncResult", last.result.clone()),
        ]);
    }
    facts
}

//! `pjsip show phoneprov status`.

use super::text::{ago, count, moment, took};
use crate::asterisk::ast_version;
use crate::inspect::Applied;
use crate::{database, requests};
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

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
        fact("Unknown phones asked for", "UnknownRequests", unknown()),
    ];
    facts.extend(database::record().iter().flat_map(of_database));
    let Some(applied) = Applied::now() else { return facts };
    let record = &applied.record;
    facts.extend([
        fact("Content hash", "ContentHash", format!("{:016x}", applied.content_hash())),
        fact("Phones served", "Phones", format!("{} with {}", applied.phones(), count(applied.lines(), "line"))),
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

/// What there is to know of the database.
fn of_database(record: &database::Record) -> Vec<Fact> {
    let state = match (&record.fault, record.held_back, record.asking) {
        (Some(fault), ..) => fault.clone(),
        (None, Some((fall, _)), _) => format!("held back: {}", database::in_words(fall)),
        (None, None, Some(since)) if since.elapsed() > Duration::from_secs(1) => {
            format!("has not answered for {}", took(since.elapsed()))
        }
        (None, None, _) if record.from_file => "not read yet; phones are served from the file".to_owned(),
        (None, None, _) => "answers".to_owned(),
    };
    let last = record
        .last
        .map_or("never".to_owned(), |(at, took_it)| format!("{} ({} ago), {}", moment(at), ago(at), took(took_it)));
    vec![
        Fact { name: "Database", header: "Database", value: state },
        Fact { name: "Database last read", header: "DatabaseLastRead", value: last },
        Fact { name: "Database reads", header: "DatabaseReads", value: record.reads.to_string() },
    ]
}

fn unknown() -> String {
    let (requests, last) = requests::unknown();
    let mut text = count(requests as usize, "time");
    if let Some((mac, from, at)) = last {
        let at = SystemTime::now() - at.elapsed();
        let _ = write!(text, ", last {} from {from} ({} ago)", String::from_utf8_lossy(&mac), ago(at));
    }
    text
}

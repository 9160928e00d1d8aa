//! `pjsip show phoneprov status`, and the same for AMI.

use super::text::{ago, below, count, moment, took};
use crate::asterisk::ast_version;
use crate::inspect::Applied;
use crate::{database, requests};
use std::time::{Duration, SystemTime};

/// Answers the command.
pub fn run() -> String {
    let mut text = String::new();
    let mut tell = |name: &str, value: &str| text += &below(&format!("{name:26}"), value);
    tell("Built for Asterisk", ast_version::BUILT_FOR);
    tell("Running in Asterisk", &ast_version::running());
    tell("HTTP gate", requests::gate_state());
    tell("Unknown phones asked for", &unknown());
    if let Some(record) = database::record() {
        tell("Database", &of_database(&record));
        let last = |(at, duration)| format!("{} ({} ago), {}", moment(at), ago(at), took(duration));
        tell("Database last read", &record.last.map_or("never".to_owned(), last));
        tell("Database reads", &record.reads.to_string());
    }
    let Some(applied) = Applied::now() else { return text };
    let record = &applied.record;
    tell("Content hash", &format!("{:016x}", applied.content_hash));
    tell("Phones served", &format!("{} with {}", applied.phones(), count(applied.lines(), "line")));
    tell("Syncs", &format!("{}, {} with changes, {} put off", record.syncs, record.with_changes, record.put_off));
    tell("Phones changed", &format!("{} added, {} changed, {} removed", record.added, record.changed, record.removed));
    if let Some(last) = &record.last {
        tell("Last sync", &format!("{} ({} ago), {}", moment(last.at), ago(last.at), took(last.took)));
        tell("Its reason", &last.cause.to_string());
        tell("Its result", &last.result);
    }
    text
}

/// The same as AMI's headers: a number or a time in each, for programs.
pub fn headers() -> Vec<(&'static str, String)> {
    let (unknown, last_unknown) = requests::unknown();
    let mut headers = vec![
        ("BuiltFor", ast_version::BUILT_FOR.to_owned()),
        ("RunningIn", ast_version::running()),
        ("Gate", requests::gate_state().to_owned()),
        ("UnknownRequests", unknown.to_string()),
    ];
    if let Some((mac, from, _)) = last_unknown {
        headers.push(("LastUnknownMAC", String::from_utf8_lossy(&mac).into_owned()));
        headers.push(("LastUnknownAddress", from.to_string()));
    }
    if let Some(record) = database::record() {
        headers.push(("Database", of_database(&record)));
        headers.push(("DatabaseReads", record.reads.to_string()));
        if let Some((at, took)) = record.last {
            headers.push(("DatabaseLastRead", humantime::format_rfc3339_seconds(at).to_string()));
            headers.push(("DatabaseMilliseconds", took.as_millis().to_string()));
        }
    }
    let Some(applied) = Applied::now() else { return headers };
    let record = &applied.record;
    headers.extend([
        ("ContentHash", format!("{:016x}", applied.content_hash)),
        ("Phones", applied.phones().to_string()),
        ("Lines", applied.lines().to_string()),
        ("Syncs", record.syncs.to_string()),
        ("SyncsWithChanges", record.with_changes.to_string()),
        ("SyncsPutOff", record.put_off.to_string()),
        ("PhonesAdded", record.added.to_string()),
        ("PhonesChanged", record.changed.to_string()),
        ("PhonesRemoved", record.removed.to_string()),
    ]);
    if let Some(last) = &record.last {
        headers.extend([
            ("LastSync", humantime::format_rfc3339_seconds(last.at).to_string()),
            ("LastSyncMilliseconds", last.took.as_millis().to_string()),
            ("LastSyncReason", last.cause.to_string()),
            ("LastSyncResult", last.result.clone()),
        ]);
    }
    headers
}

fn unknown() -> String {
    let (requests, last) = requests::unknown();
    let mut text = count(requests as usize, "time");
    if let Some((mac, from, at)) = last {
        let at = SystemTime::now() - at.elapsed();
        text += &format!(", last {} from {from} ({} ago)", String::from_utf8_lossy(&mac), ago(at));
    }
    text
}

/// How the database is doing.
fn of_database(record: &database::Record) -> String {
    match (&record.fault, record.held_back, record.asking) {
        (Some(fault), ..) => fault.clone(),
        (None, Some((fall, _)), _) => format!("held back: {}", database::in_words(fall)),
        (None, None, Some(since)) if since.elapsed() > Duration::from_secs(1) => {
            format!("has not answered for {}", took(since.elapsed()))
        }
        (None, None, _) if record.from_file => "not read yet; phones are served from the file".to_owned(),
        (None, None, _) => "answers".to_owned(),
    }
}

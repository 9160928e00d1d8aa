//! `PJSIPShowPhoneprovStatus`: a number or a time in each header, for programs.

use super::super::status::{Status, of_database};
use crate::asterisk::manager::Headers;

/// The headers of its event.
pub fn headers(status: &Status) -> Headers {
    let requests = &status.requests;
    let mut headers = vec![
        ("Version", status.version.to_owned()),
        ("RunningIn", status.running.clone()),
        ("Layout", status.layout.clone()),
        ("Requests", status.answerer.to_owned()),
        ("Pending", if status.is_settled { "No" } else { "Yes" }.to_owned()),
        ("SessionLimit", status.session_limit.to_string()),
        ("RequestsGiven", requests.given.to_string()),
        ("RequestsUnchanged", requests.unchanged.to_string()),
        ("RequestsNotFound", requests.not_found.to_string()),
        ("RequestsFailed", requests.failed.to_string()),
        ("RequestsOtherwise", requests.otherwise.to_string()),
        ("MissedRequests", requests.missed.to_string()),
        ("RefusedRequests", requests.refused.to_string()),
        ("UnknownRequests", requests.unknown.to_string()),
        ("Guesses", requests.guesses.to_string()),
    ];
    if let Some((mac, from, _)) = requests.last_missed {
        headers.push(("LastMissedMAC", String::from_utf8_lossy(&mac).into_owned()));
        headers.push(("LastMissedAddress", from.to_string()));
    }
    if let Some((mac, from, _)) = requests.last_unknown {
        headers.push(("LastUnknownMAC", String::from_utf8_lossy(&mac).into_owned()));
        headers.push(("LastUnknownAddress", from.to_string()));
    }
    if let Some(record) = &status.database {
        let took = |duration: std::time::Duration| format!("{:.1} s", duration.as_secs_f64());
        headers.push(("Database", of_database(record, took)));
        headers.push(("DatabaseReads", record.reads.to_string()));
        if let Some((at, took)) = record.last {
            headers.push(("DatabaseLastRead", humantime::format_rfc3339_seconds(at).to_string()));
            headers.push(("DatabaseMilliseconds", took.as_millis().to_string()));
        }
    }
    let Some(served) = &status.served else { return headers };
    let record = &served.record;
    headers.extend([
        ("ContentHash", format!("{:016x}", served.content_hash())),
        ("Phones", served.phones().to_string()),
        ("Lines", served.lines().to_string()),
        ("HeldBack", served.held_back.since.len().to_string()),
        ("Syncs", record.syncs.to_string()),
        ("SyncsWithChanges", record.with_changes.to_string()),
        ("SyncsPutOff", record.put_off.to_string()),
        ("PhonesAdded", record.added.to_string()),
        ("PhonesChanged", record.changed.to_string()),
        ("PhonesRemoved", record.removed.to_string()),
    ]);
    headers.extend(served.held_back.causes.iter().map(|cause| ("HeldBackReason", cause.to_string())));
    headers.extend(served.unread().map(|problem| ("Unread", problem.to_string())));
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

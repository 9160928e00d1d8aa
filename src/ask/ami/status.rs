//! `PJSIPShowPhoneprovStatus`: a number or a time in each header, for programs.

use super::super::content_hash::ContentHash;
use super::super::status::{Status, is_up, of_database};
use crate::asterisk::manager::Headers;
use crate::notify::campaign::Stage;
use crate::phone::http_server::HttpServer;
use crate::phone::problem::Problem;
use std::time::SystemTime;

/// Whether `res_phoneprov` runs; if it does not, why, and how many phones wait for it, if that is known.
pub fn of_res_phoneprov(stopped: Option<&Problem>, waiting: Option<usize>) -> Headers {
    let Some(problem) = stopped else { return vec![("ResPhoneprov", "Running".to_owned())] };
    let mut headers = vec![("ResPhoneprov", "Stopped".to_owned()), ("StoppedReason", problem.to_string())];
    headers.extend(waiting.map(|waiting| ("Waiting", waiting.to_string())));
    headers
}

/// The headers of its event; `unmask` has those whose secrets may be seen.
pub fn headers(status: &Status, unmask: bool) -> Headers {
    let requests = &status.requests;
    let (http, urls) = match &status.http_server {
        HttpServer::At(urls) => ("Enabled", urls.as_slice()),
        HttpServer::Off => ("Disabled", &[][..]),
        HttpServer::Unknown => ("Unknown", &[][..]),
    };
    let mut headers = vec![
        ("Version", status.version.to_owned()),
        ("RunningIn", status.running.clone()),
        ("Layout", status.layout.clone()),
        ("Requests", status.answerer.clone()),
        ("Pending", if status.is_settled { "No" } else { "Yes" }.to_owned()),
        ("HTTP", http.to_owned()),
        ("HTTPAddresses", urls.join(",")),
        ("SessionLimit", status.session_limit.to_string()),
        ("PhoneprovConf", status.phoneprov_conf.word().to_owned()),
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
    headers.extend(of_rows(status));
    headers.extend(of_res_phoneprov(status.stopped.as_ref().map(|(problem, _)| problem), None));
    let since = status.stopped.as_ref().and_then(|(_, since)| *since);
    headers.extend(since.map(|since| ("StoppedSince", humantime::format_rfc3339_seconds(since).to_string())));
    let Some(served) = &status.served else { return headers };
    if let Some(ContentHash { public, whole }) = status.content_hash {
        headers.push(("ContentHash", format!("{public:016x}")));
        headers.extend(whole.filter(|_| unmask).map(|whole| ("ContentHashWithSecrets", format!("{whole:016x}"))));
    }
    let kinds = status.problems.by_kind.iter().map(|(kind, count)| format!("{kind}={count}"));
    let record = &served.record;
    headers.extend([
        ("Phones", served.phones().to_string()),
        ("Lines", served.lines().to_string()),
        ("PhonesRefused", served.refused.to_string()),
        ("Problems", served.problems.len().to_string()),
        ("ProblemsErrors", status.problems.errors.to_string()),
        ("ProblemsWarnings", status.problems.warnings.to_string()),
        ("ProblemsByKind", kinds.collect::<Vec<_>>().join(",")),
        ("HeldBack", served.held_back.since.len().to_string()),
        ("PhonesCurrent", status.current.to_string()),
        ("PhonesStale", status.stale.to_string()),
        ("PhonesNew", status.new.to_string()),
        ("Resync", stage(status.telling.stage).to_owned()),
        ("ResyncWaiting", status.telling.counts.waiting.to_string()),
        ("ResyncAway", status.telling.counts.away.to_string()),
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
            ("LastSync", time(last.at)),
            ("LastSyncMilliseconds", last.took.as_millis().to_string()),
            ("LastSyncReason", last.cause.to_string()),
            ("LastSyncResult", last.result.clone()),
        ]);
    }
    headers
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Idle => "Idle",
        Stage::First => "First",
        Stage::Rest => "Rest",
        Stage::Held => "Held",
    }
}

/// What is known of the database, and of the rows that phones are made of.
fn of_rows(status: &Status) -> Headers {
    let Some(record) = &status.database else { return Headers::new() };
    let took = |duration: std::time::Duration| format!("{:.1} s", duration.as_secs_f64());
    let age = |at: SystemTime| at.elapsed().unwrap_or_default().as_secs().to_string();
    let mut headers = vec![
        ("Database", of_database(record, took)),
        ("DatabaseUp", if is_up(record) { "Yes" } else { "No" }.to_owned()),
        ("DatabaseReads", record.reads.to_string()),
    ];
    if let Some((at, took)) = record.last {
        headers.push(("DatabaseLastRead", time(at)));
        headers.push(("DatabaseMilliseconds", took.as_millis().to_string()));
    }
    headers.extend(status.data_since().map(|at| ("DataAge", age(at))));
    headers.extend(status.known_good_since.map(|at| ("LastKnownGoodAge", age(at))));
    headers
}

fn time(at: SystemTime) -> String {
    humantime::format_rfc3339_seconds(at).to_string()
}

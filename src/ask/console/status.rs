//! `pjsip show phoneprov status`.

use super::super::status::{Status, of_database};
use super::text::{OFF, ago, below, count, moment, took};
use crate::asterisk::cli::Refusal;
use crate::http::record::Totals;
use crate::notify::campaign::{Counts, Stage};
use crate::notify::inbox::View;
use crate::phone::http_server::HttpServer;
use crate::phone::mac::Digits;
use crate::phone::problem::kind::{Kinds, in_words};
use crate::serve::loaded::loaded;
use std::cmp::Reverse;
use std::net::IpAddr;
use std::time::{Instant, SystemTime};

/// Answers the command.
pub fn run() -> Result<String, Refusal> {
    let loaded = loaded().ok_or_else(|| Refusal::Failed(OFF.into()))?;
    Ok(report(&Status::now(&loaded)))
}

fn report(status: &Status) -> String {
    let mut text = String::new();
    let mut tell = |name: &str, value: &str| text += &below(&format!("{name:26}"), value);
    tell("Module", &format!("the Rust module, version {}", status.version));
    tell("Running in Asterisk", &status.running);
    tell("Layout", &status.layout);
    match &status.stopped {
        None => tell("res_phoneprov", "runs"),
        Some((problem, since)) => {
            let since = since.map_or(String::new(), |since| format!("since {} ({} ago); ", moment(since), ago(since)));
            tell("res_phoneprov", &format!("{since}{problem}"));
        }
    }
    tell("Requests", &status.answerer);
    tell("HTTP server", &of_http_server(&status.http_server));
    tell("phoneprov.conf", &status.phoneprov_conf.to_string());
    let changes = match (&status.stopped, status.is_settled) {
        (Some(_), _) => "wait until res_phoneprov runs again",
        (None, true) => "all are followed",
        (None, false) => "are being followed",
    };
    tell("Changes", changes);
    tell("Clients at once", &clients_at_once(status));
    let requests = &status.requests;
    let Totals { given, unchanged, not_found, failed, otherwise, missed, refused, unknown, guesses, .. } = requests;
    let answers = format!("200: {given}, 304: {unchanged}, 404: {not_found}, 500: {failed}, other: {otherwise}");
    tell("Answers by status", &answers);
    tell("Known phones got 404", &times(*missed, requests.last_missed));
    tell("Refused phones asked", &count(*refused as usize, "time"));
    tell("Unknown phones asked for", &times(*unknown, requests.last_unknown));
    tell("Guesses among those", &guesses.to_string());
    tell("Phones current", &format!("{}, {} stale, {} new", status.current, status.stale, status.new));
    tell("Telling phones", &telling(&status.telling));
    if let Some(record) = &status.database {
        tell("Database", &of_database(record, took));
        let last = |(at, duration)| format!("{} ({} ago), {}", moment(at), ago(at), took(duration));
        tell("Database last read", &record.last.map_or("never".to_owned(), last));
        tell("Database reads", &record.reads.to_string());
        let age = |at| format!("{} ({} ago)", moment(at), ago(at));
        tell("Rows are of", &status.data_since().map_or("never: there are none".to_owned(), age));
        tell("Last known good is of", &status.known_good_since.map_or("no time: it is not kept".to_owned(), age));
    }
    let Some(served) = &status.served else { return text };
    let record = &served.record;
    for problem in served.unread() {
        tell("Files", &problem.to_string());
    }
    for cause in &served.held_back.causes {
        tell("Held back", &cause.to_string());
    }
    for (name, hash) in content_hashes(status) {
        tell(name, &hash);
    }
    tell("Phones served", &format!("{} with {}", served.phones(), count(served.lines(), "line")));
    tell("Phones refused", &served.refused.to_string());
    tell("Problems", &problems(&status.problems));
    tell("Syncs", &format!("{}, {} with changes, {} put off", record.syncs, record.with_changes, record.put_off));
    tell("Phones changed", &format!("{} added, {} changed, {} removed", record.added, record.changed, record.removed));
    if let Some(last) = &record.last {
        tell("Last sync", &format!("{} ({} ago), {}", moment(last.at), ago(last.at), took(last.took)));
        tell("Its reason", &last.cause.to_string());
        tell("Its result", &last.result);
    }
    text
}

fn of_http_server(server: &HttpServer) -> String {
    match server {
        HttpServer::At(urls) => urls.join(", "),
        HttpServer::Off => "off, so no phone gets anything: write enabled = yes in http.conf".to_owned(),
        HttpServer::Unknown => "unknown; look at 'http show status'".to_owned(),
    }
}

/// What tells whether nodes serve the same.
fn content_hashes(status: &Status) -> [(&'static str, String); 2] {
    let late = "not known: reading templates takes too long; look at their file system";
    let no_key = "not made: there is no hash_key";
    let public = status.content_hash.map(|hash| format!("{:016x}, without secrets", hash.public));
    let whole = status.content_hash.and_then(|hash| hash.whole).map(|whole| format!("{whole:016x}"));
    let otherwise = if status.has_hash_key { late } else { no_key };
    [
        ("Content hash", public.unwrap_or(late.to_owned())),
        ("The same with secrets", whole.unwrap_or(otherwise.to_owned())),
    ]
}

/// How many of each kind, the ones that matter first.
fn problems(kinds: &Kinds) -> String {
    let Kinds { errors, warnings, by_kind } = kinds;
    let mut by_kind: Vec<(&str, usize)> = by_kind.iter().map(|(kind, number)| (kind.as_str(), *number)).collect();
    by_kind.sort_by_key(|&(_, number)| Reverse(number));
    let words: Vec<String> = by_kind.into_iter().map(|(kind, number)| format!("{number} {}", in_words(kind))).collect();
    let numbers = format!("{}, {}", count(*errors, "error"), count(*warnings, "warning"));
    if words.is_empty() { numbers } else { format!("{numbers}: {}", words.join(", ")) }
}

/// How far telling phones to fetch again is.
fn telling(view: &View) -> String {
    let Counts { waiting, asked, taken, away, fetched, refused, given_up } = &view.counts;
    let refused: usize = refused.values().sum();
    let counts = format!(
        "{waiting} wait, {asked} asked, {taken} took it, {fetched} fetched, {away} away, {refused} refused, {given_up} given up"
    );
    let told = match view.stage {
        Stage::Idle if view.counts == Counts::default() => "nobody is to be told".to_owned(),
        Stage::Idle => format!("done: {counts}"),
        Stage::First => format!("the first wave: {counts}"),
        Stage::Rest => counts,
        Stage::Held => format!(
            "held, because {} of the first wave have not come ('pjsip resync phoneprovs continue' or 'stop'): {counts}",
            view.held.len()
        ),
    };
    match &view.obstacle {
        None => told,
        Some(obstacle) => format!("{told}; nobody by himself: {obstacle}"),
    }
}

fn clients_at_once(status: &Status) -> String {
    let limit = status.session_limit;
    match status.served.as_ref().map(|served| served.phones()) {
        Some(phones) if phones > limit => {
            format!("{limit}, and there are more phones: raise sessionlimit in http.conf")
        }
        _ => limit.to_string(),
    }
}

/// How often something was, and what is known of the last time: which phone, from where, and when.
fn times(number: u64, last: Option<(Digits, IpAddr, Instant)>) -> String {
    let mut text = count(number as usize, "time");
    if let Some((mac, from, at)) = last {
        let at = SystemTime::now() - at.elapsed();
        text += &format!(", last {} from {from} ({} ago)", String::from_utf8_lossy(&mac), ago(at));
    }
    text
}

//! `pjsip show phoneprov status`.

use super::super::status::{Status, of_database};
use super::text::{OFF, ago, below, count, moment, took};
use crate::asterisk::cli::Refusal;
use crate::http::record::Totals;
use crate::notify::campaign::{Counts, Stage};
use crate::notify::inbox::View;
use crate::phone::mac::Digits;
use crate::serve::loaded::loaded;
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
    tell("Requests", status.answerer);
    tell("Changes", if status.is_settled { "all are followed" } else { "are being followed" });
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
    }
    let Some(served) = &status.served else { return text };
    let record = &served.record;
    tell("Content hash", &format!("{:016x}", served.content_hash()));
    tell("Phones served", &format!("{} with {}", served.phones(), count(served.lines(), "line")));
    tell("Syncs", &format!("{}, {} with changes, {} put off", record.syncs, record.with_changes, record.put_off));
    tell("Phones changed", &format!("{} added, {} changed, {} removed", record.added, record.changed, record.removed));
    if let Some(last) = &record.last {
        tell("Last sync", &format!("{} ({} ago), {}", moment(last.at), ago(last.at), took(last.took)));
        tell("Its reason", &last.cause.to_string());
        tell("Its result", &last.result);
    }
    text
}

/// How far telling phones to fetch again is.
fn telling(view: &View) -> String {
    let Counts { waiting, asked, taken, away, fetched, refused, given_up } = &view.counts;
    let refused: usize = refused.values().sum();
    let counts = format!(
        "{waiting} wait, {asked} asked, {taken} took it, {fetched} fetched, {away} away, {refused} refused, {given_up} given up"
    );
    match view.stage {
        Stage::Idle if view.counts == Counts::default() => "nobody is to be told".to_owned(),
        Stage::Idle => format!("done: {counts}"),
        Stage::First => format!("the first wave: {counts}"),
        Stage::Rest => counts,
        Stage::Held => format!(
            "held, because {} of the first wave have not come ('pjsip resync phoneprovs continue' or 'stop'): {counts}",
            view.held.len()
        ),
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

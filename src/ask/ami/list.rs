//! `PJSIPShowPhoneprovs`.

use super::super::inspect::Fetched;
use super::super::listing::{self, Listed, Listing, Totals};
use super::super::which::Which;
use super::status::of_res_phoneprov;
use super::words::{OFF, capitalized, time};
use crate::asterisk::manager::{Headers, Session, joined, text};
use crate::notify::progress::State;
use crate::phone::content_hash::Public;
use crate::phone::problem::Severity;
use crate::phone::registration::Registration;
use crate::serve::stopped;
use std::time::{Duration, UNIX_EPOCH};

/// Answers the action, phone by phone.
pub fn list(session: &mut Session) {
    let which = match which(session) {
        Ok(which) => which,
        Err(error) => return session.error(&error),
    };
    let is_told = listing::look(&which, |listing| {
        session.begin(c"A listing of phones follows, presented as PhoneprovList events");
        let mut public = Public::default();
        for phone in &listing.phones {
            session.event("PhoneprovList", &item(listing, phone, &mut public));
        }
        let stopped = stopped::problem(listing.loaded);
        let waiting = stopped.as_ref().map(|_| listing.totals.pending);
        let mut last = totals(&listing.totals);
        last.extend(of_res_phoneprov(stopped.as_ref(), waiting));
        session.complete(c"PhoneprovListComplete", &last);
    });
    if is_told.is_none() {
        session.error(OFF);
    }
}

/// Which phones are asked for: one condition at most.
fn which(session: &Session) -> Result<Which, String> {
    let headers = [c"Only", c"Profile", c"Like"].map(|name| session.header(name));
    match headers {
        [None, None, None] => Ok(Which::All),
        [Some(word), None, None] => Which::named(&word)
            .ok_or_else(|| format!("Only is refused, missed, silent, stale or new, and not '{}'", text(&word))),
        [None, Some(profile), None] => Ok(Which::Profile(profile)),
        [None, None, Some(like)] => {
            Which::like(&like).map_err(|error| format!("Like is no regular expression: {error}"))
        }
        _ => Err("Give one of Only, Profile and Like".to_owned()),
    }
}

fn item(listing: &Listing, phone: &Listed, public: &mut Public) -> Headers {
    let mut headers = vec![
        ("MAC", phone.mac.map(text).unwrap_or_default()),
        ("Profile", phone.profile.as_deref().map(text).unwrap_or_default()),
        ("Lines", phone.lines.to_string()),
        ("Sections", joined(phone.sections.iter().copied())),
        ("State", capitalized(phone.state.word())),
    ];
    let errors = phone.problems.iter().filter(|problem| problem.fault.severity() == Severity::Error);
    let reasons: Vec<String> = errors.map(|one| format!("'{}' {}", text(&one.section), one.fault)).collect();
    headers.extend((!reasons.is_empty()).then(|| ("Reason", reasons.join("; "))));
    if let Some(held) = phone.held {
        headers.extend([
            ("Applied", time(held.since)),
            ("Files", joined(phone.files().iter().map(|name| name.as_c_str()))),
            ("ContentHash", format!("{:016x}", public.of(&held.evaluated))),
        ]);
    }
    headers.extend(phone.held.into_iter().flat_map(|_| of_state(phone.has)));
    headers.extend(phone.registered.map(|registered| ("LinesRegistered", registered.to_string())));
    for (_, registrations) in listing.accounts(phone) {
        headers.extend(registrations.iter().flat_map(of_contact));
    }
    headers.extend(listing.fetched(phone).iter().flat_map(of_requests));
    headers
}

fn totals(totals: &Totals) -> Headers {
    let Totals { phones, lines, served, refused, held_back, missed, problems, .. } = *totals;
    let counts = [
        ("Phones", phones),
        ("Lines", lines),
        ("Served", served),
        ("Refused", refused),
        ("HeldBack", held_back),
        ("Missed", missed),
        ("Problems", problems),
    ];
    counts.into_iter().map(|(name, count)| (name, count.to_string())).collect()
}

/// Whether a phone has what is served, and since when.
pub(super) fn of_state(state: Option<State>) -> Headers {
    let (delivery, since) = state.unwrap_or_default();
    let mut headers = vec![("Delivery", capitalized(delivery.word()))];
    headers.extend(since.map(|at| ("Delivered", time(UNIX_EPOCH + Duration::from_secs(at)))));
    headers
}

/// Where an account is registered.
pub(super) fn of_contact(registration: &Registration) -> Headers {
    let Registration { endpoint, uri, address, agent, .. } = registration;
    let mut headers = vec![("Contact", text(uri)), ("ContactEndpoint", text(endpoint))];
    headers.extend((!address.is_empty()).then(|| ("ContactAddress", text(address))));
    headers.extend((!agent.is_empty()).then(|| ("ContactUserAgent", text(agent))));
    headers
}

pub(super) fn of_requests(fetched: &Fetched) -> Headers {
    let Fetched { last, missed, given, misses, failures } = fetched;
    let mut headers = vec![
        ("LastFetch", time(last.at)),
        ("LastFetchAddress", last.from.to_string()),
        ("LastFetchFile", text(&last.file)),
        ("LastFetchStatus", last.status.to_string()),
        ("LastFetchBytes", last.bytes.to_string()),
        ("LastFetchUserAgent", last.agent.clone().unwrap_or_default()),
        ("Fetches", given.to_string()),
        ("Misses", misses.to_string()),
        ("Failures", failures.to_string()),
    ];
    if let Some(missed) = missed.as_ref().or((last.status == 404).then_some(last)) {
        headers.extend([("LastMiss", time(missed.at)), ("LastMissFile", text(&missed.file))]);
    }
    headers
}

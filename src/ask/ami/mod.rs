//! AMI: the actions that portals ask with.

mod check;
mod list;
mod status;
mod words;

use self::words::{OFF, capitalized, time};
use super::inspect;
use super::others;
use super::preview::{self, Found};
use super::reload::{self, Reload};
use super::resync::{self, Wanted};
use super::status::Status;
use crate::asterisk::manager::{self, Action, Class, Headers, Session, joined, text};
use crate::follow::events::place_headers;
use crate::http::preview::Sight;
use crate::serve::loaded::{Loaded, loaded};
use crate::serve::stopped;
use crate::template::line::Line;

/// All actions. The classes are those of `res_pjsip`'s own; secrets take one more.
pub static ACTIONS: [Action; manager::MOST] = [
    Action { name: c"PJSIPShowPhoneprovs", class: Class::System, run: list::list },
    Action { name: c"PJSIPShowPhoneprov", class: Class::System, run: |session| show(session, false) },
    Action { name: c"PJSIPShowPhoneprovUnmasked", class: Class::Config, run: |session| show(session, true) },
    Action { name: c"PJSIPShowPhoneprovFile", class: Class::System, run: |session| file(session, Sight::Masked) },
    Action {
        name: c"PJSIPShowPhoneprovFileUnmasked",
        class: Class::Config,
        run: |session| file(session, Sight::Whole),
    },
    Action { name: c"PJSIPPhoneprovCheck", class: Class::System, run: check::check },
    Action { name: c"PJSIPReloadPhoneprovs", class: Class::System, run: reload },
    Action { name: c"PJSIPResyncPhoneprovs", class: Class::System, run: resync },
    Action { name: c"PJSIPShowPhoneprovStatus", class: Class::System, run: |session| status(session, false) },
    Action { name: c"PJSIPShowPhoneprovStatusUnmasked", class: Class::Config, run: |session| status(session, true) },
];

fn show(session: &mut Session, unmask: bool) {
    let Some(name) = session.header(c"Phoneprov") else {
        return session.error("Phoneprov is missing: give a section's id or a phone's MAC");
    };
    let events: Option<Vec<(&str, Headers)>> = inspect::look(inspect::Wanted(&name), |sight| {
        let mut events = Vec::new();
        for phone in &sight.phones {
            for section in inspect::by_line(&sight, phone) {
                let line = inspect::whole_line(&sight, phone, section, unmask);
                let refusal = phone.view.refusal(section.0);
                let mut detail = vec![
                    ("ObjectType", "phoneprov".to_owned()),
                    ("ObjectName", text(section.0)),
                    ("MAC", phone.mac.as_deref().map(text).unwrap_or_default()),
                    ("Line", line.number.to_string()),
                    ("State", capitalized(if refusal.is_some() { "refused" } else { phone.state.word() })),
                ];
                detail.extend(sight.place_of_section(section).iter().flat_map(place_headers));
                detail.extend(refusal.map(|fault| ("Reason", fault.to_string())));
                detail.extend(of_delivery(phone, sight.loaded));
                detail.extend(of_account(inspect::served_line(phone, section.0), sight.loaded));
                detail.extend(stopped::problem(sight.loaded).map(|problem| ("Problem", problem.to_string())));
                detail.extend(sight.of_files(phone).map(|problem| ("Problem", problem.to_string())));
                events.push(("PhoneprovDetail", detail));
                let hidden = line.hidden.iter().map(|variable| (variable, "yes"));
                for (variable, hidden) in line.variables.iter().map(|variable| (variable, "no")).chain(hidden) {
                    let mut headers = vec![
                        ("ObjectName", text(section.0)),
                        ("Variable", text(variable.name)),
                        ("Value", text(&variable.value)),
                        ("Origin", line.source(variable.origin).to_string()),
                        ("Hidden", hidden.to_owned()),
                    ];
                    headers.extend(sight.place_of_value(section, variable).iter().flat_map(place_headers));
                    events.push(("PhoneprovVariable", headers));
                }
            }
        }
        events
    });
    match events {
        None => session.error(OFF),
        Some(events) if events.is_empty() => {
            if let Some(other) = loaded().and_then(|loaded| others::find(&loaded, &name)) {
                session.begin(c"A phone of res_phoneprov's own follows, presented as one PhoneprovDetail event");
                session.event("PhoneprovDetail", &of_other(&other));
                return session.complete(c"PhoneprovDetailComplete", &[]);
            }
            session.error(&format!("There is no phone and no section '{}'", text(&name)));
        }
        Some(events) => {
            session.begin(c"A phone follows, presented as PhoneprovDetail and PhoneprovVariable events");
            events.iter().for_each(|(name, headers)| session.event(name, headers));
            session.complete(c"PhoneprovDetailComplete", &[]);
        }
    }
}

/// Whether a phone has what is served, and what came of telling it.
fn of_delivery(phone: &inspect::Seen, loaded: &Loaded) -> Headers {
    let (Some(mac), Some(_)) = (&phone.mac, &phone.evaluated) else { return Headers::new() };
    let inbox = &loaded.notify.inbox;
    let mut headers = list::of_state(inbox.state(mac));
    if let Some(told) = inbox.told(mac) {
        headers.push(("Told", time(told.at)));
        headers.extend(told.answer.map(|answer| ("ToldAnswer", answer.to_string())));
    }
    headers
}

/// Whether the account of a line that is served is registered, and where.
fn of_account(line: Option<&Line>, loaded: &Loaded) -> Headers {
    let Some(line) = line else { return Headers::new() };
    let registrations = loaded.notify.registrations_of(line);
    let mut headers = vec![("Registered", if registrations.is_empty() { "No" } else { "Yes" }.to_owned())];
    headers.extend(registrations.iter().flat_map(list::of_contact));
    headers
}

/// A phone of users.conf: its sections there, its files, and its requests.
fn of_other(phone: &others::Other) -> Headers {
    let mut headers = vec![
        ("ObjectType", phone.source.to_string_lossy().into_owned()),
        ("ObjectName", joined(phone.sections.iter().map(|id| id.as_c_str()))),
        ("MAC", text(&phone.evaluated.mac)),
        ("State", capitalized("served")),
        ("Files", joined(phone.files.iter().map(|file| file.as_c_str()))),
    ];
    headers.extend(phone.fetch.iter().flat_map(list::of_requests));
    headers
}

/// One event has the whole file, a line in each of its `Output` headers, as the host's own action Command has them.
fn file(session: &mut Session, sight: Sight) {
    let (Some(name), Some(file)) = (session.header(c"Phoneprov"), session.header(c"File")) else {
        return session
            .error("Give a section's id or a phone's MAC as Phoneprov, and the name of one of its files as File");
    };
    let Found { mac, name, mime, template, preview } = match preview::preview(&name, &file, sight) {
        Ok(found) => found,
        Err(nothing) => return session.error(&nothing.to_string()),
    };
    let mut headers = vec![
        ("MAC", text(&mac)),
        ("File", text(&name)),
        ("ContentType", text(&mime)),
        ("Template", template.to_string_lossy().into_owned()),
        ("Bytes", preview.content.len().to_string()),
    ];
    headers.extend(preview.warnings.into_iter().map(|warning| ("Warning", warning)));
    let content = String::from_utf8_lossy(&preview.content);
    headers.extend(content.lines().map(|line| ("Output", line.to_owned())));
    session.begin(c"A file follows, presented as one PhoneprovFile event");
    session.event("PhoneprovFile", &headers);
    session.complete(c"PhoneprovFileComplete", &[]);
}

fn reload(session: &mut Session) {
    let only = session.header(c"Phoneprov");
    let confirm = session.header(c"Confirm").is_some_and(|confirm| confirm.to_bytes().eq_ignore_ascii_case(b"yes"));
    let Some(loaded) = loaded() else { return session.error(OFF) };
    match reload::on_demand(&loaded, only.as_deref(), confirm) {
        Reload::Done { result, .. } => session.ack(&result),
        Reload::Later(reason) => session.ack(reason),
        Reload::Failed(reason) => session.error(&reason),
    }
}

fn resync(session: &mut Session) {
    let Some(whom) = session.header(c"Phoneprov") else {
        return session.error("Phoneprov is missing: give an id, a MAC, stale, all, continue or stop");
    };
    let Some(loaded) = loaded() else { return session.error(OFF) };
    match resync::resync(&loaded, Wanted::of(&whom)) {
        Ok(done) => session.ack(&done),
        Err(reason) => session.error(&reason),
    }
}

fn status(session: &mut Session, unmask: bool) {
    let Some(loaded) = loaded() else { return session.error(OFF) };
    session.begin(c"The status follows, presented as one PhoneprovStatus event");
    session.event("PhoneprovStatus", &status::headers(&Status::now(&loaded), unmask));
    session.complete(c"PhoneprovStatusComplete", &[]);
}

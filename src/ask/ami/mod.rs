//! AMI: the actions that portals ask with.

mod status;

use super::check::{self, Plan};
use super::inspect::{self, Fetched, Seen, Wanted};
use super::like::{is_like, pattern};
use super::preview::{self, Found};
use super::reload::{self, Reload};
use super::status::Status;
use crate::asterisk::manager::{Action, Class, Headers, Session, joined, text};
use crate::follow::events::{place_headers, problem_headers};
use crate::http::preview::Sight;
use crate::phone::fleet::Phone;
use crate::serve::loaded::loaded;
use std::collections::BTreeSet;
use std::ffi::CStr;

/// All actions. The classes are those of `res_pjsip`'s own; secrets take one more.
pub static ACTIONS: [Action; 8] = [
    Action { name: c"PJSIPShowPhoneprovs", class: Class::System, run: list },
    Action { name: c"PJSIPShowPhoneprov", class: Class::System, run: |session| show(session, false) },
    Action { name: c"PJSIPShowPhoneprovUnmasked", class: Class::Config, run: |session| show(session, true) },
    Action { name: c"PJSIPShowPhoneprovFile", class: Class::System, run: |session| file(session, Sight::Masked) },
    Action {
        name: c"PJSIPShowPhoneprovFileUnmasked",
        class: Class::Config,
        run: |session| file(session, Sight::Whole),
    },
    Action { name: c"PJSIPPhoneprovCheck", class: Class::System, run: check },
    Action { name: c"PJSIPReloadPhoneprovs", class: Class::System, run: reload },
    Action { name: c"PJSIPShowPhoneprovStatus", class: Class::System, run: status },
];

const OFF: &str = "The module is not loaded";

fn list(session: &mut Session) {
    let like = session.header(c"Like").map(|like| pattern(&like.to_string_lossy())).transpose();
    let like = match like {
        Ok(like) => like,
        Err(error) => return session.error(&format!("Like is no regular expression: {error}")),
    };
    let items: Option<Vec<Headers>> = inspect::look(Wanted::All, |sight| {
        let phones = sight.phones.iter().filter(|phone| is_like(phone, like.as_ref()));
        phones.map(|phone| item(phone, phone.view.profile(sight.context))).collect()
    });
    let Some(items) = items else { return session.error(OFF) };
    session.begin(c"A listing of phones follows, presented as PhoneprovList events");
    items.iter().for_each(|headers| session.event("PhoneprovList", headers));
    session.complete(c"PhoneprovListComplete", &[]);
}

fn item(phone: &Seen, profile: Option<&CStr>) -> Headers {
    let mut headers = vec![
        ("MAC", phone.mac.as_deref().map(text).unwrap_or_default()),
        ("Profile", profile.map(text).unwrap_or_default()),
        ("Lines", phone.view.phone.as_ref().map_or(0, |phone| phone.lines.len()).to_string()),
        ("Sections", joined(phone.sections.iter().map(|id| id.as_c_str()))),
        ("State", capitalized(phone.state.word())),
    ];
    let refusals = phone.sections.iter().filter_map(|id| Some(format!("'{}' {}", text(id), phone.view.refusal(id)?)));
    let reason = refusals.collect::<Vec<_>>().join("; ");
    headers.extend((!reason.is_empty()).then_some(("Reason", reason)));
    if let Some(fetched) = &phone.fetch {
        headers.extend(of_requests(fetched));
    }
    headers
}

fn of_requests(fetched: &Fetched) -> Headers {
    let Fetched { last, missed, given, misses, failures } = fetched;
    let time = |at| humantime::format_rfc3339_seconds(at).to_string();
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

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

fn show(session: &mut Session, unmask: bool) {
    let Some(name) = session.header(c"Phoneprov") else {
        return session.error("Phoneprov is missing: give a section's id or a phone's MAC");
    };
    let events: Option<Vec<(&str, Headers)>> = inspect::look(Wanted::One(&name), |sight| {
        let mut events = Vec::new();
        for phone in &sight.phones {
            for &section in &phone.view.sections {
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
            session.error(&format!("There is no phone and no section '{}'", text(&name)));
        }
        Some(events) => {
            session.begin(c"A phone follows, presented as PhoneprovDetail and PhoneprovVariable events");
            events.iter().for_each(|(name, headers)| session.event(name, headers));
            session.complete(c"PhoneprovDetailComplete", &[]);
        }
    }
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

fn check(session: &mut Session) {
    let found = check::check(|findings| {
        let plans = findings.plans.iter().map(|plan| ("PhoneprovCheckPhone", planned(plan)));
        let headers = |problem| problem_headers(problem, (findings.place)(problem).as_ref());
        let problems = findings.problems.iter().map(|problem| ("PhoneprovCheckProblem", headers(problem)));
        (plans.chain(problems).collect::<Vec<_>>(), check::verdict(findings))
    });
    let Some((events, verdict)) = found else { return session.error(OFF) };
    session.begin(c"What a reload would change follows");
    events.iter().for_each(|(name, headers)| session.event(name, headers));
    session.complete(c"PhoneprovCheckComplete", &[("Result", verdict)]);
}

fn planned(plan: &Plan) -> Headers {
    let sections = |phone: &Phone| joined(phone.lines.iter().map(|line| line.section));
    let headers = |change: &str, phone: &Phone| {
        vec![("Change", change.to_owned()), ("MAC", text(phone.mac)), ("Sections", sections(phone))]
    };
    match plan {
        Plan::Add(phone) => headers("Added", phone),
        Plan::Remove(phone) => headers("Removed", phone),
        Plan::Hold(mac, sections) => vec![
            ("Change", "HeldBack".to_owned()),
            ("MAC", text(mac)),
            ("Sections", joined(sections.iter().map(|id| id.as_c_str()))),
        ],
        Plan::Change(phone, differences) => {
            let names: BTreeSet<&CStr> = differences.iter().map(|difference| difference.name).collect();
            let mut headers = headers("Changed", phone);
            headers.push(("Variables", joined(names)));
            headers
        }
    }
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

fn status(session: &mut Session) {
    let Some(loaded) = loaded() else { return session.error(OFF) };
    session.begin(c"The status follows, presented as one PhoneprovStatus event");
    session.event("PhoneprovStatus", &status::headers(&Status::now(&loaded)));
    session.complete(c"PhoneprovStatusComplete", &[]);
}

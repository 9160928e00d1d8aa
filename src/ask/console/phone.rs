//! `pjsip show phoneprov`: everything about one phone.

use super::super::inspect::{self, Asked, Fetched, Seen, Sight, State, Wanted};
use super::super::others::{self, Other};
use super::text::{OFF, ago, below, count, moment};
use crate::asterisk::cli::Refusal;
use crate::http::delivery::Delivery;
use crate::notify::campaign::Answer;
use crate::notify::inbox::Told;
use crate::phone::directory::Directory;
use crate::phone::fleet::Section;
use crate::phone::line::Variable;
use crate::phone::place::Behind;
use crate::serve::loaded::loaded;
use crate::serve::stopped;
use crate::text::{Shown, fit};
use std::ffi::{CStr, CString};
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

/// The origins' column begins behind the longest name, and not further to the left than behind one of that length.
const NARROWEST_NAME: usize = 15;
/// The values' column begins where the longest origin ends, but not further to the right than with this much for it and the name: so
/// the longest value of ours, SERVER's, fits a console.
const WIDEST_NAME_AND_ORIGIN: usize = 41;
/// With long names nothing fits; most origins still end before the values begin.
const NARROWEST_ORIGIN: usize = 20;

/// Answers the command.
pub fn run(name: &CStr, unmask: bool) -> Result<String, Refusal> {
    let answer = inspect::look(Wanted(name), |sight| {
        let phones = sight.phones.iter().map(|phone| show(phone, &sight, unmask));
        phones.collect::<Vec<String>>().join("\n")
    });
    match answer {
        None => Err(Refusal::Failed(OFF.into())),
        Some(text) if text.is_empty() => {
            if let Some(other) = loaded().and_then(|loaded| others::find(&loaded, name)) {
                return Ok(show_other(&other));
            }
            let text = format!(
                "There is no phone with the MAC '{0}' and no type=phoneprov section '{0}'. 'pjsip list phoneprovs' lists what \
                 there is, 'pjsip check phoneprovs' tells what a reload would change.",
                Shown(name)
            );
            Err(Refusal::Failed(below("", &text)))
        }
        Some(text) => Ok(text),
    }
}

fn show<D: Directory>(phone: &Seen, sight: &Sight<D>, unmask: bool) -> String {
    let mut text = String::new();
    let mac = phone.mac.as_ref().map_or("without a MAC".into(), |mac| Shown(mac).to_string());
    let _ = writeln!(text, "Phone {mac}");
    let stopped = stopped::problem(sight.loaded);
    let state = match phone.state {
        State::Pending if stopped.is_some() && phone.since.is_none() => {
            "not served yet: waits for res_phoneprov to run"
        }
        State::Pending if stopped.is_some() => "served as it was: an edit waits for res_phoneprov to run",
        State::Served => "served",
        State::Partly => "served, but not all of its lines",
        State::HeldBack => "held back: served as before its sections were gone",
        State::Pending if phone.view.sections.is_empty() => "served, and about to be removed",
        State::Pending => "a change is about to be followed",
        State::Refused => "not served",
    };
    let _ = writeln!(text, "  State    {state}");
    if let Some(since) = phone.since {
        let _ = writeln!(text, "  Applied  {} ({} ago)", moment(since), ago(since));
    }
    let files = inspect::files(phone);
    text += &list_of(&files);
    let is_known = !inspect::shares_all_files(phone, &sight.loaded.http.table());
    text += &requests(phone.fetch.as_ref(), is_known, &files);
    if let Some(problem) = stopped {
        text += &below("  ! ", &problem.to_string());
    }
    text += &delivery(phone, sight);
    for problem in &phone.view.problems {
        let place = sight.places.of(problem);
        text += &below("  ! ", &format!("'{}'{} {}", Shown(&problem.section), Behind(place.as_ref()), problem.fault));
    }
    for problem in sight.of_files(phone) {
        text += &below("  ! ", &problem.to_string());
    }
    if phone.state == State::HeldBack {
        text += &below("  ! ", &format!("{}; 'pjsip reload phoneprovs confirm' lets it go", sight.held_back));
    }
    for section in inspect::by_line(sight, phone) {
        text += &show_section(phone, section, sight, unmask);
    }
    text
}

/// Whether it has what is served, when it was told to fetch, and where its accounts are registered.
fn delivery<D>(phone: &Seen, sight: &Sight<D>) -> String {
    let Some(evaluated) = &phone.evaluated else { return String::new() };
    let notify = &sight.loaded.notify;
    let (delivery, since) = notify.inbox.state(&evaluated.mac).unwrap_or_default();
    let when = |at: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(at);
    let has = match (delivery, since) {
        (Delivery::Current, Some(at)) => format!("current, fetched {} ({} ago)", moment(when(at)), ago(when(at))),
        (Delivery::Stale, Some(at)) => {
            format!("stale, it has what it fetched {} ({} ago)", moment(when(at)), ago(when(at)))
        }
        _ => "new, it has not fetched a file of its own yet".to_owned(),
    };
    let mut text = format!("  Has      {has}\n");
    if let Some(Told { at, answer }) = notify.inbox.told(&evaluated.mac) {
        let answer = match answer {
            None => "no answer yet".to_owned(),
            Some(Answer::Taken) => "it took the message".to_owned(),
            Some(Answer::Refused(status)) => format!("it refused the message ({status}){}", remedy(status)),
            Some(Answer::Silent) => "it did not answer".to_owned(),
            Some(Answer::NoContact) => "it is not registered, and is told when it is".to_owned(),
        };
        text += &below("  Told     ", &format!("{} ({} ago): {answer}", moment(at), ago(at)));
    }
    for registration in notify.registrations_of(evaluated).into_iter().flatten() {
        let agent = Shown(&registration.agent).to_string();
        let agent = if agent.is_empty() { String::new() } else { format!(" as {agent}") };
        let (endpoint, uri) = (Shown(&registration.endpoint), Shown(&registration.uri));
        text += &below("  Account  ", &format!("{endpoint} is registered at {uri}{agent}"));
    }
    text
}

/// What to do about a message that was refused.
fn remedy(status: u16) -> &'static str {
    match status {
        401 | 407 => ": it wants a password, which outbound_auth of its endpoint gives",
        489 => ": it knows no such event; RESYNC_EVENT says which one",
        _ => "",
    }
}

/// A phone of users.conf: whose it is, and what is known of its requests.
fn show_other(phone: &Other) -> String {
    let mut text = format!("Phone {}\n", Shown(&phone.evaluated.mac));
    let source = phone.source.to_string_lossy();
    let ids: Vec<String> = phone.sections.iter().map(|id| Shown(id).to_string()).collect();
    text += &below(
        "  State    ",
        &format!("served, from {source} (section {}): no type=phoneprov section has that MAC", ids.join(", ")),
    );
    text += &list_of(&phone.files);
    text + &requests(phone.fetch.as_ref(), true, &phone.files)
}

/// The names of its files.
fn list_of(files: &[CString]) -> String {
    let row = |(number, file): (usize, &CString)| {
        format!("  {:7}  {}\n", if number == 0 { "Files" } else { "" }, whole(file))
    };
    files.iter().enumerate().map(row).collect()
}

/// What it asked for, and what it got. `is_known` is whether who asks for its files is known at all.
fn requests(fetch: Option<&Fetched>, is_known: bool, files: &[CString]) -> String {
    let Some(Fetched { last, missed, given, misses, failures }) = fetch else {
        let what =
            if is_known { "not since the module was loaded" } else { "nobody knows: all its files are others', too" };
        return format!("  Asked    {what}\n");
    };
    let what = |asked: &Asked| match asked.status {
        200 | 206 => format!("for {}: {}, {}", Shown(&asked.file), asked.status, count(asked.bytes as usize, "byte")),
        status => format!("for {}: {status}", Shown(&asked.file)),
    };
    let when = |asked: &Asked| format!("{} ({} ago) from {}", moment(asked.at), ago(asked.at), asked.from);
    let mut text = format!("  Asked    {}\n           {}\n", when(last), what(last));
    if let Some(agent) = &last.agent {
        let _ = writeln!(text, "           as {agent}");
    }
    if last.status == 404 && !files.is_empty() && !files.contains(&last.file) {
        text += &below(
            "  ! ",
            "that is none of its files: it got 404. The names come from the profile in phoneprov.conf and from MAC as the \
             section writes it; correct those or the phone's provisioning URL, unless it can do without",
        );
    }
    if let Some(missed) = missed {
        let _ = writeln!(text, "  Missed   {}\n           {}", when(missed), what(missed));
    }
    let _ = writeln!(text, "  In all   {given} with a file, {misses} with 404, {failures} otherwise");
    text
}

fn show_section<D: Directory>(phone: &Seen, section: Section, sight: &Sight<D>, unmask: bool) -> String {
    let line = inspect::whole_line(sight, phone, section, unmask);
    let is_served = phone.view.refusal(section.0).is_none();
    let place = sight.place_of_section(section);
    let mut text = format!("\n  Section {}, ", Shown(section.0));
    let _ = match is_served {
        true => write!(text, "line {}", line.number),
        false => write!(text, "not served"),
    };
    let _ = writeln!(text, "{}", Behind(place.as_ref()));
    let hidden = line.hidden.iter().map(|variable| (variable, true));
    let all: Vec<_> = line.variables.iter().map(|variable| (variable, false)).chain(hidden).collect();
    let origin = |variable: &Variable| {
        let source = line.source(variable.origin);
        let at = sight.place_of_value(section, variable);
        // The heading names the file.
        let line = at.as_ref().filter(|at| place.as_ref().is_some_and(|place| place.file == at.file)).map(|at| at.line);
        match line {
            Some(Some(line)) => format!("{source}:{line}"),
            Some(None) => source.to_string(),
            None => format!("{source}{}", Behind(at.as_ref())),
        }
    };
    let origins: Vec<String> = all.iter().map(|(variable, _)| origin(variable)).collect();
    let width = |text: &str| text.chars().count();
    let of_names = all.iter().map(|(variable, _)| width(&whole(variable.name))).max().unwrap_or_default();
    let of_names = of_names.max(NARROWEST_NAME);
    let widest_origin = WIDEST_NAME_AND_ORIGIN.saturating_sub(of_names).max(NARROWEST_ORIGIN);
    let of_origins = origins.iter().map(|origin| width(origin)).max().unwrap_or_default().min(widest_origin);
    let widths = (of_names, of_origins);
    for ((variable, hidden), origin) in all.into_iter().zip(&origins) {
        text += &row(variable, origin, hidden, widths);
    }
    let _ = writeln!(text, "    {}, {} hidden", count(line.variables.len(), "variable"), line.hidden.len());
    text
}

/// Name, origin and value: the value comes last because it may be long.
fn row(variable: &Variable, origin: &str, hidden: bool, (of_name, of_origin): (usize, usize)) -> String {
    let value = whole(&variable.value);
    let mark = if hidden { "(hidden) " } else { "" };
    format!("    {:of_name$} {origin:of_origin$} {mark}{value}\n", whole(variable.name))
}

/// Readable, and not cut: who asks for a value wants all of it.
fn whole(text: &CStr) -> String {
    text.to_string_lossy().chars().map(fit).collect()
}

//! The events that tell what became of phones.

use crate::asterisk::manager::{Class, Headers, event, joined, text};
use crate::phone::held_back::why::Cause;
use crate::phone::place::Place;
use crate::phone::problem::shared::{Finder, NOWHERE, Shared, shared};
use crate::phone::problem::{Problem, Severity};
use crate::report::{Change, Fate, MOST_TOLD, Report};
use crate::serve::loaded::Loaded;
use crate::sources::places::Places;
use std::ffi::CStr;

/// Tells of a sync: of each phone and each problem, unless they are too many, and of the whole. In the worker's thread, with no
/// lock held.
pub fn tell(report: &Report, loaded: &Loaded) {
    for Change { mac, sections, fate } in &report.changes.phones {
        let mut headers = vec![("MAC", text(mac)), ("Sections", joined(sections.iter().map(|id| id.as_c_str())))];
        let name = match fate {
            Fate::Added => c"PhoneprovAdded",
            Fate::Changed(names) => {
                headers.push(("Variables", joined(names.iter().map(|name| name.as_c_str()))));
                c"PhoneprovChanged"
            }
            Fate::Removed => c"PhoneprovRemoved",
        };
        event(Class::System, name, &headers);
    }
    if !report.new.is_empty() {
        // Kept for no longer than it is needed: the module may be unloaded meanwhile, and what is held of sorcery's then stays.
        let sources = loaded.sources();
        let places = sources.as_ref().map(Places::new);
        let place = |problem: &Problem| places.as_ref().and_then(|places| places.of(problem));
        tell_problems(c"PhoneprovProblem", &report.new, &place);
    }
    tell_problems(c"PhoneprovProblemGone", &report.gone, NOWHERE);
    for cause in report.held_back.iter().filter(|_| report.holds_more).flat_map(|held| &held.causes) {
        event(Class::System, c"PhoneprovHeldBack", &held_back_headers(cause));
    }
    let changes = &report.changes;
    if report.has_news() {
        let number = |number: usize| number.to_string();
        let headers = [
            ("Added", number(changes.added)),
            ("Changed", number(changes.changed)),
            ("Removed", number(changes.removed)),
            ("Unchanged", number(changes.unchanged)),
            ("Problems", number(report.problems())),
            ("Milliseconds", report.took.as_millis().to_string()),
        ];
        event(Class::System, c"PhoneprovSynced", &headers);
    }
}

/// The headers that tell of phones that are held back.
pub fn held_back_headers(cause: &Cause) -> Headers {
    let mut headers = vec![
        ("Reason", cause.to_string()),
        ("Phones", cause.phones.to_string()),
        ("Sections", joined(cause.sections.iter().map(|id| id.as_c_str()))),
    ];
    headers.extend(cause.why.file().map(|file| ("File", text(file))));
    headers
}

/// Tells of problems, unless they are too many: one that many sections share is one.
fn tell_problems(name: &CStr, problems: &[Problem], place: Finder) {
    let told = shared(problems);
    if told.len() <= MOST_TOLD {
        told.iter().for_each(|problem| event(Class::System, name, &problem_headers(problem, place)));
    }
}

/// The headers that tell of a problem, and where it is if that is known; of many, where the first is.
pub fn problem_headers(problem: &Shared, place: Finder) -> Headers {
    let severity = match problem.severity() {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
    };
    let Some(first) = problem.problems().first() else { return Headers::new() };
    let mut headers = vec![("ObjectType", text(first.object.name())), ("ObjectName", text(&first.section))];
    if problem.is_of_many() {
        let names = problem.examples().iter().map(|one| one.section.as_c_str());
        headers.extend([("ObjectNames", joined(names)), ("ObjectCount", problem.problems().len().to_string())]);
    }
    headers.extend([("Severity", severity.to_owned()), ("Problem", problem.fault())]);
    headers.extend(place(first).iter().flat_map(place_headers));
    headers
}

/// The headers that tell where something is written.
pub fn place_headers(place: &Place) -> Headers {
    let line = place.line.map(|line| ("ConfigLine", line.to_string()));
    [("ConfigFile", text(&place.file))].into_iter().chain(line).collect()
}

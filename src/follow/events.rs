//! The events that tell what became of phones.

use crate::asterisk::manager::{Class, Headers, event, joined, text};
use crate::phone::problem::{Problem, Severity};
use crate::report::{Change, Fate, Report};

/// Tells of a sync: of each phone, unless they are too many, and of the whole. In the worker's thread, with no lock held.
pub fn tell(report: &Report) {
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
    for problem in report.rejections() {
        let mut headers = problem_headers(problem);
        headers.retain(|(name, _)| *name != "Severity");
        event(Class::System, c"PhoneprovRejected", &headers);
    }
    let changes = &report.changes;
    if changes.count() > 0 {
        let number = |number: usize| number.to_string();
        let headers = [
            ("Added", number(changes.added)),
            ("Changed", number(changes.changed)),
            ("Removed", number(changes.removed)),
            ("Unchanged", number(changes.unchanged)),
            ("Problems", number(report.known.len() + report.new.len())),
            ("Milliseconds", report.took.as_millis().to_string()),
        ];
        event(Class::System, c"PhoneprovSynced", &headers);
    }
}

/// The headers that tell of a problem.
pub fn problem_headers(problem: &Problem) -> Headers {
    let severity = match problem.fault.severity() {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
    };
    vec![
        ("ObjectType", text(problem.object.name())),
        ("ObjectName", text(&problem.section)),
        ("Severity", severity.to_owned()),
        ("Problem", problem.fault.to_string()),
    ]
}

//! `pjsip check phoneprovs`.

use super::super::check::{self, Findings, Plan, verdict};
use super::text::{OFF, below, count};
use crate::asterisk::cli::Refusal;
use crate::phone::compare::Difference;
use crate::phone::fleet::Phone;
use crate::phone::problem::Severity;
use crate::phone::secret;
use crate::phone::shared::shared;
use crate::sources::database;
use crate::text::Shown;
use std::ffi::CStr;
use std::fmt::Write as _;

/// Answers the command.
pub fn run() -> Result<String, Refusal> {
    check::check(report).ok_or_else(|| Refusal::Failed(OFF.into()))
}

fn report(findings: &Findings) -> String {
    let mut text = String::new();
    let (mut added, mut changed, mut removed, mut held) = (0, 0, 0, 0);
    for plan in &findings.plans {
        let _ = match plan {
            Plan::Add(phone) => {
                added += 1;
                writeln!(text, "add     {} ({})", Shown(phone.mac), sections(phone))
            }
            Plan::Change(phone, differences) => {
                changed += 1;
                let _ = writeln!(text, "change  {} ({})", Shown(phone.mac), sections(phone));
                text += &differences.iter().map(difference).collect::<String>();
                Ok(())
            }
            Plan::Remove(phone) => {
                removed += 1;
                writeln!(text, "remove  {} ({})", Shown(phone.mac), sections(phone))
            }
            Plan::Hold(mac, sections) => {
                held += 1;
                let ids: Vec<String> = sections.iter().map(|id| Shown(id).to_string()).collect();
                writeln!(text, "hold    {} ({})", Shown(mac), ids.join(", "))
            }
        };
    }
    for problem in shared(&findings.problems) {
        let word = match problem.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        text += &below("! ", &format!("{word}: {}", problem.told(findings.place)));
    }
    if findings.is_stale {
        text += &below("", "The database did not answer: its rows are taken as they were last.");
    }
    if let Some(fall) = findings.fall {
        text += &below(
            "",
            &format!("Of the database nothing would be taken: {}, which is held back.", database::in_words(fall)),
        );
    }
    for cause in &findings.held_back.causes {
        text += &below("", &format!("{cause}."));
    }
    let held = if held > 0 { format!(", hold {held} back") } else { String::new() };
    let what = format!("add {}, change {changed}, remove {removed}{held}", count(added, "phone"));
    text += &below("", &format!("A reload would {what} and leave {} as they are.", findings.unchanged));
    text += &format!("{}\n", verdict(findings));
    text
}

/// The ids of a phone's sections.
fn sections(phone: &Phone) -> String {
    let ids: Vec<String> = phone.lines.iter().map(|line| Shown(line.section).to_string()).collect();
    ids.join(", ")
}

fn difference(difference: &Difference) -> String {
    let side = |value: &Option<std::borrow::Cow<CStr>>| match value {
        None => "nothing".to_owned(),
        Some(_) if secret::is_secret(difference.name) => Shown(secret::MASK).to_string(),
        Some(value) => format!("'{}'", Shown(value)),
    };
    let (old, new) = (side(&difference.old), side(&difference.new));
    format!("          {} {}: {old} -> {new}\n", Shown(difference.section), Shown(difference.name))
}

//! `pjsip check phoneprovs`.

use super::super::check::{self, Findings, Plan, verdict};
use super::text::{OFF, ago, below, count, moment};
use crate::asterisk::cli::Refusal;
use crate::phone::compare::Difference;
use crate::phone::fleet::Phone;
use crate::phone::problem::Severity;
use crate::phone::reread::Reread;
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
            Plan::RemoveOf(mac, sections) => {
                removed += 1;
                let ids: Vec<String> = sections.iter().map(|id| Shown(id).to_string()).collect();
                writeln!(text, "remove  {} ({})", Shown(mac), ids.join(", "))
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
        let since = findings.rows_since.map_or("there are none yet".to_owned(), |since| {
            format!("its rows are taken as they were {} ago ({})", ago(since), moment(since))
        });
        text += &below("", &format!("The database did not answer: {since}."));
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
    for Reread { profile, change, phones } in &findings.profiles {
        let change = change.word().to_lowercase();
        let _ = writeln!(text, "profile {change:8} {} ({})", Shown(profile), count(*phones, "phone"));
    }
    if !findings.profiles.is_empty() && !findings.is_stopped {
        text += &below("", "What phoneprov.conf says of profiles is taken by 'module reload res_phoneprov.so'.");
    }
    let reload = if findings.is_stopped { "When res_phoneprov runs again, a reload" } else { "A reload" };
    let held = if held > 0 { format!(", hold {held} back") } else { String::new() };
    let (added, unchanged) = (count(added, "phone"), findings.unchanged);
    let what = format!("add {added}, change {changed}, remove {removed}{held}");
    let sum = format!("{reload} would {what} and leave {unchanged} as they are.");
    text + &below("", &sum) + &verdict(findings) + "\n"
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

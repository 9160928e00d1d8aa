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

/// Marks a phone of which a reload of this module alone brings no more than a part.
const MARK: &str = "*";

/// Answers the command.
pub fn run() -> Result<String, Refusal> {
    check::check(report).ok_or_else(|| Refusal::Failed(OFF.into()))
}

fn report(findings: &Findings) -> String {
    let mut text = String::new();
    let (mut added, mut changed, mut removed) = (0, 0, 0);
    for plan in &findings.plans {
        let (word, count, differences) = match plan {
            Plan::Add(_) => ("add", &mut added, [].as_slice()),
            Plan::Change(_, differences) => ("change", &mut changed, differences.as_slice()),
            Plan::Remove(_) => ("remove", &mut removed, [].as_slice()),
        };
        *count += 1;
        let mark = if findings.needs_res_pjsip(plan) { MARK } else { "" };
        let _ =
            writeln!(text, "{:7} {} ({})", format!("{word}{mark}"), Shown(plan.phone().mac), sections(plan.phone()));
        text += &differences.iter().map(difference).collect::<String>();
    }
    if findings.need_res_pjsip() > 0 {
        text += &below(
            &format!("{MARK} "),
            "takes 'module reload res_pjsip.so', because endpoints, auths or transports change, which 'pjsip reload phoneprovs' does \
             not read",
        );
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
    let _ = write!(
        text,
        "A reload would add {}, change {changed}, remove {removed} and leave {} as they are.\n{}\n",
        count(added, "phone"),
        findings.unchanged,
        verdict(findings)
    );
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

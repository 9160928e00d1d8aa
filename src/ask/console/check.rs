//! `pjsip check phoneprovs`.

use super::super::check::{self, Findings, Plan, verdict};
use super::text::{OFF, ago, below, count, moment};
use crate::asterisk::cli::Refusal;
use crate::phone::compare::Difference;
use crate::phone::phoneprov_conf::reread::Reread;
use crate::phone::problem::Severity;
use crate::phone::problem::shared::shared;
use crate::phone::secrets::secret;
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
    let (mut added, mut changed, mut removed, mut held) = (0, 0, 0, 0);
    for plan in &findings.plans {
        let (word, count, differences) = match plan {
            Plan::Add(_) => ("add", &mut added, [].as_slice()),
            Plan::Change(_, differences) => ("change", &mut changed, differences.as_slice()),
            Plan::Remove(_) | Plan::RemoveOf(..) => ("remove", &mut removed, [].as_slice()),
            Plan::Hold(..) => ("hold", &mut held, [].as_slice()),
        };
        *count += 1;
        let mark = if findings.needs_res_pjsip(plan) { MARK } else { "" };
        let ids: Vec<String> = plan.sections().into_iter().map(|id| Shown(id).to_string()).collect();
        let _ = writeln!(text, "{:7} {} ({})", format!("{word}{mark}"), Shown(plan.mac()), ids.join(", "));
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
        let since = findings.rows_since.map_or("there are none yet".to_owned(), |since| {
            format!("its rows are taken as they were {} ago ({})", ago(since), moment(since))
        });
        text += &below("", &format!("The database did not answer: {since}."));
    }
    if let Some(fall) = findings.fall {
        text += &below("", &format!("Of the database that would be held back: {}.", database::in_words(fall)));
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

fn difference(difference: &Difference) -> String {
    let side = |value: &Option<std::borrow::Cow<CStr>>| match value {
        None => "nothing".to_owned(),
        Some(_) if secret::is_secret(difference.name) => Shown(secret::MASK).to_string(),
        Some(value) => format!("'{}'", Shown(value)),
    };
    let (old, new) = (side(&difference.old), side(&difference.new));
    format!("          {} {}: {old} -> {new}\n", Shown(difference.section), Shown(difference.name))
}

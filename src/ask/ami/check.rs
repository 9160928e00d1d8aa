//! `PJSIPPhoneprovCheck`.

use super::super::check::{self, Plan, verdict};
use super::words::{OFF, time};
use crate::asterisk::manager::{Headers, Session, joined, text};
use crate::follow::events::problem_headers;
use crate::phone::compare::Difference;
use crate::phone::fleet::Phone;
use crate::phone::phoneprov_conf::reread::Reread;
use crate::phone::problem::shared::shared;
use crate::phone::secrets::mask::Secrets;
use std::collections::BTreeSet;
use std::ffi::CStr;

/// Answers the action.
pub fn check(session: &mut Session) {
    let found = check::check(|findings| {
        let mut events: Vec<(&str, Headers)> =
            findings.plans.iter().flat_map(|plan| planned(plan, findings.needs_res_pjsip(plan))).collect();
        events.extend(findings.profiles.iter().map(|profile| ("PhoneprovCheckProfile", reread(profile))));
        events.extend(
            shared(&findings.problems)
                .iter()
                .map(|one| ("PhoneprovCheckProblem", problem_headers(one, findings.place))),
        );
        let problems = findings.problems.len().to_string();
        let left = findings.need_res_pjsip().to_string();
        let since = findings.rows_since.map(|since| ("RowsOf", time(since)));
        let complete = [("Problems", problems), ("NeedResPJSIP", left), ("Result", verdict(findings))];
        (events, complete.into_iter().chain(since).collect::<Headers>())
    });
    let Some((events, result)) = found else { return session.error(OFF) };
    session.begin(c"What a reload would change follows");
    events.iter().for_each(|(name, headers)| session.event(name, headers));
    session.complete(c"PhoneprovCheckComplete", &result);
}

fn reread(Reread { profile, change, phones }: &Reread) -> Headers {
    vec![("Change", change.word().to_owned()), ("Profile", text(profile)), ("Phones", phones.to_string())]
}

/// What would become of a phone, and of each variable that changes.
fn planned(plan: &Plan, needs_res_pjsip: bool) -> Vec<(&'static str, Headers)> {
    let of = |change: &str, mac: &CStr, sections| {
        let needs = if needs_res_pjsip { "Yes" } else { "No" };
        vec![
            ("Change", change.to_owned()),
            ("MAC", text(mac)),
            ("Sections", sections),
            ("NeedsResPJSIP", needs.to_owned()),
        ]
    };
    let of_phone = |change, phone: &Phone| of(change, phone.mac, joined(phone.lines.iter().map(|line| line.section)));
    let (mut headers, phone, differences) = match plan {
        Plan::Add(phone) => (of_phone("Added", phone), phone, None),
        Plan::Remove(phone) => (of_phone("Removed", phone), phone, None),
        Plan::Hold(mac, sections) => {
            let sections = joined(sections.iter().map(|id| id.as_c_str()));
            return vec![("PhoneprovCheckPhone", of("HeldBack", mac, sections))];
        }
        Plan::RemoveOf(mac, sections) => {
            let sections = joined(sections.iter().map(|id| id.as_c_str()));
            return vec![("PhoneprovCheckPhone", of("Removed", mac, sections))];
        }
        Plan::Change(phone, differences) => (of_phone("Changed", phone), phone, Some(differences)),
    };
    let Some(differences) = differences else { return vec![("PhoneprovCheckPhone", headers)] };
    let names: BTreeSet<&CStr> = differences.iter().map(|difference| difference.name).collect();
    headers.push(("Variables", joined(names)));
    let secrets = secrets(phone, differences);
    let variables =
        differences.iter().map(|difference| ("PhoneprovCheckVariable", changed(phone, difference, &secrets)));
    [("PhoneprovCheckPhone", headers)].into_iter().chain(variables).collect()
}

/// The secrets that a phone has, and those that it has now and would have no more.
fn secrets(phone: &Phone, differences: &[Difference]) -> Secrets {
    let has =
        phone.lines.iter().flat_map(|line| &line.variables).map(|variable| (variable.name, variable.value.as_ref()));
    let had = differences.iter().filter_map(|difference| Some((difference.name, difference.old.as_deref()?)));
    Secrets::among(has.chain(had))
}

fn changed(phone: &Phone, difference: &Difference, secrets: &Secrets) -> Headers {
    let Difference { section, name, old, new } = difference;
    let shown = |value: &CStr| text(&secrets.shown(name, value));
    let mut headers = vec![("MAC", text(phone.mac)), ("ObjectName", text(section)), ("Variable", text(name))];
    headers.extend(old.as_ref().map(|old| ("OldValue", shown(old))));
    headers.extend(new.as_ref().map(|new| ("NewValue", shown(new))));
    headers
}

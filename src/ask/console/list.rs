//! `pjsip list phoneprovs` and `pjsip show phoneprovs`.

use super::super::inspect::{self, Asked, Fetched, Seen, Sight, State, Wanted};
use super::super::like::is_like;
use super::text::{OFF, WIDTH, ago, below, count, cut, moment};
use crate::asterisk::cli::Refusal;
use crate::phone::directory::Directory;
use crate::phone::object_type::ObjectType;
use crate::phone::place::Behind;
use crate::phone::problem::Problem;
use crate::phone::shared::{Shared, shared};
use crate::sources::places::Places;
use crate::text::Shown;
use regex_lite::Regex;
use std::collections::HashSet;
use std::ffi::CStr;
use std::fmt::Write as _;

/// How much is told of each phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// One line, and why a section is not served.
    Brief,
    /// And what is known of it beside that.
    Full,
}

/// Marks a phone whose last request got no file.
const IN_VAIN: &str = "!";

/// Answers the command.
pub fn run(like: Option<&Regex>, detail: Detail) -> Result<String, Refusal> {
    let answer = inspect::look(Wanted::All, |sight| table(&sight, like, detail));
    answer.ok_or_else(|| Refusal::Failed(OFF.into()))
}

fn table<D: Directory>(sight: &Sight<D>, like: Option<&Regex>, detail: Detail) -> String {
    let mut text = row("MAC", "Profile", "Lines", "State", "Asked", "Sections");
    let _ = writeln!(text, "{}", "=".repeat(WIDTH - 1));
    let (mut lines, mut served, mut refused, mut in_vain) = (0, 0, 0, false);
    let phones: Vec<&Seen> = sight.phones.iter().filter(|phone| is_like(phone, like)).collect();
    let all: Vec<Problem> = phones.iter().flat_map(|phone| problems(phone)).collect();
    let (of_many, of_few): (Vec<Shared>, Vec<Shared>) = shared(&all).into_iter().partition(Shared::is_of_many);
    let of_few: HashSet<&CStr> = of_few.iter().flat_map(Shared::problems).map(|one| one.section.as_c_str()).collect();
    for phone in &phones {
        let line_count = phone.view.phone.as_ref().map_or(0, |phone| phone.lines.len());
        lines += line_count;
        served += usize::from(phone.since.is_some());
        refused += usize::from(phone.state == State::Refused);
        let mac = phone.mac.as_ref().map_or("<none>".into(), |mac| Shown(mac).to_string());
        let profile = phone.view.profile(sight.context).map_or("-".into(), |profile| Shown(profile).to_string());
        let fetched = phone.fetch.as_ref().map_or("-".into(), |fetch| asked(&fetch.last));
        in_vain |= phone.fetch.as_ref().is_some_and(|fetch| fetch.last.is_in_vain());
        let ids: Vec<String> = phone.sections.iter().map(|id| Shown(id).to_string()).collect();
        text += &row(&mac, &profile, &line_count.to_string(), phone.state.word(), &fetched, &ids.join(", "));
        text += &refusals(phone, sight.places, |section| of_few.contains(section));
        if detail == Detail::Full {
            text += &details(phone, &ids);
        }
    }
    let place = |problem: &Problem| sight.places.of(problem);
    let mut told_last: String =
        shared(&sight.problems).iter().chain(&of_many).map(|one| below("! ", &one.told(&place).to_string())).collect();
    told_last.extend(sight.held_back.causes.iter().map(|cause| below("! ", &cause.to_string())));
    if !told_last.is_empty() {
        text = text + "\n" + &told_last;
    }
    let held_back = phones.iter().filter(|phone| phone.state == State::HeldBack).count();
    let held_back = if held_back > 0 { format!(", {held_back} held back") } else { String::new() };
    let _ = write!(
        text,
        "\n{} with {}, {served} served, {refused} refused{held_back}\n",
        count(phones.len(), "phone"),
        count(lines, "line")
    );
    if in_vain {
        text +=
            &below("", &format!("{IN_VAIN} asked in vain: 'pjsip show phoneprov MAC' tells what for, and what it got"));
    }
    text
}

/// When, and whether in vain.
fn asked(last: &Asked) -> String {
    ago(last.at) + if last.is_in_vain() { IN_VAIN } else { "" }
}

/// The columns take 80 with a MAC in any spelling; what is longer is cut, but for the last one's right end.
fn row(mac: &str, profile: &str, lines: &str, state: &str, fetched: &str, sections: &str) -> String {
    let line = format!(
        "{:17} {:14} {lines:>5} {state:7} {fetched:7} {}",
        cut(mac, 17),
        cut(profile, 14),
        cut(sections, WIDTH - 1 - 55)
    );
    line.trim_end().to_owned() + "\n"
}

/// Why sections of a phone are not served; of those that are to be told.
fn refusals(phone: &Seen, places: &Places, is_told: impl Fn(&CStr) -> bool) -> String {
    let told = problems(phone).filter(|problem| is_told(&problem.section));
    let words = |problem: Problem| {
        let place = places.of(&problem);
        below("    ", &format!("'{}'{} {}", Shown(&problem.section), Behind(place.as_ref()), problem.fault))
    };
    told.map(words).collect()
}

fn problems(phone: &Seen) -> impl Iterator<Item = Problem> {
    let refusals = phone.sections.iter().filter_map(|id| Some((id.clone(), phone.view.refusal(id)?.clone())));
    refusals.map(|(section, fault)| Problem { object: ObjectType::Phoneprov, section, fault })
}

fn details(phone: &Seen, ids: &[String]) -> String {
    let mut text = below("    ", &format!("sections: {}", ids.join(", ")));
    if let Some(since) = phone.since {
        text += &below("    ", &format!("served as now since {}", moment(since)));
    }
    if let Some(Fetched { last: Asked { at, from, file, status, .. }, .. }) = &phone.fetch {
        text += &below("    ", &format!("asked {} from {from} for {}: {status}", moment(*at), Shown(file)));
    }
    text
}

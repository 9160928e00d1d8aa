//! `pjsip list phoneprovs` and `pjsip show phoneprovs`.

use super::super::inspect::{Asked, Fetched};
use super::super::listing::{self, Listed, Listing, Totals};
use super::super::which::Which;
use super::text::{OFF, WIDTH, ago, below, count, cut, moment};
use crate::asterisk::cli::{Console, Refusal};
use crate::phone::place::Behind;
use crate::phone::problem::shared::{Shared, shared};
use crate::phone::problem::{Problem, Severity};
use crate::serve::stopped;
use crate::sources::places::Places;
use crate::text::Shown;
use std::collections::HashSet;
use std::time::SystemTime;

/// How much is told of each phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// One line, and what is wrong with it.
    Brief,
    /// And what is known of it beside that.
    Full,
}

/// Marks a phone whose last request got no file.
const IN_VAIN: &str = "!";

/// Answers the command, phone by phone.
pub fn run(which: &Which, detail: Detail, console: &mut Console) -> Result<String, Refusal> {
    let answer = listing::look(which, |listing| write(listing, detail, console));
    answer.map(|()| String::new()).ok_or_else(|| Refusal::Failed(OFF.into()))
}

fn write(listing: &Listing, detail: Detail, console: &mut Console) {
    let totals = totals(&listing.totals);
    console.write(&stopped(listing));
    console.write(&(totals.clone() + "\n"));
    console.write(&row("MAC", "Profile", "Lines", "State", "Asked", "Sections"));
    console.write(&("=".repeat(WIDTH - 1) + "\n"));
    // Somebody waits for that.
    console.flush();
    let (of_many, of_few): (Vec<Shared>, Vec<Shared>) =
        shared(listing.problems()).into_iter().partition(Shared::is_of_many);
    let of_few: HashSet<*const Problem> =
        of_few.iter().flat_map(Shared::problems).map(|one| &raw const **one).collect();
    for phone in &listing.phones {
        console.write(&of_phone(phone));
        for problem in phone.problems.iter().filter(|problem| of_few.contains(&&raw const **problem)) {
            console.write(&below("    ", &reason(problem, listing.places)));
        }
        if detail == Detail::Full {
            console.write(&details(listing, phone));
        }
        if console.is_gone() {
            return;
        }
    }
    // Which has come first.
    let stopped = stopped::problem(listing.loaded);
    let others = listing.others.iter().filter(|problem| Some(*problem) != stopped.as_ref());
    let others = others.filter(|problem| of_few.contains(&&raw const **problem));
    let place = |problem: &Problem| listing.places.of(problem);
    let others = others.map(|one| one.told(place(one).as_ref()));
    let mut told_last: Vec<String> = of_many.iter().map(|one| one.told(&place).to_string()).chain(others).collect();
    told_last.extend(listing.held_back.causes.iter().map(ToString::to_string));
    if !told_last.is_empty() {
        console.write("\n");
    }
    told_last.iter().for_each(|problem| console.write(&below("! ", problem)));
    console.write(&format!("\n{totals}"));
    if listing.totals.missed > 0 {
        let hint = format!("{IN_VAIN} asked in vain: 'pjsip show phoneprov MAC' tells what for, and what it got");
        console.write(&below("", &hint));
    }
}

/// What comes first where `res_phoneprov` has stopped; nothing where it has not.
fn stopped(listing: &Listing) -> String {
    let Some(problem) = stopped::problem(listing.loaded) else { return String::new() };
    let waiting = match listing.totals.pending {
        0 => "No phone waits.".to_owned(),
        1 => "1 phone waits: it is served as before an edit, or not yet.".to_owned(),
        waiting => format!("{waiting} phones wait: they are served as before an edit, or not yet."),
    };
    below("! ", &problem.to_string()) + &below("  ", &waiting) + "\n"
}

fn totals(totals: &Totals) -> String {
    let Totals { phones, lines, served, refused, held_back, missed, problems, .. } = *totals;
    let mut text =
        format!("{} with {}, {served} served, {refused} refused", count(phones, "phone"), count(lines, "line"));
    if held_back > 0 {
        text += &format!(", {held_back} held back");
    }
    if missed > 0 {
        text += &format!(", {missed} asked in vain");
    }
    text += &format!(", {}", count(problems, "problem"));
    below("", &text)
}

/// A phone's line.
fn of_phone(phone: &Listed) -> String {
    let mac = phone.mac.map_or("<none>".into(), |mac| Shown(mac).to_string());
    let profile = phone.profile.as_ref().map_or("-".into(), |profile| Shown(profile).to_string());
    let asked = phone.last.map_or("-".into(), |(at, _)| {
        ago(SystemTime::now() - at.elapsed()) + if phone.is_in_vain() { IN_VAIN } else { "" }
    });
    row(&mac, &profile, &phone.lines.to_string(), phone.state.word(), &asked, &ids(phone))
}

fn ids(phone: &Listed) -> String {
    let ids: Vec<String> = phone.sections.iter().map(|id| Shown(id).to_string()).collect();
    ids.join(", ")
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

/// What is wrong with a section of a phone that stands above it.
fn reason(problem: &Problem, places: &Places) -> String {
    let kind = match problem.fault.severity() {
        Severity::Error => "",
        Severity::Warning => "warning: ",
    };
    let place = places.of(problem);
    format!("{kind}'{}'{} {}", Shown(&problem.section), Behind(place.as_ref()), problem.fault)
}

fn details(listing: &Listing, phone: &Listed) -> String {
    let mut text = below("    ", &format!("sections: {}", ids(phone)));
    if let Some(held) = phone.held {
        text += &below("    ", &format!("served as now since {}", moment(held.since)));
    }
    if let Some(Fetched { last: Asked { at, from, file, status, .. }, .. }) = listing.fetched(phone) {
        text += &below("    ", &format!("asked {} from {from} for {}: {status}", moment(at), Shown(&file)));
    }
    text
}

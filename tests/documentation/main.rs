//! The README, its pages, Asterisk's help and the sample say what is so: commands are run as they are written there, and names
//! compared with those that a real Asterisk knows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod console;
mod examples;
mod guides;
mod messages;
mod names;
mod page;
mod references;
mod way_back;

use hosts::{Kind, top};
use libtest_mimic::{Arguments, Trial};

/// What is compared with a real Asterisk.
type Story = (&'static str, fn(Kind));

/// On each that `make test` has: ways that people go, and names.
const ON_EACH: [Story; 13] = [
    ("configured_phone_gets_its_file", examples::configured_phone_gets_its_file),
    ("ari_puts_and_deletes_a_phone", examples::ari_puts_and_deletes_a_phone),
    ("c_module_serves_what_it_knows", way_back::c_module_serves_what_it_knows),
    ("profile_that_is_gone_stops_res_phoneprov", way_back::profile_that_is_gone_stops_res_phoneprov),
    ("directories_of_packages_exist", guides::directories_of_packages_exist),
    ("readme_leads_to_a_first_phone", guides::readme_leads_to_a_first_phone),
    ("databases_leads_to_a_phone_that_is_served", guides::databases_leads_to_a_phone_that_is_served),
    ("commands_are_told", names::commands_are_told),
    ("functions_are_told", names::functions_are_told),
    ("actions_are_told", names::actions_are_told),
    ("events_are_told", names::events_are_told),
    ("options_are_told", names::options_are_told),
    ("sample_is_taken", names::sample_is_taken),
];

/// On the newest one, whose answers pages show.
const ON_22: [Story; 4] = [
    ("messages_are_said", messages::messages_are_said),
    ("commands_are_run", console::commands_are_run),
    ("a_phone_that_gets_404_is_explained", console::a_phone_that_gets_404_is_explained),
    ("an_edit_is_checked", console::an_edit_is_checked),
];

fn main() {
    let without_asterisk: [(&str, fn()); 4] = [
        ("links_lead_on", || references::links_lead_on(top())),
        ("packages_have_every_page", references::packages_have_every_page),
        ("files_exist", references::files_exist),
        ("make_makes_it", references::make_makes_it),
    ];
    let mut trials: Vec<Trial> = Vec::new();
    for (name, test) in without_asterisk {
        trials.push(Trial::test(name, move || {
            test();
            Ok(())
        }));
    }
    if Kind::wanted().contains(&Kind::Asterisk22) {
        trials.push(Trial::test("links_lead_on_in_the_package", || {
            references::links_lead_on_in_the_package();
            Ok(())
        }));
    }
    let on = |kinds: &'static [Kind], stories: &'static [Story]| {
        let wanted = Kind::wanted();
        let kinds = kinds.iter().filter(move |kind| wanted.contains(kind));
        kinds.flat_map(move |kind| stories.iter().map(move |(name, story)| (*kind, *name, *story)))
    };
    for (kind, name, story) in on(Kind::REAL, &ON_EACH).chain(on(&[Kind::Asterisk22], &ON_22)) {
        trials.push(Trial::test(format!("{}::{name}", kind.label()), move || {
            story(kind);
            Ok(())
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

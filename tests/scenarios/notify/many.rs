//! The short form of `make deliver`: a fleet is changed all at once.

#[allow(dead_code, reason = "what is printed is not looked at here")]
#[path = "../../deliver/all_changed.rs"]
mod all_changed;

use all_changed::{Plan, run};
use hosts::Host;

pub fn delivers_to_a_whole_fleet(host: &mut Host) {
    let plan = Plan { phones: 200, away: 60, rate: 50, first: 20, calls: 10, calls_per_second: 5 };
    let outcome = run(host, &plan);
    let calls = outcome.changes.iter().map(|change| &change.calls).chain([&outcome.before, &outcome.after]);
    assert_eq!(calls.map(Vec::len).collect::<Vec<_>>(), [10; 4], "each call is answered");
}

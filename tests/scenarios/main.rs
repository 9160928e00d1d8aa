//! What the module does for its users, written once and run on every host that it applies to.
//!
//! A scenario gets a host that is laid out and not yet started. It ends with the host alive, stopped gracefully and, on
//! the stub core, with everything given back that the module took.
//!
//! `MODULE=c` runs those that hold for the distribution's C module, too, on that: a baseline. A scenario that cannot pass yet
//! says what it waits for, and must fail until then: none is left out, and none passes unnoticed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod ask;
mod faults;
mod follow;
mod http;
mod lifecycle;
mod notify;
mod scenario;
mod serve;
mod sources;

use hosts::Kind;
use libtest_mimic::{Arguments, Trial};
use scenario::wanted_module;
use std::sync::Arc;

fn main() {
    let all = [lifecycle::all(), serve::all(), sources::all(), follow::all(), http::all(), notify::all(), ask::all()];
    let (wanted, module) = (Kind::wanted(), wanted_module());
    let mut trials = Vec::new();
    for scenario in all.into_iter().flatten().map(Arc::new) {
        for &kind in wanted.iter().filter(|&&kind| scenario.is_for(kind, module)) {
            let scenario = Arc::clone(&scenario);
            let name = format!("{}::{}", kind.label(), scenario.name);
            trials.push(Trial::test(name, move || scenario.run(kind, module)));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

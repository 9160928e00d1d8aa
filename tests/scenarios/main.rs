//! What the module does for its users, written once and run on every host that it applies to.
//!
//! A scenario gets a host that is laid out and not yet started. It ends with the host alive, stopped gracefully and, on
//! the stub core, with everything given back that the module took.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod ask;
mod follow;
mod http;
mod lifecycle;
mod scenario;
mod serve;
mod sources;

use hosts::{Host, Kind};
use libtest_mimic::{Arguments, Trial};
use scenario::Scenario;

fn main() {
    let all = [lifecycle::all(), serve::all(), sources::all(), follow::all(), http::all(), ask::all()];
    let wanted = Kind::wanted();
    let mut trials = Vec::new();
    for Scenario { name, hosts, run } in all.into_iter().flatten() {
        for &kind in hosts.iter().filter(|kind| wanted.contains(kind)) {
            trials.push(Trial::test(format!("{}::{name}", kind.label()), move || {
                let mut host = Host::new(kind);
                run(&mut host);
                host.finish();
                Ok(())
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

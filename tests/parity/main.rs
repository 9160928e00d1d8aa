//! The distribution's C module and ours, one after the other on the same instance of a real Asterisk.
//!
//! A case is a configuration for which both must serve the same files to the byte. A difference is something in which the
//! C module is defective and ours is not: there, what each of them does is asserted.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod case;
mod cases;
mod differences;
mod moving;
mod served;

use case::Case;
use hosts::{Host, Kind, Module};
use libtest_mimic::{Arguments, Trial};
use served::Served;
use std::path::Path;

fn main() {
    let wanted = Kind::wanted();
    let mut trials = Vec::new();
    for (name, kinds, case) in cases::all() {
        for &kind in kinds.iter().filter(|kind| wanted.contains(kind)) {
            trials.push(Trial::test(format!("{}::{name}", kind.label()), move || {
                assert_alike(kind, &case());
                Ok(())
            }));
        }
    }
    for (name, kinds, difference) in differences::all() {
        for &kind in kinds.iter().filter(|kind| wanted.contains(kind)) {
            trials.push(Trial::test(format!("{}::differs::{name}", kind.label()), move || {
                let mut host = Host::with_c_module(kind);
                difference(&mut host, Module::C);
                let mut host = Host::new(kind);
                difference(&mut host, Module::Ours);
                host.finish();
                Ok(())
            }));
        }
    }
    for (name, moves) in moving::all() {
        for &kind in Kind::REAL.iter().filter(|kind| wanted.contains(kind)) {
            trials.push(Trial::test(format!("{}::moves::{name}", kind.label()), move || {
                moves(kind);
                Ok(())
            }));
        }
    }
    let mut arguments = Arguments::from_args();
    // A host that starts or stops mostly waits.
    arguments.test_threads.get_or_insert(4);
    libtest_mimic::run(&arguments, trials).exit();
}

/// Both modules serve the case on one address, so that SERVER is the same.
fn assert_alike(kind: Kind, case: &Case) {
    let mut host = prepared(Host::with_c_module(kind));
    let theirs = served_over_time(&mut host, case);
    host.stop_gracefully();
    assert_eq!(theirs[0].files_of_phones(), case.served, "the C module serves {:#?}", theirs[0].routes);

    host.use_module(&kind.module());
    host.write("log/full", "");
    let ours = served_over_time(&mut host, case);
    assert!(
        host.log().contains("res_pjsip_phoneprov_provider/module.rs: the Rust module, version "),
        "our module is not the one that ran"
    );
    for (step, (theirs, ours)) in theirs.iter().zip(&ours).enumerate() {
        let differences = theirs.differences(ours);
        assert!(differences.is_empty(), "after {step} reloads:\n{differences}");
    }
    host.finish();
}

/// What is served at first, when res_phoneprov has thrown all phones away and asked for them again, and after each edit.
fn served_over_time(host: &mut Host, case: &Case) -> Vec<Served> {
    for (file, content) in &case.files {
        host.write(file, content);
    }
    host.start();
    let mut served = vec![Served::by(host)];
    host.cli("module reload res_phoneprov.so");
    served.push(Served::by(host));
    for edit in &case.edits {
        host.write("etc/pjsip.conf", &edit.pjsip);
        if edit.reloads_res_pjsip {
            host.cli("module reload res_pjsip.so");
        }
        host.reload();
        served.push(Served::by(host));
    }
    served
}

/// The host with the files of tests/parity/instance in it.
fn prepared(host: Host) -> Host {
    for dir in ["etc", "data/phoneprov"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/instance").join(dir);
        for entry in from.read_dir().expect("tests/parity/instance is part of the checkout") {
            let entry = entry.expect("the directory is readable");
            let name = entry.file_name();
            let content = std::fs::read(entry.path()).expect("the file is readable");
            host.write(&format!("{dir}/{}", name.to_string_lossy()), content);
        }
    }
    host
}

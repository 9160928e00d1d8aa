//! Templates are filled as Asterisk fills them: made-up ones, through its own substitution and through ours, inside a real 22
//! and a real 16 (`module.rs` is what they load). Settings come from the environment:
//! - `TEMPLATES`: how many (20,000, what `make test` runs);
//! - `SEED`: which, as printed by an earlier run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

use hosts::{Host, Kind};
use libtest_mimic::{Arguments, Trial};
use std::time::Duration;

/// What templates call functions of.
#[rustfmt::skip]
const MODULES: [&str; 13] = [
    "func_strings", "func_logic", "func_math", "func_cut", "func_base64", "func_uri", "func_md5", "func_sha1",
    "func_global", "func_env", "func_config", "func_db", "func_version",
];

/// A command may take so long.
const PATIENCE: Duration = Duration::from_secs(300);

/// So many are compared by one command.
const AT_ONCE: u64 = 1000;

fn main() {
    let wanted = Kind::wanted();
    let (count, seed) =
        (setting("TEMPLATES").unwrap_or(20_000), setting("SEED").unwrap_or_else(|| fastrand::u64(..1 << 60)));
    let mut trials = Vec::new();
    for &kind in Kind::REAL.iter().filter(|kind| wanted.contains(kind)) {
        trials.push(Trial::test(format!("{}::fills_templates_as_ours", kind.label()), move || {
            println!("SEED={seed} TEMPLATES={count}");
            compare(kind, count, seed);
            Ok(())
        }));
        trials.push(Trial::test(format!("{}::lives_through_the_largest_templates", kind.label()), move || {
            let mut host = start(kind);
            let answer = host.ask("substitution extremes", PATIENCE).expect("the host answers");
            assert!(answer.contains(" templates"), "{answer}");
            host.finish();
            Ok(())
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

/// A host that has loaded the module and nothing of ours else.
fn start(kind: Kind) -> Host {
    let mut host = Host::with_c_module(kind);
    let module = kind.module().with_file_name("substitution.so");
    std::fs::copy(&module, host.path("modules/substitution.so"))
        .unwrap_or_else(|error| panic!("{}: {error}; run make build HOST={}", module.display(), kind.name()));
    let modules: String = MODULES.iter().chain(&["substitution"]).map(|name| format!("load = {name}.so\n")).collect();
    host.write("etc/modules.conf", format!("[modules]\nautoload = no\n{modules}"));
    host.write("etc/substitution.conf", "[general]\nvalue = from a file\n");
    // Odd templates are complained of by the thousand.
    host.write("etc/logger.conf", "[logfiles]\nfull = notice\n");
    host.start();
    host.cli("database put family key \"from the database\"");
    host
}

fn compare(kind: Kind, count: u64, seed: u64) {
    let mut host = start(kind);
    let (mut forms, mut refused) = (0, 0);
    for begun in (0..count).step_by(AT_ONCE as usize) {
        let this_time = AT_ONCE.min(count - begun);
        let command = format!("substitution compare {this_time} {}", seed + begun);
        let answer = host.ask(&command, PATIENCE).expect("the host answers");
        assert!(answer.contains("no difference"), "{command}\n{answer}");
        // "1000 templates, 900 with forms, 0 refused, …"
        let numbers: Vec<u64> =
            answer.split(", ").filter_map(|part| part.split(' ').next()?.trim().parse().ok()).collect();
        forms += numbers[1];
        refused += numbers[2];
    }
    println!("{}: {count} templates, {forms} with forms, {refused} refused, no difference", kind.name());
    assert!(forms * 2 > count, "most templates say something");
    assert!(refused * 100 <= count, "hardly any goes beyond a bound");
    host.finish();
}

//! A database that says nothing must not hold up Asterisk.

use hosts::config::section;
use hosts::databases::{Database, Link, add, assert_becomes, fill, label, served, settings, status};
use hosts::{Connection, Host, Kind, eventually};
use std::fs;
use std::thread::scope;
use std::time::{Duration, Instant};

const MODULE: &str = "res_pjsip_phoneprov_provider.so";
const PHONES: usize = 3;
const MAC: &str = "0011223344aa";
/// Unload waits for two seconds, load and reload for three.
const PATIENCE: Duration = Duration::from_secs(6);

/// Has every question go without an answer.
fn silence(host: &Host, link: &mut Option<Link>) {
    match link {
        Some(link) => link.silence(),
        None => host.write("etc/realtime/silent", ""),
    }
    assert!(eventually(|| status(host, "Database").contains("has not answered for")), "it still answers");
}

fn restore(host: &Host, link: &mut Option<Link>) {
    match link {
        Some(link) => link.restore(),
        None => fs::remove_file(host.path("etc/realtime/silent")).unwrap(),
    }
}

fn assert_quick(kind: Kind, what: &str, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    let took = start.elapsed();
    assert!(took < PATIENCE || kind == Kind::Stub, "{what} took {took:?}");
}

pub fn holds_up_neither_reload_nor_unload_nor_load(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let mut link = database.serve(host);
    fill(&mut database, host, PHONES);
    let configure = |host: &Host, note: &str| {
        host.configure(settings("refresh_interval = 1") + &section("own", MAC, &format!("NOTE = {note}")));
    };
    configure(host, "0");
    host.start();
    silence(host, &mut link);

    configure(host, "1");
    assert_quick(host.kind, "a reload", || host.reload());
    assert_eq!(host.line(MAC)["NOTE"], "1");
    assert_eq!(served(host, PHONES), PHONES);
    assert_quick(host.kind, "unloading", || drop(host.cli(&format!("module unload {MODULE}"))));
    assert_eq!(host.phone(MAC).len(), 0);
    assert_quick(host.kind, "loading", || drop(host.cli(&format!("module load {MODULE}"))));
    assert_eq!(host.line(MAC)["NOTE"], "1");

    restore(host, &mut link);
    label(&mut database, host, 0, "answered");
    assert_becomes(host, 0, "LABEL", Some("answered"));

    silence(host, &mut link);
    assert_quick(host.kind, "stopping", || {
        if host.kind == Kind::Stub {
            return host.stop_gracefully();
        }
        // The module gives itself back, and with it the phones. Its driver's waits for the answer.
        let _ = host.ask("core stop gracefully", Duration::from_millis(100));
        let answer = || Connection::open(host.address()).and_then(|mut http| http.get(&format!("{MAC}.cfg")));
        assert!(eventually(|| !answer().is_ok_and(|answer| answer.status == 200)));
        restore(host, &mut link);
        host.stop_gracefully();
    });
}

/// Everybody asks at once, and the last word counts.
pub fn bears_reloads_at_once(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let mut link = database.serve(host);
    fill(&mut database, host, PHONES);
    host.configure("");
    host.start();
    if let Some(link) = &mut link {
        link.slow_down(Duration::from_millis(30));
    }
    for round in 0..3 {
        add(&mut database, host, PHONES..PHONES + 1);
        label(&mut database, host, 0, &format!("round {round}"));
        scope(|scope| {
            for command in [
                "pjsip reload phoneprovs",
                "pjsip reload phoneprovs phone-00000",
                "pjsip reload phoneprovs confirm",
                "module reload res_pjsip_phoneprov_provider.so",
                "module reload res_phoneprov.so",
            ] {
                let host = &*host;
                scope.spawn(move || host.cli(command));
            }
        });
        assert_becomes(host, 0, "LABEL", Some(&format!("round {round}")));
        assert_eq!(served(host, PHONES), PHONES);
    }
    // While reads are under way, some of which somebody waits for: then it is refused.
    host.configure(settings("refresh_interval = 1"));
    host.reload();
    for _ in 0..3 {
        scope(|scope| {
            let host = &*host;
            scope.spawn(move || host.cli("pjsip reload phoneprovs"));
            assert!(eventually(|| {
                host.cli(&format!("module unload {MODULE}"));
                served(host, PHONES) == 0
            }));
        });
        host.cli(&format!("module load {MODULE}"));
        assert!(eventually(|| served(host, PHONES) == PHONES));
    }
}

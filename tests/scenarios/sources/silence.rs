//! A database that says nothing must not hold up Asterisk.

use hosts::config::section;
use hosts::databases::{Database, Link, add, assert_becomes, fill, label, served, settings, status};
use hosts::{Connection, Host, Kind, eventually, unbroken};
use std::fs;
use std::thread::scope;
use std::time::Duration;

const MODULE: &str = "res_pjsip_phoneprov_provider.so";
const PHONES: usize = 3;
const MAC: &str = "0011223344aa";
/// What has not been answered after so long never will be.
const PATIENCE: Duration = Duration::from_secs(60);

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
    host.reload();
    assert_eq!(host.line(MAC)["NOTE"], "1");
    assert_eq!(served(host, PHONES), PHONES);
    host.cli(&format!("module unload {MODULE}"));
    assert_eq!(host.phone(MAC).len(), 0);
    host.cli(&format!("module load {MODULE}"));
    assert_eq!(host.line(MAC)["NOTE"], "1");
    // It has been silent all the time: whoever had waited for it would wait still.

    restore(host, &mut link);
    label(&mut database, host, 0, "answered");
    assert_becomes(host, 0, "LABEL", Some("answered"));

    silence(host, &mut link);
    if host.kind == Kind::Stub {
        return host.stop_gracefully();
    }
    // The module gives itself back, and with it the phones. Its driver waits for the answer.
    let _ = host.ask("core stop gracefully", Duration::from_millis(100));
    let answer = || Connection::open(host.address()).and_then(|mut http| http.get(&format!("{MAC}.cfg")));
    assert!(eventually(|| !answer().is_ok_and(|answer| answer.status == 200)));
    restore(host, &mut link);
    host.stop_gracefully();
}

/// A reload of `res_pjsip` waits for the database with Asterisk's list of modules locked.
pub fn answers_questions_while_a_reload_waits_for_it(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let mut link = database.serve(host);
    fill(&mut database, host, PHONES);
    host.configure(settings("refresh_interval = 1") + &section("own", MAC, ""));
    host.start();
    silence(host, &mut link);
    let is_locked = || host.ask("module show like nothing", Duration::from_millis(300)).is_err();
    scope(|scope| {
        let waiting = scope.spawn(|| host.ask("module reload res_pjsip.so", PATIENCE));
        assert!(eventually(is_locked), "the reload waits for nothing");
        for (question, part) in [
            ("pjsip list phoneprovs", "own"),
            ("pjsip show phoneprov own", "Section own"),
            ("pjsip show phoneprov status", "has not answered for"),
            ("pjsip check phoneprovs", "A reload would"),
        ] {
            let answer = host.ask(question, PATIENCE).unwrap_or_else(|error| panic!("{question}: {error}"));
            assert!(answer.contains(part), "{question}: {answer}");
        }
        assert!(is_locked(), "it does not wait any more");
        restore(host, &mut link);
        waiting.join().unwrap().unwrap();
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

/// Whoever checks while it is silent must know what of.
pub fn has_a_check_tell_the_age_of_its_rows(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let mut link = database.serve(host);
    fill(&mut database, host, PHONES);
    host.configure(settings("refresh_interval = 1"));
    host.start();
    assert!(!host.cli("pjsip check phoneprovs").contains("The database did not answer"));
    assert!(
        unbroken(&host.cli("pjsip show phoneprov status")).contains("Last known good is of no time: it is not kept")
    );
    silence(host, &mut link);
    let check = unbroken(&host.cli("pjsip check phoneprovs"));
    let told = check.split_once("The database did not answer: its rows are taken as they were ").map(|(_, rest)| rest);
    assert!(told.is_some_and(|told| told.contains(" s ago (20")), "{check}");
    assert!(status(host, "Rows are of").contains(" s ago)"), "{}", status(host, "Rows are of"));
    if host.kind != Kind::Stub {
        let mut ami = host.ami("system");
        let answer = ami.action("PJSIPPhoneprovCheck", &[]);
        assert!(answer.iter().any(|message| message.get("RowsOf").is_some_and(|at| at.ends_with('Z'))), "{answer:?}");
        let answer = ami.action("PJSIPShowPhoneprovStatus", &[]);
        assert_eq!(answer[1].get("DatabaseUp"), Some("No"), "{answer:?}");
        assert!(answer[1].get("DataAge").is_some_and(|age| age.parse::<u64>().is_ok()), "{answer:?}");
    }
    restore(host, &mut link);
    assert!(eventually(|| status(host, "Database") == "answers"), "{}", status(host, "Database"));
}

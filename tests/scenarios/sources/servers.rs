//! What befalls a real server, and what phones and people notice of it: the same for PostgreSQL and, through ODBC, MariaDB.

use hosts::databases::{Columns, Database, Server, add, assert_becomes, fill, label, served, settings, status, value};
use hosts::phones::{Got, Phones, fetch_during, file, id};
use hosts::{Host, eventually};
use std::thread::scope;
use std::time::Duration;

/// Enough for a loss of all of them to be held back.
const PHONES: usize = 12;
/// What has not been answered after so long never will be.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn freeze_and_die(host: &mut Host) {
    freezes_and_dies(host, Database::of(host.kind));
}

pub fn freeze_and_die_behind_odbc(host: &mut Host) {
    freezes_and_dies(host, Database::through_odbc());
}

fn freezes_and_dies(host: &mut Host, mut database: Database) {
    let _link = database.serve(host);
    fill(&mut database, host, PHONES);
    host.configure(settings("refresh_interval = 1"));
    host.start();
    let mut ami = host.ami("system");
    type Way = (&'static str, fn(&mut Server), fn(&mut Server));
    let ways: [Way; 2] = [
        ("has not answered for", |server| server.freeze(), |server| server.thaw()),
        ("does not answer", Server::kill, Server::start_again),
    ];
    all_are_served_while(host, || {
        for (told, away, back) in ways {
            away(database.server());
            let event = ami.wait_for_event("PhoneprovDatabaseAway");
            assert!(event.get("Reason").is_some_and(|reason| reason.contains(told)), "{event:?}");
            assert!(status(host, "Database").contains(told), "{}", status(host, "Database"));
            back(database.server());
            ami.wait_for_event("PhoneprovDatabaseBack");
            assert!(eventually(|| status(host, "Database") == "answers"), "{}", status(host, "Database"));
            label(&mut database, host, 0, told);
            assert_becomes(host, 0, "LABEL", Some(told));
        }
    });
    let own = |line: &&String| line.contains(" ERROR[") && line.contains("phones stay as they are");
    assert_eq!(host.errors().iter().filter(own).count(), ways.len(), "once for each time: {:#?}", host.errors());
}

/// Runs it while clients fetch, who get all that they ask for.
fn all_are_served_while(host: &Host, work: impl FnOnce()) {
    let ((), got): ((), Got) = fetch_during(host.address(), 2, (Phones::Shared, PHONES), work);
    got.assert_all_good();
    assert_eq!(served(host, PHONES), PHONES);
}

pub fn have_their_tables_made_again(host: &mut Host) {
    let drop_all = "drop schema public cascade; create schema public;";
    follows_tables_that_are_made_again(host, Database::of(host.kind), drop_all);
}

pub fn have_their_tables_made_again_behind_odbc(host: &mut Host) {
    let drop_all = "drop database asterisk; create database asterisk;";
    follows_tables_that_are_made_again(host, Database::through_odbc(), drop_all);
}

fn follows_tables_that_are_made_again(host: &mut Host, mut database: Database, drop_all: &str) {
    let _link = database.serve(host);
    fill(&mut database, host, PHONES);
    host.configure(settings("refresh_interval = 1\nconfirm_after = 600"));
    host.start();
    all_are_served_while(host, || {
        // No row is written for this, and so the version stays what it is.
        database.sql("alter table ps_phoneprov add column \"NOTE\" varchar(80) default 'of all'");
        host.cli("pjsip reload phoneprovs");
        assert_eq!(value(host, 2, "NOTE").as_deref(), Some("of all"));
        let note: Columns = &[("NOTE", Some("its own"))];
        database.set(host, "ps_phoneprov", [(id(1), note)]);
        assert_becomes(host, 1, "NOTE", Some("its own"));
    });
    all_are_served_while(host, || {
        database.sql(drop_all);
        let is_away = || status(host, "Database").contains("does not answer for ps_phoneprov");
        assert!(eventually(is_away), "{}", status(host, "Database"));
        database.make_tables();
        let is_held = || status(host, "Database").starts_with("held back: ");
        assert!(eventually(is_held), "{}", status(host, "Database"));
        fill(&mut database, host, PHONES);
        assert!(eventually(|| status(host, "Database") == "answers"), "{}", status(host, "Database"));
        assert_becomes(host, 1, "NOTE", Some(""));
        label(&mut database, host, 0, "made again");
        assert_becomes(host, 0, "LABEL", Some("made again"));
        add(&mut database, host, PHONES..PHONES + 1);
        assert_becomes(host, PHONES, "LABEL", Some("12"));
    });
}

pub fn have_values_of_any_size_and_bytes(host: &mut Host) {
    let database = Database::of(host.kind);
    database
        .sql("alter table ps_phoneprov add column \"NOTE\" text; alter role asterisk set client_encoding = 'latin1'");
    takes_any_value(host, database);
}

pub fn have_values_of_any_size_and_bytes_behind_odbc(host: &mut Host) {
    let database = Database::through_odbc();
    database.sql("alter table ps_phoneprov add column \"NOTE\" mediumtext");
    takes_any_value(host, database);
}

/// The database tells texts in latin-1, as its user or its driver is set.
fn takes_any_value(host: &mut Host, mut database: Database) {
    let _link = database.serve(host);
    if let Database::MariaDb(_) = database {
        host.write("etc/odbc.ini", host.read("etc/odbc.ini") + "Charset = latin1\n");
    }
    let long = "0123456789abcdef".repeat(65536);
    fill(&mut database, host, PHONES);
    label(&mut database, host, 1, "Zoë & Søren");
    let note: Columns = &[("NOTE", Some(&long))];
    database.set(host, "ps_phoneprov", [(id(2), note)]);
    host.configure(settings("refresh_interval = 1\nlast_known_good = yes"));
    host.start();
    assert_eq!(value(host, 2, "NOTE").map(|note| note == long), Some(true), "a megabyte");
    let is_there = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|each| each == part);
    let label_of = |phone| host.fetch(&file(phone)).body;
    assert!(is_there(&label_of(1), b"LABEL=Zo\xeb & S\xf8ren\n"), "{}", String::from_utf8_lossy(&label_of(1)));
    // Whoever is shown it gets letters.
    let shown = host.cli(&format!("pjsip show phoneprov {}", id(1)));
    assert!(shown.contains("Zo\u{fffd}") || shown.contains("Zo\\xeb"), "{shown}");
    assert_eq!(status(host, "Database"), "answers");

    // They are kept for a start without it, and followed.
    let kept = || std::fs::read(host.path("spool/phoneprov/last_known_good")).unwrap_or_default();
    assert!(eventually(|| is_there(&kept(), b"Zo\xeb") && is_there(&kept(), long.as_bytes())));
    let note: Columns = &[("NOTE", Some(&long[1..]))];
    database.set(host, "ps_phoneprov", [(id(2), note)]);
    assert!(eventually(|| value(host, 2, "NOTE").is_some_and(|note| note == long[1..])));
    label(&mut database, host, 1, "Zoé");
    assert!(eventually(|| is_there(&label_of(1), b"LABEL=Zo\xe9\n")));
    assert_eq!(host.problems(), [""; 0]);
}

pub fn have_transactions_that_last(host: &mut Host) {
    let lock = ("begin; lock table ps_phoneprov in access exclusive mode", "commit");
    waits_for_no_transaction(host, Database::of(host.kind), lock);
}

pub fn have_transactions_that_last_behind_odbc(host: &mut Host) {
    waits_for_no_transaction(host, Database::through_odbc(), ("lock tables ps_phoneprov write", "unlock tables"));
}

fn waits_for_no_transaction(host: &mut Host, mut database: Database, (lock, unlock): (&str, &str)) {
    let _link = database.serve(host);
    fill(&mut database, host, PHONES);
    host.configure(settings("refresh_interval = 1"));
    host.start();
    let reads = || status(host, "Database reads").parse::<u64>().unwrap();

    // Somebody has written and not committed: nobody sees it, and nobody waits for him.
    let mut writer = database.server().session();
    writer.sql(&format!("begin; update ps_phoneprov set label = 'at last' where id = '{}'", id(0)));
    writer.sql(&format!("delete from ps_phoneprov where id <> '{}'", id(0)));
    all_are_served_while(host, || {
        let before = reads();
        assert!(eventually(|| reads() > before + 2), "it waits");
        host.cli("pjsip reload phoneprovs");
        assert_eq!(status(host, "Database"), "answers");
        assert_eq!(value(host, 0, "LABEL").as_deref(), Some("0"));
    });
    drop(writer);
    let mut writer = database.server().session();
    writer.sql(&format!("begin; update ps_phoneprov set label = 'at last' where id = '{}'", id(0)));
    let before = reads();
    assert!(eventually(|| reads() > before + 2), "it waits");
    writer.sql("commit");
    assert_becomes(host, 0, "LABEL", Some("at last"));

    // Somebody has a whole table for himself, as whoever changes its columns: reading it waits, and nobody else does.
    writer.sql(lock);
    all_are_served_while(host, || {
        scope(|scope| {
            let reload = scope.spawn(|| host.ask("pjsip reload phoneprovs", PATIENCE).unwrap());
            let is_told = || status(host, "Database").contains("has not answered for");
            assert!(eventually(is_told), "{}", status(host, "Database"));
            let answer = reload.join().unwrap();
            assert!(answer.contains("has not answered yet"), "{answer}");
        });
        writer.sql(unlock);
        assert!(eventually(|| status(host, "Database") == "answers"), "{}", status(host, "Database"));
    });
    label(&mut database, host, 0, "afterwards");
    assert_becomes(host, 0, "LABEL", Some("afterwards"));
}

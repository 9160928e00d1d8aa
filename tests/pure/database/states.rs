//! A whole state of the database or none.

use super::played::{Answer, PATIENCE, Played, Queries, eventually, rows, start, start_with};
use super::world::News;
use crate::phone::database::belief::Reading;
use crate::phone::database::rows::{Fall, Rows};
use crate::phone::object_type::ObjectType;
use crate::phone::settings::Settings;
use parking_lot::Mutex;
use std::ffi::{CStr, CString};
use std::time::Duration;

/// One section that names that endpoint, and these endpoints.
fn state(endpoint: &CStr, endpoints: &[&CStr]) -> Reading {
    let mut rows = Rows::default();
    let section = [(c"endpoint", endpoint), (c"mac", c"1")].into_iter().collect();
    rows.set(ObjectType::Phoneprov, vec![(c"desk".into(), section)]);
    let row = |id: &&CStr| ((*id).into(), [(c"callerid", c"x")].into_iter().collect());
    rows.set(ObjectType::Endpoint, endpoints.iter().map(row).collect());
    Reading { rows, ..Reading::default() }
}

fn all(endpoint: &CStr, endpoints: &[&CStr]) -> Answer {
    Answer::All(Box::new(state(endpoint, endpoints)))
}

fn is_believed(shared: &super::record::Shared, expected: &Reading) -> bool {
    shared.believed.rows().is_some_and(|rows| *rows == expected.rows)
}

#[test]
fn half_a_change_is_read_again() {
    let desk = start(vec![
        all(c"alice", &[c"alice"]),
        // A rename, between whose two tables the first was read; then another.
        all(c"alice", &[c"bob"]),
        all(c"bob", &[c"carol"]),
        all(c"carol", &[c"carol"]),
    ]);
    (0..2).for_each(|_| desk.read(PATIENCE).unwrap());
    assert!(is_believed(&desk.shared, &state(c"carol", &[c"carol"])));
    assert_eq!(desk.played.queries.lock().tables, 4);
    assert_eq!(desk.stop(), []);
}

#[test]
fn what_is_missing_each_time_is_believed_to_be_missing() {
    let lost = || all(c"alice", &[c"bob"]);
    let desk = start([all(c"alice", &[c"alice"])].into_iter().chain((0..7).map(|_| lost())).collect());
    (0..2).for_each(|_| desk.read(PATIENCE).unwrap());
    assert!(is_believed(&desk.shared, &state(c"alice", &[c"bob"])));
    let queries = desk.played.queries.lock().tables;
    desk.read(PATIENCE).unwrap();
    assert_eq!(desk.played.queries.lock().tables, queries + 1, "from then on that is known");
    desk.stop();
}

#[test]
fn half_changes_without_an_end_are_not_believed() {
    let torn = (0..40).map(|number| {
        let name = CString::new(format!("endpoint-{number}")).unwrap();
        all(&name, &[c"other"])
    });
    let desk = start([all(c"alice", &[c"alice"])].into_iter().chain(torn).collect());
    (0..2).for_each(|_| desk.read(PATIENCE).unwrap());
    assert!(is_believed(&desk.shared, &state(c"alice", &[c"alice"])), "what was known stays");
    assert!(desk.shared.record.lock().unrest_since.is_some());
    desk.stop();
}

#[test]
fn tables_of_one_version_are_one_state() {
    let played = Played {
        answers: Mutex::new(vec![
            all(c"alice", &[c"alice"]),
            all(c"alice", &[c"alice", c"bob"]),
            all(c"bob", &[c"alice", c"bob"]),
            all(c"bob", &[c"bob"]),
        ]),
        versions: Mutex::new(vec![c"1", c"1", c"1", c"2", c"3", c"3"]),
        ..Played::default()
    };
    let desk = start_with(played, Settings::DEFAULT);
    desk.read(PATIENCE).unwrap();
    assert_eq!(*desk.played.queries.lock(), Queries { versions: 2, tables: 1 });
    // Nothing is missing in any of them.
    desk.read(PATIENCE).unwrap();
    assert!(is_believed(&desk.shared, &state(c"bob", &[c"bob"])));
    assert_eq!(*desk.played.queries.lock(), Queries { versions: 6, tables: 4 });
    assert_eq!(desk.stop(), []);
}

#[test]
fn an_unchanged_version_costs_one_question() {
    let played = Played {
        answers: Mutex::new(vec![Answer::Rows(3), Answer::Rows(4), Answer::Rows(5)]),
        versions: Mutex::new(vec![c"1"]),
        ..Played::default()
    };
    let often = Settings { refresh_interval: Some(Duration::from_millis(1)), ..Settings::DEFAULT };
    let desk = start_with(played, often);
    assert!(eventually(|| desk.played.queries.lock().versions > 10));
    assert_eq!(desk.played.queries.lock().tables, 1);
    desk.read(PATIENCE).unwrap();
    assert_eq!(desk.believed(), 4, "who asks wants to know");
    desk.played.versions.lock().push(c"2");
    assert!(eventually(|| desk.believed() == 5));
    assert_eq!(desk.stop(), [News::VersionStands], "it had changed all the same");
}

#[test]
fn what_an_outage_ends_with_is_read_whatever_its_version() {
    let played =
        Played { answers: Mutex::new(vec![Answer::Rows(3)]), versions: Mutex::new(vec![c"1"]), ..Played::default() };
    let often = Settings { refresh_interval: Some(Duration::from_millis(1)), ..Settings::DEFAULT };
    let desk = start_with(played, often);
    assert!(eventually(|| desk.believed() == 3));
    desk.read(PATIENCE).unwrap();
    assert!(desk.shared.record.lock().fault.is_some(), "it has no more answers");
    desk.played.answers.lock().push(Answer::Rows(4));
    assert!(eventually(|| desk.believed() == 4), "by itself");
    desk.stop();
}

#[test]
fn rows_that_the_driver_skips_are_read_again_and_stay() {
    let short = |given, counted| Reading {
        rows: rows(given),
        counted: vec![(ObjectType::Phoneprov, counted)],
        ..Reading::default()
    };
    let desk =
        start(vec![Answer::Rows(30), Answer::All(Box::new(short(29, 30))), Answer::All(Box::new(short(31, 31)))]);
    (0..2).for_each(|_| desk.read(PATIENCE).unwrap());
    assert_eq!(desk.believed(), 31, "once more, and all were there");
    desk.played.answers.lock().extend((0..10).map(|_| Answer::All(Box::new(short(20, 31)))));
    desk.read(PATIENCE).unwrap();
    assert_eq!(desk.believed(), 31);
    let held: Vec<Fall> = desk.shared.record.lock().held_back.iter().map(|held| held.fall).collect();
    assert_eq!(
        held.iter().map(|fall| (fall.before, fall.after, fall.is_certain())).collect::<Vec<_>>(),
        [(31, 20, false)]
    );
    let news = desk.stop();
    assert!(matches!(news[..], [News::Short { counted: 31, given: 20, .. }, News::HeldBack(..)]), "{news:?}");
}

#[test]
fn a_table_that_falls_holds_up_no_other() {
    let named = |auth: &CStr, callerid: &CStr, auths: usize| {
        let mut reading = state(c"alice", &[c"alice"]);
        let endpoint = [(c"callerid", callerid), (c"auth", auth)].into_iter().collect();
        reading.rows.replace(ObjectType::Endpoint, c"alice", Some(endpoint));
        let row = |number: usize| {
            (CString::new(format!("a{number:02}")).unwrap(), [(c"username", c"u")].into_iter().collect())
        };
        reading.rows.set(ObjectType::Auth, (0..auths).map(row).collect());
        reading
    };
    let fallen = || Answer::All(Box::new(named(c"a19", c"new", 3)));
    let desk =
        start([Answer::All(Box::new(named(c"a18", c"old", 20)))].into_iter().chain((0..9).map(|_| fallen())).collect());
    (0..2).for_each(|_| desk.read(PATIENCE).unwrap());
    let believed = desk.shared.believed.rows().unwrap();
    assert_eq!(believed.table(ObjectType::Auth).map(Vec::len), Some(20));
    let endpoint = believed.get(ObjectType::Endpoint, c"alice").unwrap();
    assert_eq!(endpoint.get(c"callerid"), Some(c"new"));
    let queries = desk.played.queries.lock().tables;
    desk.read(PATIENCE).unwrap();
    assert_eq!(desk.played.queries.lock().tables, queries + 1, "it is not read again and again while it is held back");
    let news = desk.stop();
    assert!(matches!(news[..], [News::HeldBack(Fall { before: 20, after: 3, .. }, _)]), "{news:?}");
}

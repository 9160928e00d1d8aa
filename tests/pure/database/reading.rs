//! What the reader does with what it is asked for, and what it believes.

use super::ask::{Ask, Task, Waiting};
use super::played::{Answer, PATIENCE, RETRY, eventually, start};
use super::world::News;
use crate::mailbox::Note;
use crate::phone::database::rows::Fall;
use crate::phone::settings::Settings;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

#[test]
fn a_panic_leaves_nobody_waiting_and_the_next_read_works() {
    let desk = start(vec![Answer::Rows(3), Answer::Panic, Answer::Rows(4)]);
    assert_eq!(desk.read(PATIENCE), Ok(()));
    assert_eq!(desk.read(PATIENCE), Ok(()), "whoever waits is answered");
    assert!(desk.shared.record.lock().asking.is_none());
    assert_eq!(desk.believed(), 3);
    assert_eq!(desk.read(PATIENCE), Ok(()));
    assert_eq!(desk.believed(), 4);
    assert_eq!(desk.stop(), []);
}

#[test]
fn a_fall_is_held_back_and_told_once() {
    let desk = start(vec![Answer::Rows(100), Answer::Rows(3), Answer::Rows(3)]);
    (0..3).for_each(|_| desk.read(PATIENCE).unwrap());
    assert_eq!(desk.believed(), 100);
    assert!(matches!(desk.stop().as_slice(), [News::HeldBack(Fall { before: 100, after: 3, .. }, _)]));
}

#[test]
fn an_outage_is_told_once_and_so_is_its_end() {
    let desk = start(vec![]);
    (0..3).for_each(|_| desk.read(PATIENCE).unwrap());
    desk.played.answers.lock().push(Answer::Rows(1));
    desk.read(PATIENCE).unwrap();
    assert_eq!(desk.stop(), [News::Away("away".into(), RETRY), News::Back]);
}

#[test]
fn whoever_loses_patience_is_followed_by_the_worker_instead() {
    let (go_on, until) = mpsc::channel();
    let desk = start(vec![Answer::Wait(until)]);
    assert_eq!(desk.read(Duration::from_millis(1)), Err(RecvTimeoutError::Timeout));
    drop(go_on);
    let deadline = Instant::now() + PATIENCE;
    let mut notes = Vec::new();
    while !notes.iter().any(|note| matches!(note, Note::DatabaseSpoke)) && Instant::now() < deadline {
        let mail = desk.shared.mailbox.wait(Some(deadline), true).unwrap();
        notes.extend(mail.letters.into_iter().map(|letter| letter.note));
    }
    assert!(notes.iter().any(|note| matches!(note, Note::DatabaseSpoke)), "{notes:?}");
    assert_eq!(desk.believed(), 1);
    desk.stop();
}

#[test]
fn those_who_ask_while_it_is_read_are_answered_with_one_more_read() {
    let (go_on, until) = mpsc::channel();
    let desk = start(vec![Answer::Wait(until), Answer::Rows(2)]);
    let answers: Vec<_> = (0..20)
        .map(|_| {
            let (waiting, answer) = Waiting::new();
            desk.asks.send(Ask::Read(Task::all(), waiting)).unwrap();
            answer
        })
        .collect();
    drop(go_on);
    answers.into_iter().for_each(|answer| answer.wait(PATIENCE).unwrap());
    assert!(desk.shared.record.lock().reads <= 3, "not one for each");
    desk.stop();
}

#[test]
fn memory_is_given_back_at_once_or_where_nothing_has_changed_since() {
    let desk = start(vec![Answer::Rows(3), Answer::Rows(4), Answer::Rows(4)]);
    desk.played.versions.lock().extend([c"1", c"1", c"2", c"2", c"3"]);
    let given_back = |wanted: &[usize]| eventually(|| *desk.played.given_back.lock() == wanted);
    desk.read(PATIENCE).unwrap();
    assert!(given_back(&[3]), "it will be long until the next one");

    // One that comes soon takes the same memory, and there is one as long as something changes.
    let soon = Settings { refresh_interval: Some(Duration::from_millis(1)), ..Settings::DEFAULT };
    desk.asks.send(Ask::Configure(soon)).unwrap();
    assert!(given_back(&[3, 8]), "{:?}", desk.played.given_back.lock());
    assert_eq!(desk.played.queries.lock().tables, 3);
    desk.stop();
}

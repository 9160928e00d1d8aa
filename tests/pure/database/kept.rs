//! The file of what the database said last: when it is written, and when it is deleted.

use super::ask::Ask;
use super::played::{Answer, Kept, PATIENCE, Played, RETRY, SETTINGS, eventually, start, start_with};
use super::world::News;
use crate::phone::settings::Settings;
use parking_lot::Mutex;

#[test]
fn a_save_that_failed_is_tried_again_and_told_once() {
    let played = Played { answers: Mutex::new(vec![Answer::Rows(3)]), failures: Mutex::new(1), ..Played::default() };
    let desk = start_with(played, SETTINGS);
    desk.read(PATIENCE).unwrap();
    assert!(eventually(|| *desk.played.kept.lock() == [Kept::Saved(3)]), "nothing else happens meanwhile");
    assert!(desk.shared.record.lock().kept.is_some());
    assert_eq!(desk.stop(), [News::NotKept("no room".into(), RETRY), News::Kept]);
}

#[test]
fn it_is_written_when_something_changed() {
    let desk = start(vec![Answer::Rows(3), Answer::Rows(3), Answer::Rows(4)]);
    (0..3).for_each(|_| desk.read(PATIENCE).unwrap());
    assert!(eventually(|| desk.played.kept.lock().len() == 2));
    assert_eq!(*desk.played.kept.lock(), [Kept::Saved(3), Kept::Saved(4)]);
    desk.stop();
}

#[test]
fn it_is_deleted_when_nobody_wants_it() {
    let desk = start(vec![Answer::Rows(3)]);
    desk.read(PATIENCE).unwrap();
    desk.asks.send(Ask::Configure(Settings::DEFAULT)).unwrap();
    assert!(eventually(|| desk.played.kept.lock().len() == 2));
    assert_eq!(*desk.played.kept.lock(), [Kept::Saved(3), Kept::Forgotten]);
    assert!(eventually(|| desk.shared.record.lock().kept.is_none()));
    desk.stop();

    // One that was left by an earlier load goes when the database has answered: until then it may be needed after all.
    let desk = start_with(Played::default(), Settings::DEFAULT);
    desk.read(PATIENCE).unwrap();
    desk.played.answers.lock().push(Answer::Rows(3));
    assert_eq!(desk.played.kept.lock().len(), 0);
    desk.read(PATIENCE).unwrap();
    assert!(eventually(|| *desk.played.kept.lock() == [Kept::Forgotten]));
    desk.stop();
}

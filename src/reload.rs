//! Reading the configuration again because somebody asked for it, on the console or over AMI.

use crate::asterisk::sorcery::observer::Event;
use crate::asterisk::{module, res_pjsip};
use crate::database::{self, Outcome, Task};
use crate::inspect::Applied;
use crate::phone::text::Shown;
use crate::sections::{self, Phoneprov};
use crate::sync::{self, Busy, Cause, Nested};
use crate::worker::Worker;
use std::ffi::CStr;
use std::time::Duration;

/// So long somebody who asks waits for the database.
const PATIENCE: Duration = Duration::from_secs(15);

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reload {
    /// It is done, with that result.
    Done(String),
    /// It will be done: another thread is reloading something, or the database has not answered yet.
    Later(&'static str),
    /// It could not be done.
    Failed(String),
}

/// Reads our sections again, and the database or that one section of it; what it says is believed if `confirm` is given.
/// In the thread of whoever asks, which holds no lock.
pub fn reload(only: Option<&CStr>, confirm: bool) -> Reload {
    if !sync::is_on() {
        return Reload::Failed("the module is not loaded".to_owned());
    }
    let is_there = |id: &CStr| {
        let sorcery = res_pjsip::sorcery()?;
        sections::find::<Phoneprov>(sorcery, database::current().as_ref(), id).map(drop)
    };
    let was_there = only.and_then(is_there);
    let reloaded = res_pjsip::wait_servant(|| {
        if let Some(sorcery) = res_pjsip::sorcery() {
            sections::reload(sorcery);
        }
    });
    if reloaded.is_err() {
        return Reload::Failed("res_pjsip took no task to read pjsip.conf again; try once more".to_owned());
    }
    let read = database::read(Task::asked_for(only, confirm), PATIENCE);
    if module::with_list_locked(|| sync::sync(Cause::Command, || true, Nested::No)).unwrap_or(Err(Busy)).is_err() {
        Worker::note(Event::Changed);
        return Reload::Later("another thread is reloading a module; the change is followed when that is done");
    }
    if read == Outcome::Late {
        return Reload::Later("the database has not answered yet; the change is followed when it does");
    }
    let record = database::record().unwrap_or_default();
    if let Some(fault) = record.fault {
        return Reload::Failed(fault);
    }
    if let Some(id) = only.filter(|id| was_there.or_else(|| is_there(id)).is_none()) {
        return Reload::Failed(format!("there is no phoneprov section '{}'", Shown(id)));
    }
    if let Some((fall, _)) = record.held_back.filter(|_| only.is_none()) {
        let words = database::in_words(fall);
        return Reload::Failed(format!("{words}: held back; say 'pjsip reload phoneprovs confirm' if that is right"));
    }
    let last = Applied::now().and_then(|applied| applied.record.last);
    Reload::Done(last.map(|last| last.result).unwrap_or_default())
}

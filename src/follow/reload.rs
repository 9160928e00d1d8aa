//! Reading the configuration again because somebody asked for it, on the console or over AMI, or by reloading the module.

use super::tell::{Asked, tell};
use crate::asterisk::logger::error;
use crate::asterisk::module::{self, ListLocked};
use crate::asterisk::res_pjsip;
use crate::mailbox::Note;
use crate::phone::evaluated::Prepared;
use crate::phone::object_type::ObjectType;
use crate::report::Cause;
use crate::serve::loaded::Loaded;
use crate::serve::stopped;
use crate::serve::sync::{self, Busy, Nested};
use crate::sources::database::{self, Outcome, Task};
use crate::sources::sections::{self, Phoneprov};
use crate::text::Shown;
use std::ffi::CStr;
use std::time::Duration;

/// So long somebody who asks waits for the database.
const PATIENCE: Duration = Duration::from_secs(15);

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reload {
    /// It is done: in words, and how many phones were changed.
    Done { result: String, changes: usize },
    /// It will be done: another thread is reloading something, or the database has not answered yet.
    Later(&'static str),
    /// It could not be done.
    Failed(String),
}

/// `res_pjsip` took no task to read pjsip.conf again.
struct NoServant;

/// Has sorcery read our sections again.
fn read_sections(loaded: &Loaded) -> Result<(), NoServant> {
    loaded.untyped.look(&sections::files());
    // An unload waits for the servant, too.
    let _reading = loaded.readers.begin().ok_or(NoServant)?;
    let read = || {
        if let Some(sorcery) = res_pjsip::sorcery() {
            sections::reload(sorcery);
        }
    };
    res_pjsip::wait_servant(read).map_err(|_| NoServant)
}

/// Makes the new state served before it returns; if that is not possible now, the worker does it.
pub fn sync_now(locked: &ListLocked, loaded: &Loaded, cause: Cause, nested: Nested) {
    match sync::sync(locked, loaded, cause, &Prepared::new(), || true, nested) {
        Ok(report) => report.into_iter().for_each(|report| tell(report, Asked::For, loaded)),
        Err(Busy) => loaded.mailbox.post(Note::Changed),
    }
}

/// The module's own reload: when it returns, the new state is served.
pub fn of_module(locked: &ListLocked, loaded: &Loaded) {
    if read_sections(loaded).is_err() {
        error!("res_pjsip took no task to read pjsip.conf again; phones stay as they are, reload once more");
        return;
    }
    loaded.look_at_files();
    loaded.read_database(Task::all(), database::PATIENCE);
    sync_now(locked, loaded, Cause::Reload, Nested::InReload);
}

/// Reads our sections again, and the database or that one section of it; what it says is believed if `confirm` is given.
/// In the thread of whoever asks, which holds no lock.
pub fn on_demand(loaded: &Loaded, only: Option<&CStr>, confirm: bool) -> Reload {
    let is_there = |id: &CStr| sections::find::<Phoneprov>(&loaded.sources()?, id).map(drop);
    let was_there = only.and_then(is_there);
    if read_sections(loaded).is_err() {
        return Reload::Failed("res_pjsip took no task to read pjsip.conf again; try once more".to_owned());
    }
    loaded.look_at_files();
    let read = loaded.read_database(Task::asked_for(only, confirm), PATIENCE);
    let prepared = sync::prepare(loaded);
    let cause = if confirm { Cause::Confirm } else { Cause::Command };
    let synced = module::with_list_locked(|locked| sync::sync(locked, loaded, cause, &prepared, || true, Nested::No));
    let Ok(report) = synced.unwrap_or(Err(Busy)) else {
        loaded.mailbox.post(Note::Changed);
        return Reload::Later("another thread is reloading a module; the change is followed when that is done");
    };
    let Some(report) = report else {
        let reason =
            stopped::problem(loaded).map_or("the module is being unloaded".into(), |stopped| stopped.to_string());
        return Reload::Failed(format!("nothing was changed: {reason}"));
    };
    let (result, changes, held) = (report.summary(), report.changes.count(), report.held_back.clone());
    tell(report, Asked::For, loaded);
    if read == Outcome::Late {
        return Reload::Later("the database has not answered yet; the change is followed when it does");
    }
    let record = loaded.database.get().map(|database| database.record()).unwrap_or_default();
    if let Some(fault) = record.fault {
        return Reload::Failed(fault);
    }
    if let Some(id) = only.filter(|id| was_there.or_else(|| is_there(id)).is_none()) {
        let rows = loaded.believed.rows();
        let other = rows.as_ref().and_then(|rows| rows.other_spelling(ObjectType::Phoneprov, id));
        let other = other.map_or(String::new(), |other| format!("; there is one '{}'", Shown(other)));
        return Reload::Failed(format!("there is no phoneprov section '{}'{other}", Shown(id)));
    }
    if only.is_none() && record.unrest_since.is_some() {
        return Reload::Later("the database is being written to; it is read again until that is one state");
    }
    if let Some(held) = record.held_back.first().filter(|_| only.is_none()) {
        let words = database::in_words(held.fall);
        return Reload::Failed(format!("{words}: held back; say 'pjsip reload phoneprovs confirm' if that is right"));
    }
    if let Some(held) = held.filter(|_| only.is_none()) {
        return Reload::Failed(format!("{held}; if they are to go, say 'pjsip reload phoneprovs confirm' ({result})"));
    }
    Reload::Done { result, changes }
}

//! A sync: [`Pass`] after pass until one has done what there is to do, or a reload of `res_phoneprov` has.
//!
//! # Threads and locks
//!
//! Every sync runs with Asterisk's module list locked by its own thread, which [`ListLocked`] proves:
//! - in load, reload and unload, Asterisk has locked it;
//! - in `load_users`, whoever reloads `res_phoneprov` has locked it, and `res_phoneprov` its provider list;
//! - whoever follows a change ([`crate::follow`]) locks it for each sync.
//!
//! So there is never more than one sync, none runs while another thread reloads a module (`res_phoneprov` refuses phones in
//! the middle of its reload), and within a sync, reloading `res_phoneprov` works at once. The lock is recursive: that
//! reload calls `load_users` in the same thread.
//!
//! Under it, a sync takes the host's locks in the host's own order: sorcery's (reading), then `res_phoneprov`'s provider list
//! and its containers (applying). Whoever holds one of those never wants the module list's; sorcery's observers, who run
//! under its locks, only leave a note for the worker, and nobody ever waits for the worker.
//!
//! No lock of ours is held over a call into the host: what is served is taken out, worked on, and put back. Requests are held
//! ([`crate::http`]) by a count; the threads that wait for it are the HTTP server's, which hold nothing, and a sync waits for
//! a request for a second at most.

use super::loaded::Loaded;
use super::pass::{Better, Pass, REMOVALS_FOR_RELOAD, WholeReload, may_reload};
use super::served::Served;
use super::stopped;
use super::world::Now;
use crate::asterisk::logger::error;
use crate::asterisk::module::{self, ListLocked, ReloadError};
use crate::asterisk::{memory, options, phoneprov};
use crate::mailbox::Note;
use crate::phone::configuration::Interpreted;
use crate::phone::diff::Applied;
use crate::phone::evaluated::{Evaluator, Outcome, Prepared};
use crate::phone::fleet::Phone;
use crate::phone::users_conf;
use crate::report::{Cause, Report};
use crate::sources::{configuration, phoneprov_conf};
use std::sync::Arc;
use std::time::Instant;

/// Another thread reloads something; try again.
#[derive(Debug)]
pub struct Busy;

/// Makes syncs possible; nothing is applied yet.
pub fn start(locked: &ListLocked, loaded: &Loaded) {
    loaded.read_own(locked);
    loaded.replace_served(locked, Some(Served::default()));
}

/// Makes syncs impossible and forgets what is applied; the caller unregisters the provider next, which removes what is
/// left of it.
pub fn stop(locked: &ListLocked, loaded: &Loaded) -> Result<(), Busy> {
    let Some(served) = loaded.replace_served(locked, None) else { return Ok(()) };
    // When we are gone, nobody looks after it.
    stopped::notice_it(locked, loaded);
    let many = !served.spares_res_phoneprov && served.applied.len() > REMOVALS_FOR_RELOAD;
    if many && may_reload(loaded, phoneprov_conf::profiles().as_ref()) {
        match reload_res_phoneprov(locked, loaded) {
            Err(ReloadError::Busy) if !options::shutting_down() => {
                loaded.replace_served(locked, Some(served));
                return Err(Busy);
            }
            // Without it, unregistering the provider takes long and gets there too.
            Ok(()) | Err(_) => {}
        }
    }
    loaded.http.record.no_phones();
    Ok(())
}

/// Whether a sync runs inside a reload of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nested {
    /// In our own reload.
    InReload,
    /// In no reload.
    No,
}

/// Makes phones whose profiles call functions, with nothing locked: functions may take their time. What it made is used by
/// the sync that follows, as far as nothing has changed by then. Any thread; nothing is done where no profile calls any.
pub fn prepare(loaded: &Loaded) -> Prepared {
    let own = loaded.own();
    let Some(sources) = loaded.sources().filter(|_| own.profiles.ask_the_host()) else { return Prepared::new() };
    let (table, none) = (loaded.http.table(), Prepared::new());
    let mut world = Now::new(&loaded.http.warnings);
    let mut evaluator =
        Evaluator { profiles: &own.profiles, world: &mut world, pool: &loaded.pool, prepared: &none, is_hasty: false };
    configuration::read(&sources).interpret(|Interpreted { context, groups, .. }| {
        let phones = groups.iter().filter_map(|group| group.resolve(context, &mut Vec::new()));
        // Where both have a MAC, ours comes last, and is what is kept.
        let phones = users_conf::phones(&own.users, &own.profiles).into_iter().chain(phones);
        let make = |phone: Phone| {
            let before = table.phone(phone.mac.to_bytes());
            (phone.mac.into(), evaluator.evaluate(&phone, phone.fingerprint(), before))
        };
        phones.map(make).collect()
    })
}

/// Makes `res_phoneprov` hold what the configuration says now. `None` if nothing may be served, or if `res_phoneprov` has
/// died, of which it has told.
///
/// `prepared` is what [`prepare`] made before the list was locked. `settled` is asked before and after reading: if a reload of
/// all types began meanwhile (not every one is a module's), what was read is half old and half new.
pub fn sync(
    locked: &ListLocked,
    loaded: &Loaded,
    cause: Cause,
    prepared: &Prepared,
    settled: impl Fn() -> bool,
    nested: Nested,
) -> Result<Option<Report>, Busy> {
    let result = try_to_sync(locked, loaded, cause, prepared, settled, nested);
    if result.is_err() {
        if let Some(mut taken) = loaded.take_served(locked) {
            taken.served.record.put_off += 1;
        }
    }
    result
}

fn try_to_sync(
    locked: &ListLocked,
    loaded: &Loaded,
    cause: Cause,
    prepared: &Prepared,
    settled: impl Fn() -> bool,
    nested: Nested,
) -> Result<Option<Report>, Busy> {
    let mut whole_reload = WholeReload::IfBetter;
    loop {
        if loaded.http.place.has_lost_res_phoneprov() {
            return match settled() {
                true => Ok(serve_anew(locked, loaded, cause)),
                false => Err(Busy),
            };
        }
        let Some(mut taken) = loaded.take_served(locked) else { return Ok(None) };
        let lost = &Applied::default();
        let pass = Pass { loaded, began: Instant::now(), cause, prepared, lost, settled: &settled, whole_reload };
        let result = pass.run(locked, &mut taken.served);
        match result {
            Ok(report) => return Ok(Some(report)),
            Err(Better::Later) => return Err(Busy),
            Err(Better::WholeReload(_)) if nested == Nested::InReload && options::locks_config_dir() => {
                return Err(Busy);
            }
            Err(Better::WholeReload(made)) => taken.served.whole_reload = Some((cause, made)),
        }
        drop(taken);
        let reloaded = reload_res_phoneprov(locked, loaded);
        let Some(mut taken) = loaded.take_served(locked) else { return Ok(None) };
        // A reload that did not come about is none of ours when somebody else has it done.
        taken.served.whole_reload = None;
        match reloaded {
            // load_users has done the work.
            Ok(()) => return Ok(taken.served.of_whole_reload.take()),
            Err(ReloadError::Busy) => return Err(Busy),
            Err(ReloadError::Failed) => whole_reload = WholeReload::Never,
        }
    }
}

/// Gives all phones to a `res_phoneprov` that has stopped, if it can be started again; `None` if it cannot, or nothing may be
/// served.
fn serve_anew(locked: &ListLocked, loaded: &Loaded, cause: Cause) -> Option<Report> {
    if !stopped::start_again(locked, loaded, cause) {
        return None;
    }
    loaded.take_served(locked)?.served.whole_reload = Some((cause, Prepared::new()));
    // It has load_users called, which does the work.
    if phoneprov::register_again(locked).is_err() {
        error!(
            "res_phoneprov runs again, and refused the registration (look above): phones stay as they are; restart Asterisk"
        );
    }
    let mut taken = loaded.take_served(locked)?;
    taken.served.whole_reload = None;
    taken.served.of_whole_reload.take()
}

/// `res_phoneprov` has thrown all phones away and wants them again; it calls for this with its provider list locked. If it
/// was reloaded by a sync, the report is that sync's to return.
pub fn everything_was_lost(locked: &ListLocked, loaded: &Loaded) -> Option<Report> {
    let mut taken = loaded.take_served(locked)?;
    // Phones are missing already: a request that comes now had better wait for them.
    let _held = loaded.http.holding.hold_new();
    loaded.read_own(locked);
    taken.served.refusals.forget();
    let lost = std::mem::take(&mut taken.served.applied);
    // What is lost was another thread's memory, perhaps: without this, it and what is added would both have their room.
    memory::give_back_after(lost.len());
    let whole_reload = taken.served.whole_reload.take();
    let is_ours = whole_reload.is_some();
    let (cause, mut prepared) = whole_reload.unwrap_or((Cause::ResPhoneprov, Prepared::new()));
    // No function is called here, where it could keep everybody from res_phoneprov's phones, but for phones that are new:
    // what was served goes on being served, and whether it is still right is looked at with nothing locked.
    for (mac, held) in &*lost {
        let unsteady = Vec::new();
        prepared.entry(mac.clone()).or_insert_with(|| Outcome { evaluated: Arc::clone(&held.evaluated), unsteady });
    }
    if loaded.own().profiles.ask_the_host() {
        loaded.mailbox.post(Note::Changed);
    }
    let pass = Pass {
        loaded,
        began: Instant::now(),
        cause,
        prepared: &prepared,
        lost: &lost,
        settled: &|| true,
        whole_reload: WholeReload::Never,
    };
    let report = pass.run(locked, &mut taken.served).ok();
    if is_ours {
        taken.served.of_whole_reload = report;
        return None;
    }
    report
}

/// Reloads `res_phoneprov` with requests held, so that none sees it without phones.
fn reload_res_phoneprov(locked: &ListLocked, loaded: &Loaded) -> Result<(), ReloadError> {
    let _held = loaded.http.holding.hold();
    module::reload(locked, c"res_phoneprov")
}

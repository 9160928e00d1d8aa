//! What is done about a `res_phoneprov` that has stopped: it is kept from taking Asterisk down, and started again.
//!
//! A reload of it that finds phoneprov.conf unfit has it end itself, and leaves it listed as running: the next reload that finds
//! the file in order then takes Asterisk down (measured on 16 and 22). As soon as it counts as not running, Asterisk refuses
//! reloads of it, and loads it anew when it is asked to. Meanwhile phones of ours are answered from the last table.

use super::loaded::Loaded;
use super::served::Stopped;
use crate::asterisk::logger::{error, notice};
use crate::asterisk::module::ListLocked;
use crate::asterisk::{options, phoneprov};
use crate::phone::object_type::ObjectType;
use crate::phone::phoneprov_conf::unfit::Halt;
use crate::phone::problem::{Fault, Problem};
use crate::report::Cause;
use crate::sources::phoneprov_conf::{self, Stamp};
use std::ffi::CString;
use std::time::SystemTime;

/// What whoever looks regularly has to do about `res_phoneprov`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing: it runs, or there is no reason to try again.
    Nothing,
    /// It has stopped, and nobody has noticed: [`notice_it`].
    ToNotice,
    /// It may be started again, or somebody has done that: a sync does what is left.
    Sync,
}

/// What is to be done. `before` is phoneprov.conf at the last look: one that is still being written is left alone. Any thread.
pub fn due(loaded: &Loaded, before: &mut Option<Stamp>) -> Due {
    if !loaded.http.place.has_lost_res_phoneprov() {
        return Due::Nothing;
    }
    let Some(stopped) = loaded.stopped() else { return Due::ToNotice };
    let now = phoneprov_conf::stamp();
    let is_steady = std::mem::replace(before, now) == now;
    let may_start = is_steady && now != stopped.seen && !stopped.is_unloaded;
    if may_start || phoneprov::is_running() { Due::Sync } else { Due::Nothing }
}

/// What is wrong where it has stopped; `None` if it has not. Any thread; never waits for a sync.
pub fn problem(loaded: &Loaded) -> Option<Problem> {
    if !loaded.http.place.has_lost_res_phoneprov() {
        return None;
    }
    let halt = match loaded.stopped().as_deref() {
        Some(Stopped { is_unloaded: true, .. }) => Halt::Unloaded,
        Some(Stopped { why, is_final, .. }) => Halt::Stopped { why: why.clone(), is_final: *is_final },
        None => {
            let why = phoneprov_conf::unfit(phoneprov_conf::profiles().as_ref());
            Halt::Stopped { why, is_final: false }
        }
    };
    Some(Problem { object: ObjectType::Profile, section: CString::default(), fault: Fault::ResPhoneprov(halt) })
}

/// Notices that it has stopped, if that is so, and tells once.
pub fn notice_it(locked: &ListLocked, loaded: &Loaded) {
    let is_lost = loaded.http.place.has_lost_res_phoneprov() && !phoneprov::is_running();
    if !is_lost || options::shutting_down() {
        return;
    }
    let is_unloaded = phoneprov::is_unloaded(locked);
    // One that is listed as running although it is known to have stopped was loaded by somebody meanwhile, and has stopped again.
    if is_unloaded && loaded.stopped().is_some() {
        return;
    }
    if !is_unloaded {
        // Without that it is as dangerous as before, which Asterisk has logged.
        let _ = phoneprov::set_not_running(locked);
    }
    let seen = phoneprov_conf::stamp();
    let why = phoneprov_conf::unfit(phoneprov_conf::profiles().as_ref());
    // What is in order is to be tried.
    let seen = seen.filter(|_| why.is_some());
    tell(locked, loaded, Stopped { since: SystemTime::now(), is_unloaded, why, is_final: false, seen }, false);
}

/// Starts it again, if phoneprov.conf lets it; whether it runs, and knows us as little as any other. Requests come to us again. Who
/// has asked for that by a reload reads in the log why it was in vain.
pub(super) fn start_again(locked: &ListLocked, loaded: &Loaded, cause: Cause) -> bool {
    let is_known = loaded.stopped().is_some();
    notice_it(locked, loaded);
    if !phoneprov::is_running() {
        let seen = phoneprov_conf::stamp();
        let known = loaded.stopped();
        // Who asks for it wants it now; otherwise whoever writes the file has a moment to end that.
        let is_asked = matches!(cause, Cause::Reload | Cause::Command);
        if !is_asked && seen.is_some_and(|seen| seen.is_fresh()) {
            return false;
        }
        let since = known.as_ref().map_or_else(SystemTime::now, |known| known.since);
        let is_unloaded = known.is_some_and(|known| known.is_unloaded);
        let why = phoneprov_conf::unfit(phoneprov_conf::profiles().as_ref());
        let is_final = !is_unloaded && why.is_none() && phoneprov::start(locked).is_err();
        if is_unloaded || is_final || why.is_some() {
            tell(
                locked,
                loaded,
                Stopped { since, is_unloaded, why, is_final, seen },
                is_known && cause == Cause::Reload,
            );
            return false;
        }
    }
    loaded.http.place.renew(locked);
    loaded.set_stopped(locked, None);
    notice!("res_phoneprov has been started again");
    true
}

/// Sets what is known, and tells of it if it is something else than before, or if that is to be told again.
fn tell(locked: &ListLocked, loaded: &Loaded, stopped: Stopped, again: bool) {
    let told = loaded.stopped().is_some_and(|known| (&known.why, known.is_final) == (&stopped.why, stopped.is_final));
    loaded.set_stopped(locked, Some(stopped));
    if again || !told {
        problem(loaded).into_iter().for_each(|problem| error!("{problem}"));
    }
}

//! What happens around each HTTP request for a phone's file: it is held while phones change, and noted.

use crate::asterisk::http::{self, NothingToPassOnTo, Request, UriRegistration};
use crate::asterisk::logger::notice;
use crate::asterisk::security_events;
use crate::fetches::{Fetch, Fetches, File};
use crate::gate::{Closed, Gate, Key};
use crate::phone::mac::{self, Digits};
use crate::phone::text::Shown;
use parking_lot::Mutex;
use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

static GATE: Gate = Gate::new();
/// `http_gate` of the `phoneprov_global` section.
static WANTED: AtomicBool = AtomicBool::new(true);
static ONE_AT_A_TIME: AtomicBool = AtomicBool::new(false);
/// Locked for moments, never over a call out.
static FETCHES: LazyLock<Mutex<Fetches>> = LazyLock::new(Mutex::default);

/// Whether the gate was placed, so that `res_phoneprov` was there.
static PLACED: AtomicBool = AtomicBool::new(false);

/// Takes our place in front of `res_phoneprov`.
pub fn place_gate() -> Result<UriRegistration, NothingToPassOnTo> {
    let registration = UriRegistration::new(answer);
    PLACED.store(registration.is_ok(), Ordering::Relaxed);
    registration
}

/// Whether `res_phoneprov` is known to live.
pub fn is_res_phoneprov_there() -> bool {
    PLACED.load(Ordering::Relaxed) && http::is_res_phoneprov_there()
}

/// Whether `res_phoneprov` is known to have died.
pub fn has_lost_res_phoneprov() -> bool {
    PLACED.load(Ordering::Relaxed) && !http::is_res_phoneprov_there()
}

/// Switches holding on or off. Any thread.
pub fn want_gate(wanted: bool) {
    WANTED.store(wanted, Ordering::Relaxed);
}

/// Keeps requests out until the result is dropped, and waits for those inside. Any thread but a request's, with no lock of
/// ours held.
pub fn hold() -> Option<Closed<'static>> {
    WANTED.load(Ordering::Relaxed).then(|| GATE.close())
}

/// Keeps new requests out until the result is dropped; those inside have nothing to lose any more. Any thread; never waits.
pub fn hold_new() -> Option<Closed<'static>> {
    WANTED.load(Ordering::Relaxed).then(|| GATE.close_to_new())
}

/// A phone is served with other sections than before, or from now on, or no longer. Any thread.
pub fn phone_changed(mac: &CStr, before: Option<&Arc<[CString]>>, after: Option<&Arc<[CString]>>) {
    if let Some(digits) = mac::digits(mac) {
        FETCHES.lock().phone_changed(&digits, before, after);
    }
}

/// The ids of the sections of the phone with that MAC, in whatever spelling, in the order of its lines. Any thread.
pub fn sections_of(mac: &CStr) -> Vec<CString> {
    mac::digits(mac).map(|digits| FETCHES.lock().sections(&digits)).unwrap_or_default()
}

/// A phone's last fetch. Any thread.
pub fn last_fetch(mac: &CStr) -> Option<Fetch> {
    mac::digits(mac).and_then(|digits| FETCHES.lock().last(&digits))
}

/// The MACs that have files, as twelve digits. Any thread.
pub fn macs() -> Vec<CString> {
    FETCHES.lock().macs()
}

/// Whether requests are held while phones change, in words. Any thread.
pub fn gate_state() -> &'static str {
    match (PLACED.load(Ordering::Relaxed), WANTED.load(Ordering::Relaxed), has_lost_res_phoneprov()) {
        (false, ..) => "not there: res_phoneprov has no place in the HTTP server's list",
        (true, _, true) => "before a res_phoneprov that has stopped; restart Asterisk",
        (true, false, _) => "switched off by http_gate",
        (true, true, _) => "holds requests while phones change",
    }
}

/// How many requests were for phones that nobody has; the last of them: for which MAC, from where, and when. Any thread.
pub fn unknown() -> (u64, Option<(Digits, IpAddr, Instant)>) {
    let fetches = FETCHES.lock();
    (fetches.unknown, fetches.last_unknown)
}

/// No phone of ours is served any more; the counters go on.
pub fn no_phones() {
    FETCHES.lock().forget_phones();
}

/// Sets the phones that other providers have.
pub fn set_others(macs: HashSet<Digits>) {
    FETCHES.lock().set_others(macs);
}

/// Sets the names of files that every phone may fetch.
pub fn set_static_files(files: HashSet<Vec<u8>>) {
    FETCHES.lock().set_static_files(files);
}

/// Sets whether answering for one phone reads all (`PP_EACH_USER`), so that requests go one at a time.
pub fn set_one_at_a_time(wanted: bool) {
    ONE_AT_A_TIME.store(wanted, Ordering::Relaxed);
}

/// What a request uses: its phone, or all of them, or nothing that another request could spoil.
fn key(uri: &CStr, file: File) -> Key {
    if !WANTED.load(Ordering::Relaxed) || file == File::Static {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    if !ONE_AT_A_TIME.load(Ordering::Relaxed) {
        // All files of a phone have one key if its MAC is in their names, else each its own.
        match file {
            File::Of(mac) | File::OfUnknown(mac) => mac.hash(&mut hasher),
            File::NamesNoMac | File::Static => uri.hash(&mut hasher),
        }
    }
    Some(hasher.finish())
}

fn answer(request: &mut Request, pass_on: &mut dyn FnMut()) {
    let file = FETCHES.lock().begin(request.uri.to_bytes(), request.from(), Instant::now());
    if let File::OfUnknown(_) = file {
        request.take_local_address();
    }
    // Entered even if holding is switched off: then nobody closes the gate, and whoever switches it on finds the requests
    // that are inside.
    if let Some(inside) = GATE.enter(key(request.uri, file)) {
        pass_on();
        drop(inside);
        if let File::OfUnknown(mac) = file {
            note_unknown(request, &mac);
        }
    }
}

/// Speaks up about a request for a phone that nobody has.
fn note_unknown(request: &Request, mac: &Digits) {
    let Some(from) = request.from() else { return };
    let (alarm, unknown) = {
        let mut fetches = FETCHES.lock();
        (fetches.end_unknown(mac, from, Instant::now()), fetches.unknown)
    };
    if let Some(requests) = alarm.log {
        notice!(
            "{from} asked for /phoneprov/{}, and no phone has that MAC: add a section for it or correct the phone's \
             provisioning URL ({requests} such since the last line, {unknown} in all)",
            Shown(request.uri)
        );
    }
    // The MAC alone: the rest of the URI is the client's own text, which Asterisk writes into its logs as it is.
    if alarm.guessing
        && let Ok(account) = CString::new(mac.as_slice())
    {
        security_events::invalid_account(request, &account);
    }
}

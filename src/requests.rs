//! What happens around each HTTP request for a phone's file: it is held while phones change.

use crate::asterisk::http::{NothingToPassOnTo, Request, UriRegistration};
use crate::gate::{Closed, Gate};
use std::sync::atomic::{AtomicBool, Ordering};

static GATE: Gate = Gate::new();
/// `http_gate` of the `phoneprov_global` section.
static WANTED: AtomicBool = AtomicBool::new(true);

/// Takes our place in front of `res_phoneprov`.
pub fn place_gate() -> Result<UriRegistration, NothingToPassOnTo> {
    UriRegistration::new(answer)
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

fn answer(_request: &Request, pass_on: &mut dyn FnMut()) {
    // Entered even if holding is switched off: then nobody closes the gate, and whoever switches it on finds the requests
    // that are inside.
    if let Some(_inside) = GATE.enter() {
        pass_on();
    }
}

//! Who asks by HTTP, and what became of it?
//!
//! Requests for `/phoneprov/…` come here before they reach `res_phoneprov`: they are held while phones change, and noted.
//! This room uses the host ([`crate::asterisk`]) and what a MAC is ([`crate::phone`]). It must not know where phones come
//! from, nor when they change: who changes them holds requests and tells the record.

mod alarm;
mod fetches;
mod gate;
pub mod holding;
pub mod place;
pub mod record;

use crate::asterisk::http::Request;
use fetches::File;
use holding::Holding;
use place::Place;
use record::Record;
use std::time::Instant;

pub use fetches::Fetch;

/// What one load of the module has for requests.
#[derive(Debug, Default)]
pub struct Http {
    /// Keeps requests and changes apart.
    pub holding: Holding,
    /// Who fetched what.
    pub record: Record,
    /// Our place in front of `res_phoneprov`.
    pub place: Place,
}

impl Http {
    /// Lets a request pass. In a thread of the HTTP server's, which holds no lock; `pass_on` answers it.
    pub fn answer(&self, request: &mut Request, pass_on: &mut dyn FnMut()) {
        let file = self.record.begin(request.uri, request.from(), Instant::now());
        if let File::OfUnknown(_) = file {
            request.take_local_address();
        }
        // Entered even if holding is switched off: then nobody closes the gate, and whoever switches it on finds the requests
        // that are inside.
        let Some(inside) = self.holding.enter(request.uri, file) else { return };
        pass_on();
        drop(inside);
        if let File::OfUnknown(mac) = file {
            alarm::note_unknown(&self.record, request, &mac);
        }
    }
}

//! How transports run, which is not always what their objects say.

use crate::phone::directory::Transport;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::ffi::{CStr, CString};

/// Transports as they run, as far as they have been seen. Asterisk starts one once; without `allow_reload` a reload gives its object the
/// protocol of the file and lets it run as before, and one that comes back runs where it was (res_pjsip/config_transport.c,
/// `transport_apply`). Its lock is held for moments, never over a call out.
#[derive(Default)]
pub struct Started {
    transports: Mutex<HashMap<CString, Transport>>,
}

impl Started {
    /// How a transport runs of which Asterisk's object says that. Any thread.
    pub fn seen(&self, id: &CStr, object: Transport) -> Transport {
        let mut transports = self.transports.lock();
        let known = transports.get(id).filter(|_| !object.is_reloadable);
        // The port in the object is the one that it has.
        let runs = Transport { protocol: known.map_or(object.protocol, |known| known.protocol), ..object };
        transports.insert(id.to_owned(), runs);
        runs
    }

    /// How it runs, whether its object is still there or not. Any thread.
    pub fn get(&self, id: &CStr) -> Option<Transport> {
        self.transports.lock().get(id).copied()
    }
}

//! Our place in the HTTP server's list, in front of `res_phoneprov`'s, which tells whether that lives.

use crate::asterisk::http::{self, Around, NothingToPassOnTo, UriRegistration};
use crate::asterisk::module::ListLocked;
use parking_lot::Mutex;

/// The place, if we have it. Its lock is held for moments, never over a call out.
#[derive(Debug, Default)]
pub struct Place(Mutex<Option<UriRegistration>>);

impl Place {
    /// Takes it. Not in a request's thread.
    pub fn take(&self, around: Around) -> Result<(), NothingToPassOnTo> {
        let registration = UriRegistration::new(around)?;
        *self.0.lock() = Some(registration);
        Ok(())
    }

    /// Gets in front of a `res_phoneprov` that has been started again. A request that comes before this returns may get 404 from that
    /// one, which has no phones of ours yet: nothing links an entry in front of one that is linked later. Not in a request's thread.
    pub fn renew(&self, locked: &ListLocked) {
        if self.is_ours() {
            http::to_the_front(locked);
        }
    }

    /// Gives it up. Requests that are in there are answered all the same. Not in a request's thread.
    pub fn give_up(&self) {
        let registration = self.0.lock().take();
        // With our lock free again, because the server's is taken.
        drop(registration);
    }

    /// Whether we have it. Any thread.
    pub fn is_ours(&self) -> bool {
        self.0.lock().is_some()
    }

    /// Whether `res_phoneprov` is known to live. Any thread.
    pub fn is_res_phoneprov_there(&self) -> bool {
        self.is_ours() && http::is_res_phoneprov_there()
    }

    /// Whether `res_phoneprov` is known to have stopped, or to run again without knowing us. Any thread.
    pub fn has_lost_res_phoneprov(&self) -> bool {
        self.is_ours() && !http::is_res_phoneprov_there()
    }
}

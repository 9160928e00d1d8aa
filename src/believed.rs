//! The rows of the database that are believed: set by whoever reads it, and looked at by everybody else, who never asks it.

use crate::phone::database::rows::Rows;
use parking_lot::Mutex;
use std::sync::Arc;

/// The rows that everybody goes by. Its lock is held for moments, never over a call out.
#[derive(Debug, Default)]
pub struct Believed(Mutex<Option<Arc<Rows>>>);

impl Believed {
    /// The rows; `None` until there are any. Any thread; never waits.
    pub fn rows(&self) -> Option<Arc<Rows>> {
        self.0.lock().clone()
    }

    /// Puts others in their place.
    pub fn set(&self, rows: Option<Arc<Rows>>) {
        // What was believed before goes after our lock.
        let _before = std::mem::replace(&mut *self.0.lock(), rows);
    }
}

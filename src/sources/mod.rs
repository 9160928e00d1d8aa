//! Where do phones come from?
//!
//! Sections of our own types, and the endpoints, auths and transports that they name: sorcery's objects, or rows of a
//! database as they were last believed. This room reads them; it uses the host ([`crate::asterisk`]), what a phone is
//! ([`crate::phone`]) and the leaves. It must not know who asks, what is served, or that there is HTTP.

pub mod database;
pub mod directory;
pub mod phoneprov_conf;
pub mod sections;
pub mod wizards;

use crate::asterisk::module::ListLocked;
use crate::asterisk::sorcery::Sorcery;
use crate::asterisk::{phoneprov, res_pjsip};
use crate::phone::configuration::Configuration;
use crate::phone::rows::Rows;
use directory::PjsipDirectory;
use sections::Found;
use std::sync::Arc;
use wizards::Wizards;

/// Where everything is to be read from, as of one moment.
#[derive(Clone)]
pub struct Sources {
    /// `res_pjsip`'s.
    pub sorcery: Sorcery,
    /// Which wizards keep what.
    pub wizards: Arc<Wizards>,
    /// The rows that are believed.
    pub rows: Option<Arc<Rows>>,
}

impl Sources {
    /// Reads everything that phones are made of. Any thread; takes sorcery's read locks, and never asks a database.
    pub fn read(&self) -> Configuration<Found, PjsipDirectory> {
        Configuration {
            sections: sections::read(self),
            names: phoneprov::standard_names(),
            directory: PjsipDirectory::new(self.clone()),
            profiles: phoneprov_conf::profiles(),
        }
    }
}

/// Finds out which wizards keep what; `None` if `res_pjsip` is not running. Loading a module may change it, hence the lock.
pub fn find_wizards(locked: &ListLocked) -> Option<Wizards> {
    res_pjsip::sorcery().map(|sorcery| Wizards::find(locked, sorcery))
}

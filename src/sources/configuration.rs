//! Everything that phones are made of, read at once.

use super::directory::PjsipDirectory;
use super::moment::Sources;
use super::phoneprov_conf;
use super::sections::{self, Found};
use crate::asterisk::phoneprov;
use crate::phone::configuration::Configuration;

/// Reads it. Any thread; takes sorcery's read locks, and never asks a database.
pub fn read(sources: &Sources) -> Configuration<Found, PjsipDirectory> {
    Configuration {
        sections: sections::read(sources),
        names: phoneprov::standard_names(),
        directory: PjsipDirectory::new(sources.clone()),
        profiles: phoneprov_conf::profiles(),
    }
}

//! Everything that phones are made of, read at once.

use super::directory::PjsipDirectory;
use super::moment::Sources;
use super::phoneprov_conf;
use super::sections::{self, Found, Phoneprov, PhoneprovDefault, PhoneprovGlobal};
use crate::asterisk::phoneprov;
use crate::phone::configuration::{Configuration, Content as _, Sections};
use std::ffi::CStr;

/// Reads it. Any thread; takes sorcery's read locks, and never asks a database.
pub fn read(sources: &Sources) -> Configuration<Found, PjsipDirectory> {
    with(sources, sections::read(sources))
}

/// Reads what one phone is made of, which is named by its MAC in whatever spelling or by the id of one of its sections: of other
/// phones nothing, where that can be told without reading all. Any thread; likewise.
pub fn of_phone(sources: &Sources, name: &CStr) -> Configuration<Found, PjsipDirectory> {
    let phoneprov_default = sections::read_type::<PhoneprovDefault>(sources);
    // A MAC that stands there is that of every section that has none.
    let gives_macs = phoneprov_default.iter().any(|section| section.variables().macs().next().is_some());
    let some = if gives_macs { None } else { sections::of_phone(sources, name) };
    let sections = Sections {
        phoneprov: some.unwrap_or_else(|| sections::read_type::<Phoneprov>(sources)),
        phoneprov_default,
        phoneprov_global: sections::read_type::<PhoneprovGlobal>(sources),
    };
    with(sources, sections)
}

fn with(sources: &Sources, sections: Sections<Found>) -> Configuration<Found, PjsipDirectory> {
    Configuration {
        sections,
        names: phoneprov::standard_names(),
        directory: PjsipDirectory::new(sources.clone()),
        profiles: phoneprov_conf::profiles(),
    }
}

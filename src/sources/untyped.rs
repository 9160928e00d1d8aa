//! Sections that were meant to be ours and do not say so: nobody reads them, so the files themselves have to be asked.

use super::lines::Lines;
use super::places::{MODULES_OF_SECTIONS, SORCERY_CONF};
use super::sections::{Phoneprov, PhoneprovDefault, PhoneprovGlobal};
use crate::asterisk::config;
use crate::asterisk::sorcery::section::SectionType;
use crate::phone::conf::conf_files::{self, Source};
use crate::phone::object_type::ObjectType;
use crate::phone::place::Place;
use crate::phone::problem::{Fault, Problem, at_fault};
use parking_lot::Mutex;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{CStr, CString};
use std::sync::Arc;

/// Asterisk remembers which state of a file whom it was read for: nobody else reads for this.
const WHO: &CStr = c"res_pjsip_phoneprov_provider sections";

/// A section's id, and where it begins.
type Found = (CString, Option<Place>);

/// What the files had when they were last read.
#[derive(Debug, Default)]
pub struct Untyped {
    /// Locked while files are read, because Asterisk tells only the first one who asks that a file has changed: one looks at a time.
    /// Reading takes Asterisk's locks of configuration files, and nobody who holds those comes here.
    files: Mutex<BTreeMap<CString, Vec<Found>>>,
    /// Locked for moments.
    found: Mutex<Arc<[Found]>>,
}

impl Untyped {
    /// Looks at the files that have changed since it last looked. Any thread that holds no lock but the module list's.
    pub fn look(&self) {
        let sources = sources();
        let mut files = self.files.lock();
        let names: BTreeSet<&CStr> = sources.iter().map(|source| source.file.as_c_str()).collect();
        files.retain(|name, _| names.contains(name.as_c_str()));
        for name in names {
            // What it had stays if it is unchanged, or cannot be read.
            if let Some(file) = config::load_for(WHO, name, files.contains_key(name)) {
                let of_file = |source: &&Source| source.file.as_c_str() == name;
                let is_taken =
                    |id: &CStr, options: &_| sources.iter().filter(of_file).any(|each| each.takes(id, options));
                let untyped = conf_files::untyped(&file).filter(|(id, options)| !is_taken(id, options));
                let lines = Lines::default();
                let place = |options| {
                    let written = at_fault::of_section(options)?;
                    Some(match written.file == name {
                        true => Place { file: name.to_owned(), line: Some(written.line) },
                        false => lines.place(written, options),
                    })
                };
                files.insert(name.to_owned(), untyped.map(|(id, options)| (id.to_owned(), place(options))).collect());
            }
        }
        *self.found.lock() = files.values().flatten().cloned().collect();
    }

    /// What it found. Any thread.
    pub fn problems(&self) -> Vec<Problem> {
        let found = Arc::clone(&self.found.lock());
        let problem =
            |id: &CString| Problem { object: ObjectType::Phoneprov, section: id.clone(), fault: Fault::NoType };
        found.iter().map(|(id, _)| problem(id)).collect()
    }

    /// Where a section is that it found, as it was then. Any thread.
    pub fn place(&self, id: &CStr) -> Option<Place> {
        let found = Arc::clone(&self.found.lock());
        found.iter().find(|(each, _)| **each == *id)?.1.clone()
    }
}

/// The files that our types are read from.
fn sources() -> Vec<Source> {
    let sorcery_conf = config::load(SORCERY_CONF).unwrap_or_default();
    let types = [
        (Phoneprov::NAME, Phoneprov::FILE),
        (PhoneprovDefault::NAME, PhoneprovDefault::FILE),
        (PhoneprovGlobal::NAME, PhoneprovGlobal::FILE),
    ];
    let of_type = |(name, file)| conf_files::sources(&sorcery_conf, MODULES_OF_SECTIONS, name, file);
    types.into_iter().flat_map(of_type).collect()
}

//! Sections that were meant to be ours and do not say so: nobody reads them, so the files themselves have to be asked.

use super::lines::Lines;
use crate::asterisk::config;
use crate::phone::conf::conf_files::{self, Source};
use crate::phone::object_type::ObjectType;
use crate::phone::place::Place;
use crate::phone::problem::{Fault, Problem, at_fault};
use parking_lot::Mutex;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::{CStr, CString};
use std::sync::Arc;

/// Asterisk remembers which state of a file whom it was read for: nobody else reads for this.
const WHO: &CStr = c"res_pjsip_phoneprov_provider sections";

/// A section's id, and where it begins.
type Found = (CString, Option<Place>);

/// What was found in all files.
#[derive(Debug, Default)]
struct All {
    ids: Vec<CString>,
    places: HashMap<CString, Place>,
}

/// What the files had when they were last read.
#[derive(Debug, Default)]
pub struct Untyped {
    /// Locked while files are read, because Asterisk tells only the first one who asks that a file has changed: one looks at a time.
    /// Reading takes Asterisk's locks of configuration files, and nobody who holds those comes here.
    files: Mutex<BTreeMap<CString, Vec<Found>>>,
    /// Locked for moments.
    found: Mutex<Arc<All>>,
}

impl Untyped {
    /// Looks at those files that our types are read from that have changed since it last looked. Any thread that holds no lock but
    /// the module list's.
    pub fn look(&self, sources: &[Source]) {
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
        let all = || files.values().flatten();
        let place = |(id, place): &Found| Some((id.clone(), place.clone()?));
        let ids = all().map(|(id, _)| id.clone()).collect();
        *self.found.lock() = Arc::new(All { ids, places: all().filter_map(place).collect() });
    }

    /// What it found. Any thread.
    pub fn problems(&self) -> Vec<Problem> {
        let found = Arc::clone(&self.found.lock());
        let problem =
            |id: &CString| Problem { object: ObjectType::Phoneprov, section: id.clone(), fault: Fault::NoType };
        found.ids.iter().map(problem).collect()
    }

    /// Where a section is that it found, as it was then. Any thread.
    pub fn place(&self, id: &CStr) -> Option<Place> {
        let found = Arc::clone(&self.found.lock());
        found.places.get(id).cloned()
    }
}

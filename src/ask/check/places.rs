//! Where the problems of a check are written: in the files as they are now.

use crate::phone::conf::conf_files::File;
use crate::phone::configuration::Sections;
use crate::phone::object_type::ObjectType;
use crate::phone::place::{Place, Written};
use crate::phone::problem::at_fault;
use crate::phone::problem::{Fault, Problem};
use crate::phone::variables::Variables;
use crate::sources::lines::Lines;
use crate::sources::places::Places;
use std::collections::BTreeMap;
use std::ffi::CString;

/// The files that were read, without those that they include; `None` is one that cannot be read.
pub type Read = BTreeMap<CString, Option<File>>;

/// Finds places in what a check has read.
pub struct PlannedPlaces<'a> {
    sections: &'a Sections<(CString, Variables)>,
    files: InFiles<'a>,
    /// For a section that stays as it is.
    live: Places<'a>,
}

impl<'a> PlannedPlaces<'a> {
    /// Those of the sections as they would be, and in the files that these are made of.
    pub fn new(sections: &'a Sections<(CString, Variables)>, files: &'a Read, live: Places<'a>) -> Self {
        PlannedPlaces { sections, files: InFiles::new(files), live }
    }

    /// The place of a problem.
    pub fn of(&self, problem: &Problem) -> Option<Place> {
        self.files.of(problem).or_else(|| self.planned(problem))
    }

    fn planned(&self, problem: &Problem) -> Option<Place> {
        let sections = match problem.object {
            ObjectType::Phoneprov => &self.sections.phoneprov,
            ObjectType::PhoneprovDefault => &self.sections.phoneprov_default,
            ObjectType::PhoneprovGlobal => &self.sections.phoneprov_global,
            _ => return None,
        };
        // In order of id.
        let at = sections.binary_search_by(|(id, _)| id.cmp(&problem.section)).ok()?;
        let section = &sections[at].1;
        let written = at_fault::of_fault(&problem.fault, section)?;
        match written.file.is_empty() {
            true => Some(self.live.named(problem.object, section, written)),
            false => Some(self.files.named(written, section)),
        }
    }
}

/// Finds places of what stands in a file, and not of what it would be taken for.
pub struct InFiles<'a> {
    files: &'a Read,
    lines: Lines,
}

impl<'a> InFiles<'a> {
    /// Those in these files.
    pub fn new(files: &'a Read) -> Self {
        InFiles { files, lines: Lines::default() }
    }

    /// The place of a problem that keeps a section from being taken for what it is.
    pub fn of(&self, problem: &Problem) -> Option<Place> {
        let is_it = |options: &Variables| {
            let kind = options.get(c"type");
            match &problem.fault {
                Fault::DuplicateId(_) | Fault::KeptPort { .. } | Fault::KeptProtocol { .. } => {
                    kind == Some(problem.object.name())
                }
                Fault::MisspeltType { given, .. } => kind == Some(given),
                Fault::NoType => kind.is_none(),
                _ => false,
            }
        };
        let sections = self.files.values().flatten().flatten();
        // Of two with one id the second.
        let mut fitting = sections.filter(|(id, options)| *id == problem.section && is_it(options));
        let (_, section) = fitting.next_back()?;
        Some(self.named(at_fault::of_fault(&problem.fault, section)?, section))
    }

    fn named(&self, written: Written, section: &Variables) -> Place {
        match self.files.contains_key(written.file) {
            true => Place { file: written.file.into(), line: Some(written.line) },
            false => self.lines.place(written, section),
        }
    }
}

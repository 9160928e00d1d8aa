//! Where sections are written, for people: the file and the line of a problem, or of a value.

use super::lines::Lines;
use super::moment::Sources;
use super::sections::{self, Phoneprov, PhoneprovDefault, PhoneprovGlobal};
use crate::asterisk::sorcery::section::SectionType;
use crate::asterisk::{MODULE_NAME, config};
use crate::phone::conf::conf_files::{self, File};
use crate::phone::configuration::Content as _;
use crate::phone::object_type::ObjectType;
use crate::phone::place::{Place, Written};
use crate::phone::problem::at_fault;
use crate::phone::problem::{Fault, Problem};
use crate::phone::variables::Variables;
use once_cell::unsync::OnceCell;
use std::ffi::{CStr, CString};

pub const SORCERY_CONF: &CStr = c"sorcery.conf";
/// Whose sections of sorcery.conf say where our types are kept.
pub const MODULES_OF_SECTIONS: &[&CStr] = &[MODULE_NAME, c"res_pjsip"];

/// Finds places in what sorcery has now. A section that has changed since its problem was found is found as it is.
pub struct Places<'s> {
    sources: &'s Sources,
    /// Read once somebody asks for a place in the file of a wizard.
    sorcery_conf: OnceCell<File>,
    lines: Lines,
}

impl<'s> Places<'s> {
    /// Those of now.
    pub fn new(sources: &'s Sources) -> Self {
        Places { sources, sorcery_conf: OnceCell::new(), lines: Lines::default() }
    }

    /// The place of a problem with a section of ours. Any thread; takes sorcery's read locks.
    pub fn of(&self, problem: &Problem) -> Option<Place> {
        match problem.object {
            // No wizard has it.
            ObjectType::Phoneprov if problem.fault == Fault::NoType => self.sources.untyped.place(&problem.section),
            ObjectType::Phoneprov => self.of_type::<Phoneprov>(problem),
            ObjectType::PhoneprovDefault => self.of_type::<PhoneprovDefault>(problem),
            ObjectType::PhoneprovGlobal => self.of_type::<PhoneprovGlobal>(problem),
            _ => None,
        }
    }

    fn of_type<T: SectionType>(&self, problem: &Problem) -> Option<Place> {
        let section = sections::find::<T>(self.sources, &problem.section)?;
        let written = at_fault::of_fault(&problem.fault, section.variables())?;
        Some(self.named(T::TYPE, section.variables(), written))
    }

    /// The place of what is written in a section of that type.
    pub fn named(&self, kind: ObjectType, section: &Variables, written: Written) -> Place {
        // Only the file that a wizard reads has no name.
        match written.file.is_empty() {
            true => Place { file: self.main_file(kind).unwrap_or_default(), line: Some(written.line) },
            false => self.lines.place(written, section),
        }
    }

    /// The place of a value that a `phoneprov_default` section gives.
    pub fn of_default(&self, id: &CStr, written: Written) -> Option<Place> {
        let section = sections::find::<PhoneprovDefault>(self.sources, id)?;
        Some(self.named(ObjectType::PhoneprovDefault, section.variables(), written))
    }

    /// The file that a type's wizard reads: Asterisk goes by the first line of sorcery.conf that says so.
    fn main_file(&self, kind: ObjectType) -> Option<CString> {
        let sorcery_conf = self.sorcery_conf.get_or_init(|| config::load(SORCERY_CONF).unwrap_or_default());
        let default = match kind {
            ObjectType::PhoneprovDefault => PhoneprovDefault::FILE,
            ObjectType::PhoneprovGlobal => PhoneprovGlobal::FILE,
            _ => Phoneprov::FILE,
        };
        let sources = conf_files::sources(sorcery_conf, MODULES_OF_SECTIONS, kind.name(), default);
        sources.into_iter().next().map(|source| source.file)
    }
}

//! The configuration files as they are now, and which objects sorcery would make of them.

use super::directory::Taken;
use crate::asterisk::config;
use crate::asterisk::sorcery::section::SectionType as _;
use crate::phone::conf::conf_files::{self, File, Source};
use crate::phone::object_type::ObjectType;
use crate::phone::problem::{Fault, Problem};
use crate::phone::variables::Variables;
use crate::sources::sections::{Phoneprov, PhoneprovDefault, PhoneprovGlobal, SORCERY_CONF};
use crate::sources::{conf_file, conf_texts, phoneprov_conf};
use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::time::SystemTime;

/// The configuration files, each read once.
#[derive(Default)]
pub struct Files {
    /// By name; `None` is one that cannot be read.
    pub read: BTreeMap<CString, Option<File>>,
    /// When they were changed.
    changed: BTreeMap<CString, SystemTime>,
    /// Where objects have been looked for.
    sources: Vec<(ObjectType, Source)>,
}

impl Files {
    /// One of them, as Asterisk reads it.
    pub fn get(&mut self, name: &CStr) -> Option<&File> {
        let Files { read, changed, .. } = self;
        let read_it = || {
            let file = conf_file::read(name)?;
            changed.insert(name.to_owned(), file.changed);
            Some(file.sections)
        };
        read.entry(name.to_owned()).or_insert_with(read_it).as_ref()
    }

    /// When the files that a type is read from were changed last, as far as they can be read.
    pub fn changed(&self, kind: ObjectType) -> SystemTime {
        let files = self.sources.iter().filter(|(of, _)| *of == kind).map(|(_, source)| &source.file);
        files.filter_map(|file| self.changed.get(file)).max().copied().unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// The objects of a type in its files, in order of id.
    pub fn objects(
        &mut self,
        modules: &[&CStr],
        object: ObjectType,
        default: &CStr,
        problems: &mut Vec<Problem>,
    ) -> (Vec<(CString, Variables)>, Taken) {
        // Asterisk does without a sorcery.conf.
        let sorcery_conf =
            self.read.entry(SORCERY_CONF.to_owned()).or_insert_with(|| config::load(SORCERY_CONF).or(Some(Vec::new())));
        let sources =
            conf_files::sources(sorcery_conf.as_ref().unwrap_or(&Vec::new()), modules, object.name(), default);
        let (mut objects, mut taken) = (Vec::new(), Taken::All);
        for source in sources {
            match self.get(&source.file).map(|file| conf_files::objects(file, &source)) {
                Some(Ok(mut found)) => {
                    let ours = found.iter_mut().filter(|_| object.is_ours());
                    ours.for_each(|(_, options)| options.own_first());
                    objects.extend(found);
                }
                Some(Err(twice)) => {
                    problems.push(Problem { object, section: twice, fault: Fault::DuplicateId(source.file.clone()) });
                    taken = Taken::NotAll;
                }
                None => taken = Taken::NotAll,
            }
            self.sources.push((object, source));
        }
        (objects, taken)
    }

    /// What is wrong with them, beside what [`Files::objects`] has told.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = self.unreadable();
        problems.extend(self.misspelt_types());
        problems.extend(self.untyped());
        problems
    }

    /// The files that cannot be read.
    pub fn unreadable(&self) -> Vec<Problem> {
        // What phoneprov.conf does is told apart: sorcery keeps nothing of it.
        let unreadable =
            self.read.iter().filter(|(name, file)| file.is_none() && name.as_c_str() != phoneprov_conf::FILE);
        let problem = |(name, _): (&CString, _)| Problem {
            object: ObjectType::Phoneprov,
            section: CString::default(),
            fault: Fault::UnreadableFile { file: name.clone(), line: conf_texts::why_refused(name) },
        };
        unreadable.map(problem).collect()
    }

    /// Sections in the files whose type was probably meant to be ours.
    fn misspelt_types(&self) -> Vec<Problem> {
        let ours = [Phoneprov::NAME, PhoneprovDefault::NAME, PhoneprovGlobal::NAME];
        let found = self.read.values().flatten().flat_map(|file| conf_files::misspelt_types(file, &ours));
        let problem = |(section, given, meant): (&CStr, &CStr, &CStr)| Problem {
            object: ObjectType::Phoneprov,
            section: section.into(),
            fault: Fault::MisspeltType { given: given.into(), meant: meant.into() },
        };
        found.map(problem).collect()
    }

    /// Sections that were probably meant to be ours, where a section must say so.
    fn untyped(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (name, file) in self.read.iter().filter_map(|(name, file)| Some((name, file.as_ref()?))) {
            let sources = self.sources.iter().map(|(_, source)| source).filter(|source| source.file == *name);
            let sources: Vec<&Source> = sources.collect();
            let is_taken = |id: &CStr, options| sources.iter().any(|source| source.takes(id, options));
            for (id, _) in
                conf_files::untyped(file).filter(|(id, options)| !sources.is_empty() && !is_taken(id, options))
            {
                problems.push(Problem { object: ObjectType::Phoneprov, section: id.into(), fault: Fault::NoType });
            }
        }
        problems
    }
}

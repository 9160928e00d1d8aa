//! What is seen of the configuration where phones would go, and of which file a section is.

use crate::phone::conf::conf_text::Texts;
use crate::phone::configuration::Content as _;
use crate::phone::held_back::keeper::Sight;
use crate::sources::conf_texts;
use crate::sources::sections::Found;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::sync::Arc;

/// The sections as they are, in order of id.
pub struct Sections<'a> {
    all: &'a [Found],
    /// The names of their files, each once.
    names: RefCell<HashMap<CString, Arc<CStr>>>,
}

impl<'a> Sections<'a> {
    /// Those.
    pub fn new(all: &'a [Found]) -> Self {
        Sections { all, names: RefCell::default() }
    }

    fn find(&self, id: &CStr) -> Option<&Found> {
        self.all.binary_search_by(|section| section.id().cmp(id)).ok().map(|at| &self.all[at])
    }

    /// The file that a section stands in, if it is in one.
    pub fn file_of(&self, id: &CStr) -> Option<Arc<CStr>> {
        Some(self.name_of(self.find(id)?.file()?))
    }

    fn name_of(&self, file: &CStr) -> Arc<CStr> {
        let mut names = self.names.borrow_mut();
        if let Some(name) = names.get(file) {
            return Arc::clone(name);
        }
        let name: Arc<CStr> = conf_texts::name_of(file).into();
        names.insert(file.to_owned(), Arc::clone(&name));
        name
    }
}

impl Sight for &Sections<'_> {
    fn texts(&self) -> Texts {
        conf_texts::read()
    }

    fn has(&self, id: &CStr) -> bool {
        self.find(id).is_some()
    }

    fn has_any_in(&self, file: &CStr) -> bool {
        self.all.iter().filter_map(|section| section.file()).any(|each| *self.name_of(each) == *file)
    }
}

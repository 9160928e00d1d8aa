//! Everything that phones are made of, and what it comes to.

use super::defaults::Defaults;
use super::directory::Directory;
use super::fleet::{self, Group, Section};
use super::line::Context;
use super::phoneprov_conf::profiles::Profiles;
use super::problem::Problem;
use super::settings::Settings;
use super::standard::StandardNames;
use super::variables::{Variables, WIZARD_MARK};
use std::ffi::{CStr, CString};

/// The config wizard's file, whose sections it makes others of.
pub const WIZARD_FILE: &CStr = c"pjsip_wizard.conf";

/// A section, whoever holds it.
pub trait Content {
    /// Its id.
    fn id(&self) -> &CStr;
    /// All its options but `type`.
    fn variables(&self) -> &Variables;
    /// The file that it stands in; empty where that is the one that includes the others, `None` where it is in none.
    fn file(&self) -> Option<&CStr> {
        let variables = self.variables();
        if variables.get(WIZARD_MARK).is_some() {
            return Some(WIZARD_FILE);
        }
        variables.pairs().find(|pair| !pair.is_inherited)?.written.map(|written| written.file)
    }
}

impl Content for (CString, Variables) {
    fn id(&self) -> &CStr {
        &self.0
    }

    fn variables(&self) -> &Variables {
        &self.1
    }
}

/// All sections, each list in order of id.
#[derive(Debug)]
pub struct Sections<S> {
    /// The lines.
    pub phoneprov: Vec<S>,
    /// The values for all of them.
    pub phoneprov_default: Vec<S>,
    /// How the module behaves.
    pub phoneprov_global: Vec<S>,
}

/// What was read, from the host or from files.
#[derive(Debug)]
pub struct Configuration<S, D> {
    /// The sections of our own types.
    pub sections: Sections<S>,
    /// The names that `res_phoneprov` gives a meaning.
    pub names: StandardNames,
    /// Endpoints, auths and transports.
    pub directory: D,
    /// The profiles of phoneprov.conf; `None` if it could not be read.
    pub profiles: Option<Profiles>,
}

/// What a [`Configuration`] comes to, with phones grouped and not yet resolved.
pub struct Interpreted<'a, 'c, D> {
    /// How the module behaves.
    pub settings: Settings,
    /// What resolving needs.
    pub context: &'c Context<'a, D>,
    /// The phones, in order of their first section's id.
    pub groups: Vec<Group<'a>>,
    /// What is wrong, as far as it has been found without resolving.
    pub problems: Vec<Problem>,
}

impl<S: Content, D: Directory> Configuration<S, D> {
    /// Runs `work` on what it comes to.
    pub fn interpret<R>(&self, work: impl FnOnce(Interpreted<D>) -> R) -> R {
        fn content<S: Content>(sections: &[S]) -> impl Iterator<Item = Section<'_>> {
            sections.iter().map(|section| (section.id(), section.variables()))
        }
        let mut problems = Vec::new();
        let settings = Settings::read(content(&self.sections.phoneprov_global), &mut problems);
        let defaults = Defaults::merge(content(&self.sections.phoneprov_default), &self.names, &mut problems);
        let context = Context {
            defaults: &defaults,
            names: &self.names,
            directory: &self.directory,
            profiles: self.profiles.as_ref(),
        };
        let groups = fleet::group(content(&self.sections.phoneprov), &context, &mut problems);
        work(Interpreted { settings, context: &context, groups, problems })
    }
}

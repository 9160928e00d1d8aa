//! The sections of our types, `phoneprov`, `phoneprov_default` and `phoneprov_global`: which there are, and reading them.

use crate::asterisk::astobj2::Ao2;
use crate::asterisk::sorcery::section::{Section, SectionType, TypeState};
use crate::asterisk::sorcery::{RegistrationError, Sorcery};
use crate::phone;
use crate::phone::configuration::Sections;
use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, Ordering};

/// `type=phoneprov`.
pub enum Phoneprov {}
/// `type=phoneprov_default`.
pub enum PhoneprovDefault {}
/// `type=phoneprov_global`.
pub enum PhoneprovGlobal {}

impl SectionType for Phoneprov {
    const NAME: &'static CStr = phone::problem::SectionType::Phoneprov.name();
    const FILE: &'static CStr = c"pjsip.conf,criteria=type=phoneprov";

    fn state() -> &'static TypeState {
        static STATE: TypeState = TypeState::new();
        &STATE
    }
}

impl SectionType for PhoneprovDefault {
    const NAME: &'static CStr = phone::problem::SectionType::PhoneprovDefault.name();
    const FILE: &'static CStr = c"pjsip.conf,criteria=type=phoneprov_default";

    fn state() -> &'static TypeState {
        static STATE: TypeState = TypeState::new();
        &STATE
    }
}

impl SectionType for PhoneprovGlobal {
    const NAME: &'static CStr = phone::problem::SectionType::PhoneprovGlobal.name();
    const FILE: &'static CStr = c"pjsip.conf,criteria=type=phoneprov_global";

    fn state() -> &'static TypeState {
        static STATE: TypeState = TypeState::new();
        &STATE
    }
}

/// Registers our types with sorcery, as far as that has not been done; nothing can unregister them safely.
pub fn register(sorcery: Sorcery) -> Result<(), RegistrationError> {
    static CONFIGURED: AtomicBool = AtomicBool::new(false);
    // Only load_module comes here, and the module list's lock admits one at a time.
    if !CONFIGURED.load(Ordering::Relaxed) {
        sorcery.apply_config()?;
        CONFIGURED.store(true, Ordering::Relaxed);
    }
    sorcery.register::<Phoneprov>()?;
    sorcery.register::<PhoneprovDefault>()?;
    sorcery.register::<PhoneprovGlobal>()
}

/// Loads our types' sections for the first time.
pub fn load(sorcery: Sorcery) {
    sorcery.load_object::<PhoneprovGlobal>();
    sorcery.load_object::<PhoneprovDefault>();
    sorcery.load_object::<Phoneprov>();
}

/// Loads our types' sections again. To be called in a servant of `res_pjsip`.
pub fn reload(sorcery: Sorcery) {
    sorcery.reload_object::<PhoneprovGlobal>();
    sorcery.reload_object::<PhoneprovDefault>();
    sorcery.reload_object::<Phoneprov>();
}

/// Finds out where each type's objects are kept. To be called with the module list locked, because loading a module may
/// change it; until the next call [`read`] goes by what was found.
pub fn note_wizards(sorcery: Sorcery) {
    sorcery.note_wizards::<Phoneprov>();
    sorcery.note_wizards::<PhoneprovDefault>();
    sorcery.note_wizards::<PhoneprovGlobal>();
}

/// Reads all sections as they are now, and holds a reference to each. Any thread; takes sorcery's read locks.
pub fn read(sorcery: Sorcery) -> Sections<Ao2<Section>> {
    Sections {
        phoneprov: read_type::<Phoneprov>(sorcery),
        phoneprov_default: read_type::<PhoneprovDefault>(sorcery),
        phoneprov_global: read_type::<PhoneprovGlobal>(sorcery),
    }
}

/// Reads the sections of one type, in order of id.
pub fn read_type<T: SectionType>(sorcery: Sorcery) -> Vec<Ao2<Section>> {
    if T::state().is_in_memory() {
        return T::state().live_ids.snapshot().iter().filter_map(|id| sorcery.section::<T>(id)).collect();
    }
    let mut sections = sorcery.sections::<T>();
    sections.sort_by(|a, b| a.id().cmp(b.id()));
    sections
}

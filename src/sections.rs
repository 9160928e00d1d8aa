//! The sections of our types, `phoneprov`, `phoneprov_default` and `phoneprov_global`: which there are, and reading them.

use crate::asterisk::astobj2::Ao2;
use crate::asterisk::sorcery::section::{Section, SectionType, TypeState};
use crate::asterisk::sorcery::{RegistrationError, Sorcery};
use crate::phone;
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
    const DOCUMENTED: bool = true;

    fn state() -> &'static TypeState {
        static STATE: TypeState = TypeState::new();
        &STATE
    }
}

impl SectionType for PhoneprovDefault {
    const NAME: &'static CStr = phone::problem::SectionType::PhoneprovDefault.name();
    const FILE: &'static CStr = c"pjsip.conf,criteria=type=phoneprov_default";
    // Asterisk's documentation promises the type in a sentence and describes it nowhere.
    const DOCUMENTED: bool = false;

    fn state() -> &'static TypeState {
        static STATE: TypeState = TypeState::new();
        &STATE
    }
}

impl SectionType for PhoneprovGlobal {
    const NAME: &'static CStr = phone::problem::SectionType::PhoneprovGlobal.name();
    const FILE: &'static CStr = c"pjsip.conf,criteria=type=phoneprov_global";
    const DOCUMENTED: bool = false;

    fn state() -> &'static TypeState {
        static STATE: TypeState = TypeState::new();
        &STATE
    }
}

/// All sections, each list in order of id. Holds a reference to each.
pub struct Sections {
    /// The lines.
    pub phoneprov: Vec<Ao2<Section>>,
    /// The values for all of them.
    pub phoneprov_default: Vec<Ao2<Section>>,
    /// How the module behaves.
    pub phoneprov_global: Vec<Ao2<Section>>,
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

/// Reads all sections as they are now. Any thread; takes sorcery's read locks.
pub fn read(sorcery: Sorcery) -> Sections {
    Sections {
        phoneprov: read_type::<Phoneprov>(sorcery),
        phoneprov_default: read_type::<PhoneprovDefault>(sorcery),
        phoneprov_global: read_type::<PhoneprovGlobal>(sorcery),
    }
}

fn read_type<T: SectionType>(sorcery: Sorcery) -> Vec<Ao2<Section>> {
    if sorcery.in_memory::<T>() {
        return T::state().live_ids.snapshot().iter().filter_map(|id| sorcery.section::<T>(id)).collect();
    }
    let mut sections = sorcery.sections::<T>();
    sections.sort_by(|a, b| a.id().cmp(b.id()));
    sections
}

//! The sections of our types, `phoneprov`, `phoneprov_default` and `phoneprov_global`: which there are, and reading them.

use super::moment::Sources;
use crate::asterisk::astobj2::Ao2;
use crate::asterisk::module::ListLocked;
use crate::asterisk::sorcery::section::{Section, SectionType, TypeState};
use crate::asterisk::sorcery::{RegistrationError, Sorcery, Wizard};
use crate::phone::configuration::{Content, Sections};
use crate::phone::database::rows::Rows;
use crate::phone::mac;
use crate::phone::object_type::ObjectType;
use crate::phone::settings::Settings;
use crate::phone::variables::Variables;
use std::collections::BTreeSet;
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// `type=phoneprov`.
pub enum Phoneprov {}
/// `type=phoneprov_default`.
pub enum PhoneprovDefault {}
/// `type=phoneprov_global`.
pub enum PhoneprovGlobal {}

impl SectionType for Phoneprov {
    const TYPE: ObjectType = ObjectType::Phoneprov;
    const FILE: &'static CStr = c"pjsip.conf,criteria=type=phoneprov";

    fn state() -> &'static TypeState {
        static STATE: TypeState = TypeState::new();
        &STATE
    }
}

impl SectionType for PhoneprovDefault {
    const TYPE: ObjectType = ObjectType::PhoneprovDefault;
    const FILE: &'static CStr = c"pjsip.conf,criteria=type=phoneprov_default";

    fn state() -> &'static TypeState {
        static STATE: TypeState = TypeState::new();
        &STATE
    }
}

impl SectionType for PhoneprovGlobal {
    const TYPE: ObjectType = ObjectType::PhoneprovGlobal;
    const FILE: &'static CStr = c"pjsip.conf,criteria=type=phoneprov_global";

    fn state() -> &'static TypeState {
        static STATE: TypeState = TypeState::new();
        &STATE
    }
}

/// Registers our types with sorcery, as far as that has not been done; nothing can unregister them safely.
pub fn register(locked: &ListLocked, sorcery: Sorcery) -> Result<(), RegistrationError> {
    static CONFIGURED: AtomicBool = AtomicBool::new(false);
    // The module list's lock admits one at a time.
    if !CONFIGURED.load(Ordering::Relaxed) {
        sorcery.apply_config()?;
        CONFIGURED.store(true, Ordering::Relaxed);
    }
    sorcery.register::<Phoneprov>(locked)?;
    sorcery.register::<PhoneprovDefault>(locked)?;
    sorcery.register::<PhoneprovGlobal>(locked)
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

/// A section as it is now.
pub enum Found {
    /// An object of sorcery's, with a reference to it.
    Object(Ao2<Section>),
    /// A row of a database.
    Row(Arc<Rows>, ObjectType, usize),
}

impl Found {
    /// Whether it is kept in a database.
    pub fn is_row(&self) -> bool {
        matches!(self, Found::Row(..))
    }

    /// The row, if it is one.
    fn row(&self) -> Option<&(CString, Variables)> {
        match self {
            Found::Object(_) => None,
            Found::Row(rows, kind, at) => rows.table(*kind)?.get(*at),
        }
    }
}

impl Content for Found {
    fn id(&self) -> &CStr {
        match self {
            Found::Object(object) => object.id(),
            Found::Row(..) => self.row().map_or(c"", |(id, _)| id),
        }
    }

    fn variables(&self) -> &Variables {
        static NONE: Variables = Variables::new();
        match self {
            Found::Object(object) => object.variables(),
            Found::Row(..) => self.row().map_or(&NONE, |(_, variables)| variables),
        }
    }
}

/// Reads all sections as they are now, those of a database as they were last believed. Any thread; takes sorcery's read
/// locks.
pub fn read(sources: &Sources) -> Sections<Found> {
    Sections {
        phoneprov: read_type::<Phoneprov>(sources),
        phoneprov_default: read_type::<PhoneprovDefault>(sources),
        phoneprov_global: read_type::<PhoneprovGlobal>(sources),
    }
}

/// Reads the sections of one type, in order of id.
pub fn read_type<T: SectionType>(sources: &Sources) -> Vec<Found> {
    let Sources { sorcery, wizards, rows, .. } = sources;
    let live_ids = || T::state().live_ids.snapshot();
    let mut sections: Vec<Found>;
    if wizards.are_realtime(T::TYPE) {
        // Sorcery would ask the database: each wizard is asked by itself, in sorcery's order.
        sections = Vec::new();
        for wizard in wizards.of(T::TYPE) {
            if wizard.is_realtime() {
                sections.extend(rows.iter().flat_map(|rows| rows_of(T::TYPE, rows)));
            } else if wizard.is_in_memory() {
                let of_wizard = live_ids().into_iter().filter_map(|id| wizard.section(&id));
                sections.extend(of_wizard.map(Found::Object));
            } else if !wizard.is_database() {
                sections.extend(wizard.sections().into_iter().map(Found::Object));
            }
        }
    } else if wizards.of(T::TYPE).iter().all(Wizard::is_in_memory) {
        return live_ids().iter().filter_map(|id| sorcery.section::<T>(id)).map(Found::Object).collect();
    } else {
        sections = sorcery.sections::<T>().into_iter().map(Found::Object).collect();
    }
    // Stable: of two with one id the first wizard's stays.
    sections.sort_by(|one, other| one.id().cmp(other.id()));
    sections.dedup_by(|one, other| one.id() == other.id());
    sections
}

/// The sections with that MAC, in whatever spelling, in order of id; where it is the id of a section, too, that one and those with
/// its MAC. `None` where nobody knows without reading all: wizards may keep them otherwise than in memory or in a database. Any
/// thread; takes sorcery's read locks, and never asks a database.
pub fn of_phone(sources: &Sources, name: &CStr) -> Option<Vec<Found>> {
    let wizards = sources.wizards.of(Phoneprov::TYPE);
    if !wizards.iter().all(|wizard| wizard.is_in_memory() || wizard.is_database()) {
        return None;
    }
    let own = find::<Phoneprov>(sources, name);
    let macs = own.iter().flat_map(|section| section.variables().macs());
    let keys: BTreeSet<u64> = macs.chain([name]).map(|mac| mac::key(mac.to_bytes())).collect();
    let is_meant = |variables: &Variables| variables.macs().any(|mac| keys.contains(&mac::key(mac.to_bytes())));

    let mut ids = Phoneprov::state().live_ids.with_mac(&keys);
    ids.extend(own.iter().map(|section| section.id().to_owned()));
    let rows = sources.rows.iter().filter_map(|rows| rows.table(Phoneprov::TYPE)).flatten();
    ids.extend(rows.filter(|(_, variables)| is_meant(variables)).map(|(id, _)| id.clone()));
    ids.sort_unstable();
    ids.dedup();
    let found = ids.iter().filter_map(|id| find::<Phoneprov>(sources, id));
    Some(found.filter(|section| section.id() == name || is_meant(section.variables())).collect())
}

fn rows_of(kind: ObjectType, rows: &Arc<Rows>) -> impl Iterator<Item = Found> {
    let count = rows.table(kind).map_or(0, Vec::len);
    (0..count).map(move |at| Found::Row(Arc::clone(rows), kind, at))
}

/// The section of that id. Any thread; takes sorcery's read locks, and never asks a database.
pub fn find<T: SectionType>(sources: &Sources, id: &CStr) -> Option<Found> {
    let Sources { sorcery, wizards, rows, .. } = sources;
    if !wizards.are_realtime(T::TYPE) {
        return sorcery.section::<T>(id).map(Found::Object);
    }
    wizards.of(T::TYPE).iter().find_map(|wizard| {
        if !wizard.is_database() {
            return wizard.section(id).map(Found::Object);
        }
        let rows = rows.as_ref()?;
        let at = rows.table(T::TYPE)?.binary_search_by(|(each, _)| each.as_c_str().cmp(id)).ok()?;
        Some(Found::Row(Arc::clone(rows), T::TYPE, at))
    })
}

/// The ids of all lines that sorcery has, and of those in the database the ones that begin with that text. Any thread; never
/// waits.
pub fn ids(rows: Option<&Rows>, beginning: &CStr) -> Vec<CString> {
    let mut ids = Phoneprov::state().live_ids.snapshot();
    let in_rows = rows.and_then(|rows| rows.table(ObjectType::Phoneprov)).into_iter().flatten().map(|(id, _)| id);
    ids.extend(in_rows.filter(|id| id.to_bytes().starts_with(beginning.to_bytes())).cloned());
    ids
}

/// What the `phoneprov_global` section says, or the defaults. Any thread.
pub fn settings(sources: &Sources) -> Settings {
    let sections = read_type::<PhoneprovGlobal>(sources);
    Settings::read(sections.iter().map(|section| (section.id(), section.variables())), &mut Vec::new())
}

//! Endpoints, auths and transports that stand in files and that Asterisk has refused, as far as that is known.

use super::conf_file::{self, ConfFile};
use super::moment::Sources;
use crate::asterisk::config;
use crate::asterisk::res_pjsip;
use crate::asterisk::sorcery::object::Object;
use crate::asterisk::sorcery::{Place, Wizard};
use crate::phone::conf::conf_files::{self, Source};
use crate::phone::conf::standing::Standing;
use crate::phone::object_type::ObjectType;
use crate::phone::variables::Variables;
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::time::SystemTime;

/// The types that are `res_pjsip`'s, and where it has them kept unless sorcery.conf says otherwise.
pub const TYPES: [(ObjectType, &CStr); 3] = [
    (ObjectType::Endpoint, c"pjsip.conf,criteria=type=endpoint"),
    (ObjectType::Auth, c"pjsip.conf,criteria=type=auth"),
    (ObjectType::Transport, c"pjsip.conf,criteria=type=transport"),
];
/// Whose section of sorcery.conf says where they are kept.
pub const MODULES: &[&CStr] = &[c"res_pjsip"];

/// What they were refused with, by type and id.
pub type Objects = HashMap<(ObjectType, CString), Variables>;

/// When types were loaded, and what was refused then. Its locks are held for moments, never over a call out.
#[derive(Default)]
pub struct Refused {
    loads: Mutex<Loads>,
    known: Mutex<Known>,
}

#[derive(Clone, Default)]
struct Loads {
    /// How many there have been.
    count: u64,
    /// When the last one of each type began.
    began: HashMap<ObjectType, SystemTime>,
}

#[derive(Clone, Default)]
struct Known {
    /// Of so many loads.
    loads: u64,
    objects: Arc<Objects>,
    /// The files that were read for it, and those that they include.
    files: Arc<[CString]>,
}

impl Refused {
    /// A type is about to be loaded. Any thread, with whatever locks.
    pub fn note_load(&self, kind: ObjectType) {
        let mut loads = self.loads.lock();
        loads.began.insert(kind, SystemTime::now());
        loads.count += u64::from(!kind.is_ours());
    }

    /// It has been loaded: what was found out meanwhile may be wrong.
    pub fn note_end(&self, kind: ObjectType) {
        self.loads.lock().count += u64::from(!kind.is_ours());
    }

    /// `res_pjsip` has just loaded everything, before there was anybody to tell.
    pub fn note_start(&self) {
        TYPES.iter().for_each(|(kind, _)| self.note_load(*kind));
    }

    /// When the last load of a type began, as far as is known.
    pub fn loaded(&self, kind: ObjectType) -> Option<SystemTime> {
        self.loads.lock().began.get(&kind).copied()
    }

    /// All that were refused, as far as has been looked.
    pub fn known(&self) -> Arc<Objects> {
        Arc::clone(&self.known.lock().objects)
    }
}

/// Whether an object that sorcery does not have was refused. Reads the files once after each load.
pub fn has(sources: &Sources, kind: ObjectType, id: &CStr) -> bool {
    look(sources);
    sources.refused.known().contains_key(&(kind, id.to_owned()))
}

/// Finds out what the last load has refused. Any thread; takes the wizards' read locks.
pub fn look(sources: &Sources) {
    let refused = &sources.refused;
    let loads = refused.loads.lock().clone();
    let mut known = refused.known.lock().clone();
    if loads.count == known.loads {
        return;
    }
    known.loads = loads.count;
    look_into_files(sources, &loads.began, &mut known);
    *refused.known.lock() = known;
}

/// Whether one of the files has been changed since Asterisk began to read them last, as far as is known.
pub fn is_outdated(sources: &Sources) -> bool {
    look(sources);
    let refused = &sources.refused;
    let Some(loaded) = TYPES.iter().filter_map(|(kind, _)| refused.loaded(*kind)).min() else { return false };
    let files = Arc::clone(&refused.known.lock().files);
    files.iter().any(|file| conf_file::changed(file) >= loaded)
}

/// The files that a type is read from.
pub fn sources(kind: ObjectType, default: &CStr) -> Vec<Source> {
    let sorcery_conf = config::load(c"sorcery.conf").unwrap_or_default();
    conf_files::sources(&sorcery_conf, MODULES, kind.name(), default)
}

/// When one of the wizards that read files made its object of that id, if there is one.
pub fn made<'a>(wizards: impl IntoIterator<Item = &'a Wizard>, id: &CStr) -> Option<SystemTime> {
    wizards
        .into_iter()
        .filter(|wizard| wizard.name() == c"config")
        .find_map(|wizard| Object::of(wizard, id))
        .map(|object| object.created())
}

fn look_into_files(from: &Sources, began: &HashMap<ObjectType, SystemTime>, known: &mut Known) {
    let mut files: BTreeMap<CString, Option<ConfFile>> = BTreeMap::new();
    let mut refused = Objects::new();
    for (kind, default) in TYPES {
        for source in sources(kind, default) {
            let file = files.entry(source.file.clone()).or_insert_with(|| conf_file::read(&source.file));
            let found =
                file.as_ref().and_then(|file| Some((file.changed, conf_files::objects(&file.sections, &source).ok()?)));
            let Some((changed, found)) = found else {
                // Asterisk has taken nothing of it.
                let before = known.objects.iter().filter(|((of, _), _)| *of == kind);
                refused.extend(before.map(|(key, options)| (key.clone(), options.clone())));
                continue;
            };
            for (id, options) in found {
                if kind == ObjectType::Transport {
                    note_started(from, &id);
                }
                let key = (kind, id);
                let made = made(from.wizards.of(kind), &key.1);
                let is_refused = match Standing::new(changed, made, began.get(&kind).copied()) {
                    Standing::Taken => false,
                    Standing::Refused => true,
                    // What is known of the file as it was.
                    Standing::Unread => known.objects.get(&key) == Some(&options),
                };
                if is_refused {
                    refused.insert(key, options);
                }
            }
        }
    }
    let parts: Vec<CString> = files.values().flatten().flat_map(|file| file.parts.clone()).collect();
    known.objects = Arc::new(refused);
    known.files = files.into_keys().chain(parts).collect();
}

/// Has it remembered how a transport runs that is there.
fn note_started(sources: &Sources, id: &CStr) {
    let transport = |wizard| res_pjsip::transport(Place::Wizard(wizard), id);
    if let Some(found) = sources.wizards.of(ObjectType::Transport).iter().find_map(transport) {
        sources.started.seen(id, found);
    }
}

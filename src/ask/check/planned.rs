//! The configuration as a reload would find it: what files say, as far as sorcery takes it, and the database's rows.

use super::directory::{FileDirectory, Objects, Taken};
use super::files::Files;
use crate::asterisk::sorcery::Wizard;
use crate::asterisk::sorcery::section::SectionType;
use crate::phone::configuration::{Configuration, Content as _, Sections};
use crate::phone::database::belief;
use crate::phone::database::rows::{Fall, Rows};
use crate::phone::object_type::ObjectType;
use crate::phone::phoneprov_conf::profiles::Profiles;
use crate::phone::problem::Problem;
use crate::phone::variables::Variables;
use crate::serve::loaded::Loaded;
use crate::sources::directory::PjsipDirectory;
use crate::sources::moment::Sources;
use crate::sources::sections::{Found, MODULES_OF_SECTIONS, Phoneprov, PhoneprovDefault, PhoneprovGlobal};
use crate::sources::{database, loads, phoneprov_conf};
use std::cell::RefCell;
use std::ffi::{CStr, CString};
use std::sync::Arc;

/// The rows that a reload would go by.
pub struct RowsThen {
    /// Those that would be believed at once; `None` where nothing is kept in a database, or nothing is known of it.
    pub rows: Option<Arc<Rows>>,
    /// What the database has lost, which would be held back.
    pub fall: Option<Fall>,
    /// Whether it did not answer, so that they are those that were believed last.
    pub is_stale: bool,
}

impl RowsThen {
    /// Asks the database, as a reload does. What it says is not believed by this. Any thread that holds no lock; it waits no
    /// longer than [`database::PATIENCE`].
    pub fn peek(loaded: &Loaded) -> RowsThen {
        let database = loaded.database.get();
        let seen = database.and_then(|database| database.peek(database::PATIENCE));
        let is_stale = seen.is_none() && database.is_some();
        let (rows, fall) = match (seen, loaded.believed.rows()) {
            (Some(seen), Some(known)) => {
                let (rows, fall) = belief::at_once(seen, &known);
                (Some(rows), fall)
            }
            (seen, known) => (seen.or(known), None),
        };
        RowsThen { rows, fall, is_stale }
    }
}

/// Reads the files, beside what sorcery has now (`live`), and adds what keeps objects in them from being taken.
pub fn read<'a>(
    files: &mut Files,
    sources: &'a Sources,
    live: &Configuration<Found, PjsipDirectory>,
    rows: Option<Arc<Rows>>,
    problems: &mut Vec<Problem>,
) -> Configuration<(CString, Variables), FileDirectory<'a>> {
    let config_wizards = |kind| {
        let of_type = sources.wizards.of(kind).iter();
        of_type.filter(|wizard| wizard.name() == c"config").collect::<Vec<&Wizard>>()
    };
    let mut sections = |name: ObjectType, file: &CStr, live: &[Found]| {
        let wizards = config_wizards(name);
        let (mut sections, taken) = files.objects(MODULES_OF_SECTIONS, name, file, problems);
        let stays = |section: &&Found| match taken {
            _ if section.is_row() => false,
            Taken::All => !wizards.iter().any(|wizard| wizard.has(section.id())),
            Taken::NotAll => true,
        };
        let staying = live.iter().filter(stays);
        sections.extend(staying.map(|section| (section.id().to_owned(), section.variables().clone())));
        sections.extend(rows.iter().flat_map(|rows| rows.table(name)).flatten().cloned());
        sections.sort_by(|(one, _), (other, _)| one.cmp(other));
        sections.dedup_by(|(one, _), (other, _)| one == other);
        sections
    };
    let sections = Sections {
        phoneprov: sections(ObjectType::Phoneprov, Phoneprov::FILE, &live.sections.phoneprov),
        phoneprov_default: sections(
            ObjectType::PhoneprovDefault,
            PhoneprovDefault::FILE,
            &live.sections.phoneprov_default,
        ),
        phoneprov_global: sections(ObjectType::PhoneprovGlobal, PhoneprovGlobal::FILE, &live.sections.phoneprov_global),
    };
    let known = sources.loads.refused();
    let mut objects = |(kind, default): (ObjectType, &CStr)| {
        let (objects, taken) = files.objects(loads::MODULES, kind, default, problems);
        Objects {
            kind,
            in_files: objects.into_iter().collect(),
            changed: files.changed(kind),
            loaded: sources.loads.loaded(kind),
            refused: Arc::clone(&known),
            started: Arc::clone(&sources.started),
            taken,
            wizards: config_wizards(kind),
            sorcery: sources.sorcery,
            options: RefCell::default(),
            kept: RefCell::default(),
        }
    };
    let [endpoints, auths, transports] = loads::TYPES.map(&mut objects);
    Configuration {
        sections,
        names: live.names.clone(),
        directory: FileDirectory {
            endpoints,
            auths,
            transports,
            live: PjsipDirectory::new(Sources { rows, ..sources.clone() }),
        },
        profiles: files.get(phoneprov_conf::FILE).cloned().map(Profiles::new),
    }
}

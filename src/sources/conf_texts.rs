//! What stands in the files that sections, endpoints, auths and transports come from, and what Asterisk reads of it.

use super::sections::{Phoneprov, PhoneprovDefault, PhoneprovGlobal};
use crate::asterisk::glob::glob;
use crate::asterisk::sorcery::section::SectionType;
use crate::asterisk::{MODULE_NAME, config, paths};
use crate::phone::conf::conf_files::{self, File};
use crate::phone::conf::conf_text::{self, Disk, Opened, Reason, Standing, Texts};
use crate::phone::configuration::WIZARD_FILE;
use crate::phone::object_type::ObjectType;
use crate::phone::problem::{Fault, Problem};
use std::collections::HashMap;
use std::ffi::{CStr, CString, OsStr};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::Arc;

/// Asterisk's files, as this machine has them.
struct Files {
    extconfig: File,
}

impl Disk for Files {
    fn expand(&self, name: &[u8]) -> Vec<CString> {
        let path = paths::config_dir().join(OsStr::from_bytes(name));
        CString::new(path.into_os_string().as_encoded_bytes()).map(|path| glob(&path)).unwrap_or_default()
    }

    fn open(&self, path: &CString) -> Opened {
        let path = Path::new(OsStr::from_bytes(path.as_bytes()));
        // Whatever else there is waits for somebody, or has no end.
        match path.metadata().and_then(|file| if file.is_file() { std::fs::read(path) } else { Ok(Vec::new()) }) {
            Ok(_) if !path.is_file() => Opened::Nothing,
            Ok(text) => Opened::Text(text),
            Err(error) if error.kind() == ErrorKind::NotFound => Opened::Nothing,
            Err(error) => Opened::Unreadable(error.kind().to_string()),
        }
    }

    fn is_elsewhere(&self, name: &[u8]) -> bool {
        CString::new(name).is_ok_and(|name| conf_files::is_mapped(&self.extconfig, &name))
    }
}

impl Files {
    fn new() -> Self {
        Files { extconfig: config::load(c"extconfig.conf").unwrap_or_default() }
    }
}

/// What Asterisk reads of that file and of those that it includes. Any thread; it reads files.
fn read_one(name: &CStr, files: &Files) -> Texts {
    let mut texts = conf_text::read(name.to_bytes(), files);
    texts.whole = texts.whole.iter().map(|path| paths::below_config_dir(path).to_owned()).collect();
    texts.unread.iter_mut().for_each(|unread| unread.file = paths::below_config_dir(&unread.file).to_owned());
    let mut known: HashMap<Arc<CString>, Arc<CString>> = HashMap::new();
    for section in &mut texts.sections {
        let name = known
            .entry(Arc::clone(&section.file))
            .or_insert_with_key(|file| Arc::new(paths::below_config_dir(file).to_owned()));
        section.file = Arc::clone(name);
    }
    texts
}

/// The line that keeps Asterisk from reading a file, and what is wrong with it, if it is one. Any thread; it reads files.
pub fn why_refused(name: &CStr) -> Option<(usize, Reason)> {
    let Texts { unread, is_refused, .. } = read_one(name, &Files::new());
    unread
        .into_iter()
        .rfind(|unread| unread.reason.stops())
        .filter(|_| is_refused)
        .map(|unread| (unread.line, unread.reason))
}

/// The name of the file that a section stands in, as everybody goes by it: the one that includes the others is the first that
/// sorcery.conf names for the type.
pub fn name_of(file: &CStr) -> CString {
    match file.is_empty() {
        true => names().into_iter().next().unwrap_or_default(),
        false => file.to_owned(),
    }
}

/// The files that sorcery.conf has our types, and those that they name, read from.
fn names() -> Vec<CString> {
    let ours: &[&CStr] = &[MODULE_NAME, c"res_pjsip"];
    let res_pjsip: &[&CStr] = &[c"res_pjsip"];
    let sorcery_conf = config::load(c"sorcery.conf").unwrap_or_default();
    let mut names = Vec::new();
    for (kind, modules, default) in [
        (ObjectType::Phoneprov, ours, Phoneprov::FILE),
        (ObjectType::PhoneprovDefault, ours, PhoneprovDefault::FILE),
        (ObjectType::PhoneprovGlobal, ours, PhoneprovGlobal::FILE),
        (ObjectType::Endpoint, res_pjsip, c"pjsip.conf"),
        (ObjectType::Auth, res_pjsip, c"pjsip.conf"),
        (ObjectType::Transport, res_pjsip, c"pjsip.conf"),
    ] {
        for source in conf_files::sources(&sorcery_conf, modules, kind.name(), default) {
            if !names.contains(&source.file) {
                names.push(source.file);
            }
        }
    }
    names
}

/// The same of all files that phones are made of. A file that Asterisk refuses as a whole is left out: it keeps what it has of
/// that, as of one that is missing. Any thread; it reads files.
pub fn read() -> Texts {
    let files = Files::new();
    let mut all = Texts::default();
    for name in names().into_iter().chain([WIZARD_FILE.to_owned()]) {
        let mut texts = read_one(&name, &files);
        if texts.is_refused {
            all.kept.extend(texts.whole.into_iter().chain([name]));
            continue;
        }
        if name.as_c_str() == WIZARD_FILE {
            // Of those that are read nobody knows whether they have a phone.
            texts.sections.retain(|section| !section.is_read);
            texts.sections = texts.sections.iter().filter_map(of_wizard).collect();
        }
        all.kept.extend(texts.is_missing.then_some(name));
        all.whole.extend(texts.whole);
        all.unread.extend(texts.unread);
        all.sections.extend(texts.sections);
    }
    all
}

/// The section that the config wizard makes of one of its own (res_pjsip_config_wizard.c).
fn of_wizard(section: &Standing) -> Option<Standing> {
    let id = CString::new([section.id.as_bytes(), b"-phoneprov"].concat()).ok()?;
    Some(Standing { id, kind: Some(ObjectType::Phoneprov.name().to_owned()), ..section.clone() })
}

/// What of it people should put right.
pub fn problems(texts: &Texts) -> impl Iterator<Item = Problem> {
    texts.unread.iter().map(|unread| Problem {
        object: ObjectType::Phoneprov,
        section: CString::default(),
        fault: Fault::UnreadPart(unread.clone()),
    })
}

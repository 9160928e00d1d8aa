//! What a phone would get, for whoever asks: one of its files, with or without secrets.

use super::aside::aside;
use super::inspect::{self, Wanted};
use super::others;
use super::templates::PATIENCE_FOR_MAKING;
use crate::http::preview::{Preview, Sight};
use crate::http::render::path_of;
use crate::http::table::Content;
use crate::http::templates::Fault;
use crate::phone::evaluated::Evaluated;
use crate::phone::secrets::mask::Secrets;
use crate::serve::loaded::{Loaded, loaded};
use crate::template::line::Line;
use crate::text::Shown;
use std::ffi::{CStr, CString};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// A phone's file.
pub struct Found {
    /// The phone's MAC.
    pub mac: CString,
    /// The name, without secrets unless they are shown.
    pub name: CString,
    /// The content type.
    pub mime: CString,
    /// What it is made of.
    pub template: PathBuf,
    /// What the phone gets.
    pub preview: Preview,
}

/// Why there is nothing to show.
pub enum Nothing {
    /// The module is off.
    Off,
    /// There is no such phone and no such section.
    NoPhone(CString),
    /// The phone with that MAC is not served.
    NotServed(CString),
    /// The phone with that MAC has no such file; these it has, without secrets.
    NoFile(CString, Vec<CString>),
    /// It is sent as it is.
    Static(PathBuf),
    /// It cannot be made.
    Unusable(PathBuf, Fault),
    /// It takes too long to make.
    Late(PathBuf),
}

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Nothing::Off => f.write_str("The module is not loaded"),
            Nothing::NoPhone(name) => {
                write!(f, "There is no phone with the MAC '{0}' and no type=phoneprov section '{0}'", Shown(name))
            }
            Nothing::NotServed(mac) => write!(
                f,
                "Phone '{0}' gets nothing, because it is not served; 'pjsip show phoneprov {0}' says why",
                Shown(mac)
            ),
            Nothing::NoFile(mac, files) => {
                let files: Vec<String> = files.iter().map(|file| Shown(file).to_string()).collect();
                write!(f, "Phone '{}' has no such file, only {}", Shown(mac), files.join(", "))
            }
            Nothing::Static(path) => write!(f, "It is the same for every phone, and sent as it is: {}", path.display()),
            Nothing::Unusable(path, fault) => {
                write!(f, "Phones get nothing, because {} cannot be used: {fault}", path.display())
            }
            Nothing::Late(path) => {
                write!(f, "Making it takes too long; look at the functions and the file system of {}", path.display())
            }
        }
    }
}

/// The file of that name of the phone with that MAC, in whatever spelling, or with a section of that id. Waits while modules are
/// being loaded, and for functions.
pub fn preview(name: &CStr, file: &CStr, sight: Sight) -> Result<Found, Nothing> {
    let loaded = loaded().ok_or(Nothing::Off)?;
    let seen = inspect::look(Wanted(name), |sight| {
        let phones = sight.phones.iter().filter_map(|phone| Some((phone.mac.clone()?, phone.evaluated.clone())));
        phones.collect::<Vec<_>>()
    });
    let seen = seen.ok_or(Nothing::Off)?;
    let other = || others::find(&loaded, name).map(|other| (other.evaluated.mac.clone().into(), Some(other.evaluated)));
    let seen = if seen.is_empty() { other().into_iter().collect() } else { seen };
    let Some((first, _)) = seen.first() else { return Err(Nothing::NoPhone(name.into())) };
    let served: Vec<&Arc<Evaluated>> = seen.iter().filter_map(|(_, evaluated)| evaluated.as_ref()).collect();
    if served.is_empty() {
        return Err(Nothing::NotServed(first.clone()));
    }
    match served.iter().find_map(|phone| Some((*phone, name_of(phone, file)?))) {
        Some((phone, name)) => make(&loaded, phone, &name, sight),
        None => Err(Nothing::NoFile(first.clone(), served.iter().flat_map(|phone| names(phone)).collect())),
    }
}

fn secrets(phone: &Evaluated) -> Secrets {
    Secrets::among(phone.lines.iter().flat_map(Line::iter))
}

fn shown(name: &[u8], secrets: &Secrets) -> CString {
    CString::new(secrets.hidden_in(name)).unwrap_or_default()
}

fn statics(phone: &Evaluated) -> impl Iterator<Item = &Arc<[u8]>> {
    phone.profile.iter().flat_map(|profile| &profile.static_files).map(|(name, _)| name)
}

/// The names of a phone's files, without secrets.
pub fn names(phone: &Evaluated) -> Vec<CString> {
    let secrets = secrets(phone);
    phone.files.iter().chain(statics(phone)).map(|name| shown(name, &secrets)).collect()
}

/// The phone's file of that name, which may be given as it is shown.
fn name_of(phone: &Evaluated, given: &CStr) -> Option<Arc<[u8]>> {
    let secrets = secrets(phone);
    let is_it = |name: &&Arc<[u8]>| ***name == *given.to_bytes() || *shown(name, &secrets) == *given;
    phone.files.iter().chain(statics(phone)).find(is_it).cloned()
}

/// What a request for the file is answered with: another phone may fill it.
fn make(loaded: &Arc<Loaded>, phone: &Evaluated, name: &[u8], sight: Sight) -> Result<Found, Nothing> {
    let mac = CString::from(phone.mac.clone());
    let table = loaded.http.table();
    let (holder, number) = match table.get(name) {
        Some(Content::Of(holder, number)) => (Arc::clone(holder), *number as usize),
        Some(Content::Static(file)) => return Err(Nothing::Static(path_of(&file.template))),
        None => return Err(Nothing::NotServed(mac)),
    };
    let Some(file) = holder.profile.as_ref().and_then(|profile| profile.files.get(number)) else {
        return Err(Nothing::NotServed(mac));
    };
    let file = Arc::clone(&file.file);
    let (mime, template) = (CString::new(file.mime.clone()).unwrap_or_default(), path_of(&file.template));
    let name = match sight {
        Sight::Whole => CString::new(name).unwrap_or_default(),
        Sight::Masked => shown(name, &secrets(phone)),
    };
    let loaded = Arc::clone(loaded);
    let answers = aside(PATIENCE_FOR_MAKING, move |tell| {
        // Nobody may be waiting any more.
        let _ = tell.send(loaded.http.studio(&table).preview(&holder, &file, sight));
    });
    match answers.ok().and_then(|answers| answers.all.into_iter().next()) {
        Some(Ok(preview)) => Ok(Found { mac, name, mime, template, preview }),
        Some(Err(fault)) => Err(Nothing::Unusable(template, fault)),
        None => Err(Nothing::Late(template)),
    }
}

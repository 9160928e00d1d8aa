//! What users.conf comes to in pjsip.conf, as things are.

use crate::asterisk::{callerid, config, netsock2, phoneprov};
use crate::phone::configuration::Content as _;
use crate::phone::defaults::Defaults;
use crate::phone::line::Context;
use crate::phone::moving::{self, Known};
use crate::phone::phoneprov_conf::profiles::Profiles;
use crate::serve::loaded::loaded;
use crate::sources::directory::PjsipDirectory;
use crate::sources::phoneprov_conf;
use crate::sources::sections::{self, Phoneprov, PhoneprovDefault};
use std::ffi::CStr;

/// The file cannot be read or parsed; Asterisk has logged why.
#[derive(Debug)]
pub struct Unreadable;

/// A file like users.conf as sections of pjsip.conf. `None` if the module is off. Any thread; never asks a database.
pub fn convert(file: &CStr, unmask: bool) -> Option<Result<Vec<u8>, Unreadable>> {
    let sources = loaded()?.sources()?;
    let Some(users) = config::load(file) else { return Some(Err(Unreadable)) };
    let phoneprov_conf = config::load(phoneprov_conf::FILE);
    let profiles = phoneprov_conf.clone().map(Profiles::new);
    let names = phoneprov::standard_names();
    let of_all = sections::read_type::<PhoneprovDefault>(&sources);
    let of_all = of_all.iter().map(|section| (section.id(), section.variables()));
    let defaults = Defaults::merge(of_all, &names, &mut Vec::new());
    let directory = PjsipDirectory::new(sources.clone());
    let context = Context { defaults: &defaults, names: &names, directory: &directory, profiles: profiles.as_ref() };
    let known = Known {
        context: &context,
        has_section: &|id| sections::find::<Phoneprov>(&sources, id).is_some(),
        split: &callerid::split,
        address_of: &netsock2::address_of_interface,
        unmask,
    };
    Some(Ok(moving::text(file, &users, &phoneprov_conf.unwrap_or_default(), &known)))
}

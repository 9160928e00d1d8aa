//! phoneprov.conf and users.conf, which are `res_phoneprov`'s own: what it has beside our phones.

use crate::asterisk::{config, paths};
use crate::phone::mac::{self, Digits};
use crate::phone::profiles::Profiles;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// What phoneprov.conf says now; `None` if it cannot be read. Any thread.
pub fn profiles() -> Option<Profiles> {
    config::load(c"phoneprov.conf").map(Profiles::new)
}

/// The phones that `res_phoneprov` itself provides, which it reads at its load and at each of its reloads: from users.conf,
/// from 23 on from phoneprov_users.conf. Any thread.
pub fn users_conf_macs() -> HashSet<Digits> {
    let files = [c"users.conf", c"phoneprov_users.conf"];
    let sections = files.into_iter().filter_map(config::load).flatten();
    sections.filter_map(|(_, options)| mac::digits(options.get(c"macaddress")?)).collect()
}

/// Whether templates use `PP_EACH_USER`, after which a phone cannot be replaced by removing and adding it. Any thread; reads
/// the templates.
pub fn uses_each_user(profiles: &Profiles) -> bool {
    let templates = paths::data_dir().join("phoneprov");
    profiles.use_each_user(|name| std::fs::read(templates.join(OsStr::from_bytes(name.to_bytes()))).ok())
}

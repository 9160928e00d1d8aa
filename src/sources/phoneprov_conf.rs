//! phoneprov.conf and users.conf, which are `res_phoneprov`'s own: its profiles, and its phones beside ours.

use crate::asterisk::{ast_version, config, netsock2};
use crate::phone::profiles::Profiles;
use crate::phone::users_conf::{self, User};
use std::ffi::CStr;

/// The profiles' file.
pub const FILE: &CStr = c"phoneprov.conf";
/// From this major version on, phones of `res_phoneprov`'s own have a file of their own.
const OWN_FILE_SINCE: u32 = 23;

/// What phoneprov.conf says now; `None` if it cannot be read. Any thread.
pub fn profiles() -> Option<Profiles> {
    config::load(FILE).map(Profiles::new)
}

/// The file of the phones that `res_phoneprov` itself provides.
pub fn users_file() -> &'static CStr {
    let has_own_file = ast_version::running_major().is_none_or(|major| major >= OWN_FILE_SINCE);
    if has_own_file { c"phoneprov_users.conf" } else { c"users.conf" }
}

/// The lines that `res_phoneprov` itself provides, which it reads at its load and at each of its reloads. Any thread.
pub fn users() -> Vec<User> {
    match (config::load(users_file()), config::load(FILE)) {
        (Some(users), Some(phoneprov_conf)) => {
            users_conf::read(&users, &phoneprov_conf, netsock2::address_of_interface)
        }
        _ => Vec::new(),
    }
}

//! phoneprov.conf and users.conf, which are `res_phoneprov`'s own: its profiles, and its phones beside ours.

use crate::asterisk::{ast_version, config, netsock2, paths};
use crate::phone::object_type::ObjectType;
use crate::phone::phoneprov_conf::fitness;
use crate::phone::phoneprov_conf::profiles::Profiles;
use crate::phone::phoneprov_conf::unfit::{Halt, Unfit};
use crate::phone::problem::{Fault, Problem};
use crate::phone::users_conf::{self, User};
use std::ffi::{CStr, CString, OsStr};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

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

/// Why `res_phoneprov` cannot live with the file, of which these profiles were read just now. Any thread.
pub fn unfit(profiles: Option<&Profiles>) -> Option<Unfit> {
    fitness::unfit(profiles, || fs::read(path()).map_err(|error| error.to_string()))
}

/// The same as a problem: a reload of `res_phoneprov` would stop it. Any thread.
pub fn problem(profiles: Option<&Profiles>) -> Option<Problem> {
    let fault = Fault::ResPhoneprov(Halt::Threatened(unfit(profiles)?));
    Some(Problem { object: ObjectType::Profile, section: CString::default(), fault })
}

/// What tells one content of the file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    /// Whether the file was written a moment ago, and perhaps not to its end.
    pub fn is_fresh(&self) -> bool {
        let (seconds, nanoseconds) = self.modified;
        let since = Duration::new(seconds.try_into().unwrap_or_default(), nanoseconds.try_into().unwrap_or_default());
        (UNIX_EPOCH + since).elapsed().map_or(true, |age| age < Duration::from_secs(1))
    }
}

/// Of the file as it is now; `None` if there is none. Any thread.
pub fn stamp() -> Option<Stamp> {
    let data = fs::metadata(path()).ok()?;
    Some(Stamp {
        inode: data.ino(),
        size: data.size(),
        modified: (data.mtime(), data.mtime_nsec()),
        changed: (data.ctime(), data.ctime_nsec()),
    })
}

fn path() -> PathBuf {
    paths::config_dir().join(OsStr::from_bytes(FILE.to_bytes()))
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

//! Phones that `res_phoneprov` itself provides, from users.conf: what is known of one, for whoever asks for it by name.

use super::inspect::{Fetched, fetched};
use crate::phone::evaluated::Evaluated;
use crate::phone::secrets::mask;
use crate::phone::standard;
use crate::phone::users_conf::User;
use crate::phone::view::is_mac;
use crate::serve::loaded::Loaded;
use crate::sources::phoneprov_conf;
use std::ffi::{CStr, CString};
use std::sync::Arc;

/// A phone of `res_phoneprov`'s own.
pub struct Other {
    /// The file that it comes from.
    pub source: &'static CStr,
    /// The sections of its lines there.
    pub sections: Vec<CString>,
    /// The names of its files, without secrets.
    pub files: Vec<CString>,
    /// Its requests, as far as they are known to be its own.
    pub fetch: Option<Fetched>,
    /// What its templates see.
    pub evaluated: Arc<Evaluated>,
}

/// The phone with that MAC, in whatever spelling, or with a section of that id in users.conf. Any thread; never waits.
pub fn find(loaded: &Loaded, name: &CStr) -> Option<Other> {
    fn mac((_, variables): &User) -> Option<&CStr> {
        variables.get(standard::MAC)
    }
    let own = loaded.own();
    let is_meant = |user: &&User| user.0.as_c_str() == name || mac(user).is_some_and(|mac| is_mac(mac, name));
    let wanted = own.users.iter().find(is_meant).and_then(mac)?;
    let evaluated = Arc::clone(loaded.http.table().phone(wanted.to_bytes())?);
    let sections = own.users.iter().filter(|user| mac(user) == Some(wanted)).map(|(id, _)| id.clone()).collect();
    let fit = |text: &CStr| mask::without_secrets(text, evaluated.lines.iter().flat_map(|line| line.iter()));
    let files = evaluated.files.iter().filter_map(|file| Some(fit(&CString::new(&**file).ok()?))).collect();
    let fetch = loaded.http.record.trace(wanted).map(|trace| fetched(trace, fit));
    Some(Other { source: phoneprov_conf::users_file(), sections, files, fetch, evaluated })
}

//! Whether templates have changed, which nobody tells of: then the phones of their profiles have.

use crate::http::Http;
use crate::http::delivery::Prints;
use crate::http::render::path_of;
use std::collections::HashMap;
use std::ffi::{CStr, CString};

/// What the templates of each profile came to when they were looked at last.
#[derive(Debug, Default)]
pub struct Templates(HashMap<CString, u64>);

impl Templates {
    /// The phones whose templates say something else than at the last look. Waits for their file systems.
    pub fn changed(&mut self, http: &Http) -> Vec<Box<CStr>> {
        let table = http.table();
        let mut prints = Prints::fresh(&http.templates, path_of);
        let mut now = HashMap::new();
        for profile in table.phones().iter().filter_map(|phone| phone.profile.as_ref()) {
            if !now.contains_key(&profile.name) {
                now.insert(profile.name.clone(), prints.of_profile(profile));
            }
        }
        let before = std::mem::replace(&mut self.0, now);
        let is_other = |name: &CString| before.get(name).is_some_and(|before| Some(before) != self.0.get(name));
        let phones = table.phones().iter();
        let changed = phones.filter(|phone| phone.profile.as_ref().is_some_and(|profile| is_other(&profile.name)));
        changed.map(|phone| phone.mac.clone()).collect()
    }
}

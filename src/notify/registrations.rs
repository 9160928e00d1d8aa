//! Which accounts are registered, and where: what sorcery told of contacts, by the endpoints that they are of. No Asterisk in
//! here.

use crate::phone::registration::Registration;
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString};

/// The contacts that are known. Its lock is held for moments, never over a call out.
#[derive(Debug, Default)]
pub struct Registrations(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// By the contact's id.
    contacts: HashMap<CString, Registration>,
    /// The ids of each endpoint's contacts.
    by_endpoint: HashMap<CString, Vec<CString>>,
    /// The endpoints that have had any.
    seen: HashSet<CString>,
}

impl Registrations {
    /// A contact is there, and says that. True if its endpoint had none before. Any thread.
    pub fn add(&self, id: CString, registration: Registration) -> bool {
        let mut known = self.0.lock();
        known.remove(&id);
        let ids = known.by_endpoint.entry(registration.endpoint.clone()).or_default();
        let is_first = ids.is_empty();
        ids.push(id.clone());
        if is_first {
            known.seen.insert(registration.endpoint.clone());
        }
        known.contacts.insert(id, registration);
        is_first
    }

    /// A contact is gone. Any thread.
    pub fn remove(&self, id: &CStr) {
        self.0.lock().remove(id);
    }

    /// Whether the endpoint has a contact. Any thread.
    pub fn has(&self, endpoint: &CStr) -> bool {
        self.0.lock().by_endpoint.contains_key(endpoint)
    }

    /// Whether the endpoint has ever had one. Any thread.
    pub fn is_known(&self, endpoint: &CStr) -> bool {
        self.0.lock().seen.contains(endpoint)
    }

    /// What the endpoint's contacts say. Any thread.
    pub fn of(&self, endpoint: &CStr) -> Vec<Registration> {
        let known = self.0.lock();
        let ids = known.by_endpoint.get(endpoint).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| known.contacts.get(id)).cloned().collect()
    }
}

impl Known {
    fn remove(&mut self, id: &CStr) {
        let Some(before) = self.contacts.remove(id) else { return };
        if let Some(ids) = self.by_endpoint.get_mut(&before.endpoint) {
            ids.retain(|each| each.as_c_str() != id);
            if ids.is_empty() {
                self.by_endpoint.remove(&before.endpoint);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_come_move_and_go() {
        let registrations = Registrations::default();
        let of = |endpoint: &CStr| Registration { endpoint: endpoint.into(), ..Registration::default() };
        assert!(registrations.add(c"a;@1".into(), of(c"alice")));
        assert!(!registrations.add(c"a;@2".into(), of(c"alice")), "it has one already");
        assert!(!registrations.add(c"a;@2".into(), of(c"alice")));
        assert_eq!(registrations.of(c"alice").len(), 2);
        assert!(registrations.add(c"a;@2".into(), of(c"bob")), "it has moved");
        registrations.remove(c"a;@1");
        registrations.remove(c"a;@1");
        assert!(!registrations.has(c"alice") && registrations.has(c"bob"));
        registrations.remove(c"a;@2");
        assert!(!registrations.has(c"bob") && registrations.is_known(c"bob"));
    }
}

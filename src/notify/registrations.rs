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
        self.0.lock().add(id, registration)
    }

    /// A contact is gone. Any thread.
    pub fn remove(&self, id: &CStr) {
        self.0.lock().remove(id);
    }

    /// Until when a contact is valid; `None` if it is not known. Any thread.
    pub fn expiry_of(&self, id: &CStr) -> Option<u64> {
        self.0.lock().contacts.get(id).map(|contact| contact.expires)
    }

    /// These are all contacts, as they were read at once. What nobody has told of keeps no time. Not while
    /// another thread adds or removes.
    pub fn read(&self, contacts: Vec<(CString, Registration)>) {
        let mut known = self.0.lock();
        let there: HashSet<&CString> = contacts.iter().map(|(id, _)| id).collect();
        let gone: Vec<CString> = known.contacts.keys().filter(|id| !there.contains(id)).cloned().collect();
        gone.iter().for_each(|id| known.remove(id));
        for (id, contact) in contacts {
            let expires = known.contacts.get(&id).map_or(0, |told| told.expires);
            known.add(id, Registration { expires, ..contact });
        }
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

    /// The ids of the endpoint's contacts. Any thread.
    pub fn ids_of(&self, endpoint: &CStr) -> Vec<CString> {
        self.0.lock().by_endpoint.get(endpoint).cloned().unwrap_or_default()
    }
}

impl Known {
    fn add(&mut self, id: CString, registration: Registration) -> bool {
        self.remove(&id);
        let ids = self.by_endpoint.entry(registration.endpoint.clone()).or_default();
        let is_first = ids.is_empty();
        ids.push(id.clone());
        if is_first {
            self.seen.insert(registration.endpoint.clone());
        }
        self.contacts.insert(id, registration);
        is_first
    }

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

    #[test]
    fn what_nobody_tells_of_is_as_it_was_read() {
        let registrations = Registrations::default();
        let of =
            |endpoint: &CStr, expires| Registration { endpoint: endpoint.into(), expires, ..Registration::default() };
        registrations.add(c"a;@1".into(), of(c"alice", 10));
        registrations.add(c"b;@1".into(), of(c"bob", 10));
        registrations.read(vec![(c"b;@1".into(), of(c"bob", 20)), (c"c;@1".into(), of(c"carol", 20))]);
        assert!(!registrations.has(c"alice") && registrations.has(c"bob") && registrations.has(c"carol"));
        assert_eq!((registrations.expiry_of(c"b;@1"), registrations.expiry_of(c"c;@1")), (Some(10), Some(0)));
    }
}

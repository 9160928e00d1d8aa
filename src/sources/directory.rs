//! What lines name: endpoints, auths, transports, time zones.

use super::moment::Sources;
use super::refused;
use crate::asterisk::sorcery::Place;
use crate::asterisk::{callerid, localtime, res_pjsip};
use crate::phone::conf::conf_files;
use crate::phone::directory::{Auth, Directory, Endpoint, Transport};
use crate::phone::object_type::ObjectType;
use crate::phone::variables::Variables;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, CString};

/// Looks objects up in `res_pjsip`'s sorcery, for the length of one sync; those that are kept in a database, in the rows that
/// are believed.
///
/// Transports are few and named by every endpoint, and so are time zones: each is looked up once.
pub struct PjsipDirectory {
    sources: Sources,
    known_transports: RefCell<HashMap<CString, Option<Transport>>>,
    known_time_zones: RefCell<HashMap<CString, bool>>,
}

impl PjsipDirectory {
    /// A directory over those sources.
    pub fn new(sources: Sources) -> Self {
        PjsipDirectory { sources, known_transports: RefCell::default(), known_time_zones: RefCell::default() }
    }

    /// Finds an object: `of_object` reads one of sorcery's, and `of_row` a row of a database.
    fn find<T>(
        &self,
        kind: ObjectType,
        id: &CStr,
        of_object: impl Fn(Place, &CStr) -> Option<T>,
        of_row: impl Fn(&Variables) -> T,
    ) -> Option<T> {
        let Sources { sorcery, wizards, rows, .. } = &self.sources;
        if !wizards.are_realtime(kind) {
            return of_object(Place::Sorcery(*sorcery), id);
        }
        wizards.of(kind).iter().find_map(|wizard| match wizard.is_database() {
            true => rows.as_ref()?.get(kind, id).map(&of_row),
            false => of_object(Place::Wizard(wizard), id),
        })
    }
}

impl Directory for PjsipDirectory {
    fn endpoint(&self, id: &CStr) -> Option<Endpoint> {
        let of_row = |row: &Variables| conf_files::endpoint(row, callerid::split);
        self.find(ObjectType::Endpoint, id, res_pjsip::endpoint, of_row)
    }

    fn auth(&self, id: &CStr) -> Option<Auth> {
        self.find(ObjectType::Auth, id, res_pjsip::auth, conf_files::auth)
    }

    fn transport(&self, id: &CStr) -> Option<Transport> {
        if let Some(known) = self.known_transports.borrow().get(id) {
            return *known;
        }
        let transport = self.find(ObjectType::Transport, id, res_pjsip::transport, conf_files::transport);
        let transport = transport.map(|transport| self.sources.started.seen(id, transport));
        self.known_transports.borrow_mut().insert(id.to_owned(), transport);
        transport
    }

    fn is_refused(&self, kind: ObjectType, id: &CStr) -> bool {
        refused::has(&self.sources, kind, id)
    }

    fn has_time_zone(&self, name: &CStr) -> bool {
        if let Some(known) = self.known_time_zones.borrow().get(name) {
            return *known;
        }
        let is_there = localtime::has_zone(name);
        self.known_time_zones.borrow_mut().insert(name.to_owned(), is_there);
        is_there
    }
}

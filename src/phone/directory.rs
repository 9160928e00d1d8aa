//! What a line takes from `res_pjsip`'s objects, and the door through which it asks for what it names.

use super::object_type::ObjectType;
use std::ffi::{CStr, CString};

/// What an `endpoint` knows of a line. Texts are never empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoint {
    /// The transport that it names.
    pub transport: Option<CString>,
    /// The number part of its callerid, if valid.
    pub callerid_number: Option<CString>,
    /// The name part of its callerid, if valid.
    pub callerid_name: Option<CString>,
    /// The first auth that it names for inbound requests.
    pub auth: Option<CString>,
}

/// What an `auth` knows of a line. Texts are never empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Auth {
    /// Its `username`.
    pub username: Option<CString>,
    /// Its `password`; absent where only a digest is known (`auth_type=md5`, `digest`).
    pub password: Option<CString>,
}

/// What a `transport` knows of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transport {
    /// The port it binds, in host byte order; 0 for a `flow` transport.
    pub port: u16,
    /// What it speaks: udp, tcp, tls, ws, wss or flow. `None` if that is none that Asterisk knows.
    pub protocol: Option<&'static CStr>,
    /// Whether a reload may change both (`allow_reload`).
    pub is_reloadable: bool,
}

/// Looks up what sections name. Asterisk's answer comes from `res_pjsip`'s sorcery, a test's from a map.
pub trait Directory {
    /// The endpoint of that id, if there is one.
    fn endpoint(&self, id: &CStr) -> Option<Endpoint>;
    /// The auth of that id, if there is one.
    fn auth(&self, id: &CStr) -> Option<Auth>;
    /// The transport of that id, if there is one.
    fn transport(&self, id: &CStr) -> Option<Transport>;
    /// Whether an object that is not there stands in a file, so that Asterisk has refused it.
    fn is_refused(&self, kind: ObjectType, id: &CStr) -> bool;
    /// Whether there is a time zone of that name, as far as can be told.
    fn has_time_zone(&self, name: &CStr) -> bool;
}

/// A directory without objects.
#[cfg(test)]
pub struct Nothing;

#[cfg(test)]
impl Directory for Nothing {
    fn endpoint(&self, _id: &CStr) -> Option<Endpoint> {
        None
    }
    fn auth(&self, _id: &CStr) -> Option<Auth> {
        None
    }
    fn transport(&self, _id: &CStr) -> Option<Transport> {
        None
    }
    fn is_refused(&self, _kind: ObjectType, _id: &CStr) -> bool {
        false
    }
    fn has_time_zone(&self, _name: &CStr) -> bool {
        true
    }
}

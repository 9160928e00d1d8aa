//! Header: asterisk/http.h. A second handler of a URI, in front of the one that is there.
//!
//! Asterisk's HTTP server takes the first entry of its list that fits a request. The list is sorted by the URI's length,
//! and a new entry comes before those of its length (http.c, `ast_http_uri_link`), so the entry behind ours is the one that
//! was there before.

use super::callback::guard;
use crate::ffi;
use parking_lot::RwLock;
use std::cell::UnsafeCell;
use std::ffi::{CStr, c_char, c_int};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The URI of `res_phoneprov`.
const URI: &CStr = c"phoneprov";

/// A request, while it is answered.
///
/// Invariant: the session is live for as long as this is, and so is the server that accepted it.
pub struct Request<'a> {
    /// What follows `/phoneprov/`, decoded.
    pub uri: &'a CStr,
    pub(super) session: &'a ffi::ast_tcptls_session_instance,
}

impl Request<'_> {
    /// The address that it came from.
    pub fn from(&self) -> Option<IpAddr> {
        address(&self.session.remote_address)
    }
}

/// The IP address in a socket address of Asterisk's (netsock2.h).
fn address(address: &ffi::ast_sockaddr) -> Option<IpAddr> {
    let storage = &raw const address.ss;
    match i32::from(address.ss.ss_family) {
        libc::AF_INET => {
            // SAFETY: the family says which struct lies there, and the storage has room and alignment for any of them.
            let address = unsafe { &*storage.cast::<libc::sockaddr_in>() };
            Some(Ipv4Addr::from(u32::from_be(address.sin_addr.s_addr)).into())
        }
        libc::AF_INET6 => {
            // SAFETY: as above.
            let address = unsafe { &*storage.cast::<libc::sockaddr_in6>() };
            Some(Ipv6Addr::from(address.sin6_addr.s6_addr).to_canonical())
        }
        _ => None,
    }
}

/// Runs around each request: answers it by calling the function that it is given, at most once. A request for which it
/// does not is answered with 503. Runs in the HTTP server's threads, which hold no lock.
pub type Around = fn(&Request, &mut dyn FnMut());

static AROUND: RwLock<Option<Around>> = RwLock::new(None);

/// Our entry of the server's list.
#[repr(transparent)]
struct Entry(UnsafeCell<ffi::ast_http_uri>);

// SAFETY: linked, Asterisk alone writes it, under the list's lock; we read its link to the next entry, a pointer that is
// written in one piece.
unsafe impl Sync for Entry {}

// SAFETY: all zero is a valid value of this C struct: NULL pointers, no function and unset flags.
static ENTRY: Entry = Entry(UnsafeCell::new(unsafe { std::mem::zeroed() }));

/// There is no handler behind ours to pass requests on to.
#[derive(Debug)]
pub struct NothingToPassOnTo;

/// Our place in the list; dropping it gives it up. Requests that are in there are answered all the same.
#[derive(Debug)]
pub struct UriRegistration(());

impl UriRegistration {
    /// Takes the place in front of `res_phoneprov`'s handler. Not to be called while one exists. Takes the list's lock.
    pub fn new(around: Around) -> Result<Self, NothingToPassOnTo> {
        *AROUND.write() = Some(around);
        let entry = ENTRY.0.get();
        // SAFETY: the entry is not linked, so it is ours to write; the strings are static and the function stays mapped.
        unsafe {
            (*entry).description = c"Phone provisioning, held while phones change".as_ptr();
            (*entry).uri = URI.as_ptr();
            (*entry).callback = Some(handle);
            (*entry).set_has_subtree(1);
            // The server decodes the URI before it calls us; the entry behind is called with what we got.
            (*entry).set_no_decode_uri(0);
            (*entry).key = super::MODULE_NAME.as_ptr();
            ffi::ast_http_uri_link(entry);
        }
        let registration = UriRegistration(());
        match behind_ours() {
            Some(_) => Ok(registration),
            None => Err(NothingToPassOnTo), // and dropping the registration gives the place up
        }
    }
}

impl Drop for UriRegistration {
    fn drop(&mut self) {
        // SAFETY: what `new` linked.
        unsafe { ffi::ast_http_uri_unlink(ENTRY.0.get()) };
        *AROUND.write() = None;
    }
}

/// The entry that a request for [`URI`] would have reached without us.
fn behind_ours() -> Option<*const ffi::ast_http_uri> {
    // SAFETY: entries of URIs as long as this one are static structs of modules. Only res_phoneprov has one, and it cannot
    // be unloaded while we are loaded (`requires`); when its reload fails it takes the entry out, and the link to it is
    // gone.
    unsafe {
        let mut next: *const ffi::ast_http_uri = (&raw const (*ENTRY.0.get()).entry.next).read_volatile();
        while !next.is_null() {
            let uri = CStr::from_ptr((*next).uri);
            if uri.count_bytes() != URI.count_bytes() {
                return None;
            }
            if uri == URI && (*next).callback.is_some() {
                return Some(next);
            }
            next = (&raw const (*next).entry.next).read_volatile();
        }
    }
    None
}

extern "C" fn handle(
    session: *mut ffi::ast_tcptls_session_instance,
    _entry: *const ffi::ast_http_uri,
    uri: *const c_char,
    method: ffi::ast_http_method,
    get_vars: *mut ffi::ast_variable,
    headers: *mut ffi::ast_variable,
) -> c_int {
    let mut answer = None;
    guard("request", (), || {
        // SAFETY: the server's string and its session live through the call.
        let request = unsafe { Request { uri: CStr::from_ptr(uri), session: &*session } };
        let mut pass_on = || {
            answer = Some(match behind_ours() {
                // SAFETY: what the server would have called without us, with what it would have passed.
                Some(next) => unsafe {
                    (*next).callback.map_or(0, |callback| callback(session, next, uri, method, get_vars, headers))
                },
                None => {
                    error(session, 404, c"Not Found", request.uri);
                    0
                }
            });
        };
        // Copied out, so that our lock is free again when the function runs.
        let around = *AROUND.read();
        match around {
            Some(around) => around(&request, &mut pass_on),
            None => pass_on(), // the place has just been given up
        }
    });
    answer.unwrap_or_else(|| {
        error(session, 503, c"Service Unavailable", c"Phones are being updated; try again.");
        0
    })
}

/// Answers with an error, as `res_phoneprov` does.
fn error(session: *mut ffi::ast_tcptls_session_instance, status: c_int, title: &CStr, text: &CStr) {
    // SAFETY: the session is the request's, and lives until it is answered; the strings are copied.
    unsafe { ffi::ast_http_error(session, status, title.as_ptr(), text.as_ptr()) };
}

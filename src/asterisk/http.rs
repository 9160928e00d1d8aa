//! Header: asterisk/http.h. A second handler of a URI, in front of the one that is there, and answers to requests.
//!
//! Asterisk's HTTP server takes the first entry of its list that fits a request. The list is sorted by the URI's length,
//! and a new entry comes before those of its length (http.c, `ast_http_uri_link`), so the entry behind ours is the one that
//! was there before.

use super::callback::guard;
use super::chanvars::AllocationError;
use super::module::ListLocked;
use super::netsock2::ip_address;
use super::sole::{Place, Taken};
use super::strings::Str;
use crate::ffi;
use once_cell::sync::OnceCell;
use std::cell::{Cell, UnsafeCell};
use std::ffi::{CStr, c_char, c_int};
use std::fs::File;
use std::net::IpAddr;
use std::os::fd::AsRawFd;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

/// The URI of `res_phoneprov`.
const URI: &CStr = c"phoneprov";

/// What a request wants to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// To have the file.
    Get,
    /// To know of the file.
    Head,
    /// Something else.
    Other,
}

/// What an answer consists of beside its headers.
#[derive(Debug)]
pub enum Body {
    /// Nothing.
    Nothing,
    /// These bytes.
    Bytes(Vec<u8>),
    /// All of that file, from its beginning. The server writes it in pieces of 256 bytes, and takes no memory for the rest.
    File(File),
}

/// A request. What is known of the connection was copied before it is answered: the session may be closed after.
///
/// Invariant: the pointers are those that the server passed to the handler, which has not returned.
pub struct Request<'a> {
    /// What follows `/phoneprov/`, decoded.
    pub uri: &'a CStr,
    session: *mut ffi::ast_tcptls_session_instance,
    method: ffi::ast_http_method,
    headers: *const ffi::ast_variable,
    /// Outlives the request, so that whoever has to end what a panic left does not answer a second time.
    is_answered: &'a Cell<bool>,
    pub(super) remote: ffi::ast_sockaddr,
    pub(super) local: ffi::ast_sockaddr,
}

impl<'a> Request<'a> {
    /// # Safety
    /// All arguments are those that the server passed to the handler, which does not return before the result is dropped.
    unsafe fn copy(
        session: *mut ffi::ast_tcptls_session_instance,
        uri: *const c_char,
        method: ffi::ast_http_method,
        headers: *const ffi::ast_variable,
        is_answered: &'a Cell<bool>,
    ) -> Self {
        // SAFETY: the caller's promise; the fields are read in place, and all zero is a valid address, of no family.
        // getsockname takes any number for a socket and writes no more than there is room.
        unsafe {
            let socket = ffi::ast_iostream_get_fd((*session).stream);
            let mut local: ffi::ast_sockaddr = std::mem::zeroed();
            local.len = size_of_val(&local.ss) as libc::socklen_t;
            if libc::getsockname(socket, (&raw mut local.ss).cast(), &mut local.len) != 0 {
                local.len = 0;
            }
            let (uri, remote) = (CStr::from_ptr(uri), (*session).remote_address);
            Request { uri, session, method, headers, is_answered, remote, local }
        }
    }

    /// What it wants to be done.
    pub fn method(&self) -> Method {
        match self.method {
            ffi::ast_http_method_AST_HTTP_GET => Method::Get,
            ffi::ast_http_method_AST_HTTP_HEAD => Method::Head,
            _ => Method::Other,
        }
    }

    /// The first header of that name, in whatever case.
    pub fn header(&self, name: &CStr) -> Option<&CStr> {
        let mut header = self.headers;
        // SAFETY: the server's list and its strings live by the invariant, and nobody changes them.
        unsafe {
            while !header.is_null() {
                if CStr::from_ptr((*header).name).to_bytes().eq_ignore_ascii_case(name.to_bytes()) {
                    return Some(CStr::from_ptr((*header).value));
                }
                header = (*header).next;
            }
        }
        None
    }

    /// The address that it came from.
    pub fn from(&self) -> Option<IpAddr> {
        ip_address(&self.remote)
    }

    /// The address that it came to.
    pub fn to(&self) -> Option<IpAddr> {
        ip_address(&self.local)
    }

    /// Reads away what the client announced beside the request, for as long as the client takes to send it or the server
    /// waits for it; the answer would do it otherwise, with all that it consists of in memory.
    pub fn discard_body(&mut self) {
        // SAFETY: live by the invariant. A failure has the server close the connection when it has been answered.
        unsafe { ffi::ast_http_body_discard(self.session) };
    }

    /// Has the connection end with the answer, which says so.
    pub fn close_on_completion(&mut self) {
        // SAFETY: live by the invariant; marks the request.
        unsafe { ffi::ast_http_request_close_on_completion(self.session) };
    }

    /// Answers, for as long as the client takes to read it. The server adds Date, Cache-Control and Content-Length, and leaves
    /// the body out where the method is HEAD. `headers` are lines, each with its line feed. Answers with the status that was
    /// sent: 500 without memory.
    pub fn send(&mut self, status: u16, title: &CStr, headers: &[&[u8]], body: Body) -> u16 {
        let Ok(headers) = Str::of(headers) else { return self.fail(500, c"Internal Error", c"Out of memory.") };
        let (text, file) = match body {
            Body::Nothing => (null_mut(), None),
            Body::Bytes(bytes) => match Str::of(&[&bytes]) {
                Ok(text) => (text.into_raw(), None),
                Err(AllocationError) => return self.fail(500, c"Internal Error", c"Out of memory."),
            },
            Body::File(file) => (null_mut(), Some(file)),
        };
        self.is_answered.set(true);
        // 0 is no file to the server.
        let descriptor = file.as_ref().map_or(0, AsRawFd::as_raw_fd);
        // SAFETY: live by the invariant; both strings pass to the server, and the file stays open until it returns.
        unsafe {
            ffi::ast_http_send(
                self.session,
                self.method,
                status.into(),
                title.as_ptr(),
                headers.into_raw(),
                text,
                descriptor,
                0, // no static content: it is not to be kept by anybody in between
            );
        }
        status
    }

    /// Answers with an error, as `res_phoneprov` does, and with its status.
    pub fn fail(&mut self, status: u16, title: &CStr, text: &CStr) -> u16 {
        self.is_answered.set(true);
        error(self.session, status.into(), title, text);
        status
    }
}

/// Answers each request, itself or by calling the function that it is given, at most once, which passes it on. A request for
/// which it does neither is answered with 503. Runs in the HTTP server's threads, which hold no lock.
pub type Around = fn(&mut Request, &mut dyn FnMut(&mut Request));

/// Always the same.
static AROUND: OnceCell<Around> = OnceCell::new();

/// Our entry of the server's list.
#[repr(transparent)]
struct Entry(UnsafeCell<ffi::ast_http_uri>);

// SAFETY: linked, Asterisk alone writes it, under the list's lock; we read its link to the next entry, atomically. No
// reference to it is ever made.
unsafe impl Sync for Entry {}

// SAFETY: all zero is a valid value of this C struct: NULL pointers, no function and unset flags.
static ENTRY: Entry = Entry(UnsafeCell::new(unsafe { std::mem::zeroed() }));

/// There is no handler behind ours to pass requests on to, or our place is taken.
#[derive(Debug)]
pub struct NothingToPassOnTo;

static ENTRY_TAKEN: Place = Place::new();

/// Our place in the list; dropping it gives it up. Requests that are in there are answered all the same.
#[derive(Debug)]
pub struct UriRegistration {
    _entry: Taken,
}

impl UriRegistration {
    /// Takes the place in front of `res_phoneprov`'s handler; `around` is the same each time. Takes the list's lock.
    pub fn new(around: Around) -> Result<Self, NothingToPassOnTo> {
        AROUND.get_or_init(|| around);
        let taken = ENTRY_TAKEN.take().ok_or(NothingToPassOnTo)?;
        let entry = ENTRY.0.get();
        // SAFETY: the entry is not linked, so it is ours to write; the strings are static and the function stays mapped.
        unsafe {
            (*entry).description = c"Phone provisioning, answered before res_phoneprov".as_ptr();
            (*entry).uri = URI.as_ptr();
            (*entry).callback = Some(handle);
            (*entry).set_has_subtree(1);
            // The server decodes the URI before it calls us; the entry behind is called with what we got.
            (*entry).set_no_decode_uri(0);
            (*entry).key = super::MODULE_NAME.as_ptr();
            ffi::ast_http_uri_link(entry);
        }
        let registration = UriRegistration { _entry: taken };
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
    }
}

/// Puts our entry, if it is linked, in front again: `res_phoneprov` has been started anew and has come before it. Takes the list's
/// lock. With the module list locked, as whoever takes the place or gives it up has it.
pub fn to_the_front(_locked: &ListLocked) {
    if !ENTRY_TAKEN.is_taken() {
        return;
    }
    let entry = ENTRY.0.get();
    // SAFETY: linked, as the registration proves, and linked again; what it says does not change.
    unsafe {
        ffi::ast_http_uri_unlink(entry);
        ffi::ast_http_uri_link(entry);
    }
}

/// Whether `res_phoneprov` still has its place behind ours: it gives it up when a reload of its own fails, and is dead then
/// until it is started again.
pub fn is_res_phoneprov_there() -> bool {
    behind_ours().is_some()
}

/// The entry that a request for [`URI`] would have reached without us.
fn behind_ours() -> Option<*mut ffi::ast_http_uri> {
    // SAFETY: res_phoneprov's entry is a static struct of a module that cannot be unloaded while we are loaded
    // (`requires`); when it is taken out, the link to it is gone. Between ours and it lie only entries that were linked after
    // it and before us and whose URI has nine letters too. Those could be freed while we look at them, but nothing that
    // Asterisk ships makes such an entry unless somebody gives res_http_post a mapping of that length.
    unsafe {
        let mut next = next_of(ENTRY.0.get());
        while !next.is_null() {
            let uri = CStr::from_ptr((*next).uri);
            if uri.count_bytes() != URI.count_bytes() {
                return None;
            }
            if uri == URI && (*next).callback.is_some() {
                return Some(next);
            }
            next = next_of(next);
        }
    }
    None
}

/// The entry behind that one. Asterisk links and unlinks entries while we look, under a lock that is its own.
///
/// # Safety
/// The entry lives.
unsafe fn next_of(entry: *mut ffi::ast_http_uri) -> *mut ffi::ast_http_uri {
    // SAFETY: an aligned pointer in a live struct. Acquire: what is in an entry was written before it was linked.
    unsafe { AtomicPtr::from_ptr(&raw mut (*entry).entry.next).load(Ordering::Acquire) }
}

extern "C" fn handle(
    session: *mut ffi::ast_tcptls_session_instance,
    _entry: *const ffi::ast_http_uri,
    uri: *const c_char,
    method: ffi::ast_http_method,
    get_vars: *mut ffi::ast_variable,
    headers: *mut ffi::ast_variable,
) -> c_int {
    // What the handler behind ours says of the connection.
    let mut kept = 0;
    let is_answered = Cell::new(false);
    guard("request", (), || {
        // Looked up before the request is held: giving up our place meanwhile cuts the link.
        let before = behind_ours();
        // SAFETY: what the server passed to us; the request does not outlive this function.
        let mut request = unsafe { Request::copy(session, uri, method, headers, &is_answered) };
        let mut pass_on = |request: &mut Request| {
            request.is_answered.set(true);
            match behind_ours().or(before) {
                // SAFETY: what the server would have called without us, with what it would have passed.
                Some(next) => unsafe {
                    if let Some(callback) = (*next).callback {
                        kept = callback(session, next, uri, method, get_vars, headers);
                    }
                },
                None => error(session, 404, c"Not Found", request.uri),
            }
        };
        match AROUND.get() {
            Some(around) => around(&mut request, &mut pass_on),
            None => pass_on(&mut request),
        }
    });
    // An answer may have closed the session: there is nothing to answer on then.
    if !is_answered.get() {
        guard("request", (), || error(session, 503, c"Service Unavailable", c"Phones are being updated; try again."));
    }
    kept
}

/// Answers with an error, as `res_phoneprov` does.
fn error(session: *mut ffi::ast_tcptls_session_instance, status: c_int, title: &CStr, text: &CStr) {
    // SAFETY: the session is the request's, and lives until it is answered; the strings are copied.
    unsafe { ffi::ast_http_error(session, status, title.as_ptr(), text.as_ptr()) };
}

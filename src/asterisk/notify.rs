//! Header: asterisk/res_pjsip.h. A NOTIFY to one contact, and what it was answered with.

use super::callback::guard;
use super::contact::{Contact, Endpoint};
use super::options;
use crate::ffi;
use once_cell::sync::OnceCell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::{null, null_mut};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A final answer, with its status; `None` where this version of pjproject keeps it nobody knows where.
    Answered(Option<u16>),
    /// No answer came, or it could not be sent.
    Silence,
}

/// Who is told of it.
pub type Tell = Box<dyn FnOnce(Outcome) + Send>;

/// What a servant of `res_pjsip` sends.
struct Message {
    endpoint: Endpoint,
    contact: Contact,
    event: CString,
    tell: Tell,
}

/// Sends it, in a thread of `res_pjsip`'s; `tell` is told there, once, whatever comes of it. Any thread that holds no lock; does
/// not wait.
pub fn send(endpoint: Endpoint, contact: Contact, event: CString, tell: Tell) {
    extern "C" fn run(task: *mut c_void) -> c_int {
        guard("NOTIFY", (), || {
            // SAFETY: what is boxed below, which passes to us.
            let message = unsafe { Box::from_raw(task.cast::<Message>()) };
            send_now(*message);
        });
        0
    }
    let message = Box::into_raw(Box::new(Message { endpoint, contact, event, tell }));
    // SAFETY: NULL means any serializer; the data is ours until the task has it.
    if unsafe { ast_sip_push_task(null_mut(), Some(run), message.cast()) } != 0 {
        // SAFETY: no task has it.
        let message = unsafe { Box::from_raw(message) };
        (message.tell)(Outcome::Silence);
    }
}

fn send_now(Message { endpoint, contact, event, tell }: Message) {
    // `res_pjsip` may have ended before this task's turn came: its servants go last, and whatever they would send with is gone.
    if options::shutting_down() {
        return tell(Outcome::Silence);
    }
    let mut request = null_mut();
    // SAFETY: endpoint and contact are live, and the strings; NULL for no dialog and no URI but the contact's.
    let made = unsafe {
        ffi::ast_sip_create_request(
            c"NOTIFY".as_ptr(),
            null_mut(),
            endpoint.as_ptr(),
            null(),
            contact.as_ptr(),
            &mut request,
        )
    };
    if made != 0 {
        return tell(Outcome::Silence);
    }
    for (name, value) in [(c"Subscription-State", c"terminated"), (c"Event", event.as_c_str())] {
        // SAFETY: the request is ours until it is sent; the strings are copied.
        unsafe { ffi::ast_sip_add_header(request, name.as_ptr(), value.as_ptr()) };
    }
    let token = Box::into_raw(Box::new(tell));
    // SAFETY: the request passes to it; the token passes to the callback, which is called once, or never if this fails
    // (res_pjsip.c, `ast_sip_send_out_of_dialog_request`).
    let sent =
        unsafe { ffi::ast_sip_send_request(request, null_mut(), endpoint.as_ptr(), token.cast(), Some(answered)) };
    if sent != 0 {
        // SAFETY: no callback has it.
        let tell = unsafe { Box::from_raw(token) };
        tell(Outcome::Silence);
    }
}

unsafe extern "C" fn answered(token: *mut c_void, event: *mut ffi::pjsip_event) {
    guard("answer to NOTIFY", (), || {
        // SAFETY: what `send_now` gave away, once.
        let tell = unsafe { Box::from_raw(token.cast::<Tell>()) };
        // SAFETY: pjproject's event, live through the call, or NULL.
        tell(unsafe { outcome(event.cast()) });
    });
}

/// `pjsip_event`, as far as it is read (pjsip/sip_event.h, the same from 2.9 to 2.17).
#[repr(C)]
struct Event {
    list: [*const c_void; 2],
    kind: c_int,
    source: *const c_void,
    transaction: *const u8,
    previous_state: c_int,
    cause: c_int,
}

/// A transaction has changed.
const TRANSACTION: c_int = 5;
/// Because a message has come.
const MESSAGE: c_int = 3;

/// What an event tells.
///
/// # Safety
/// `event` is NULL or a live event of pjproject's.
unsafe fn outcome(event: *const Event) -> Outcome {
    // SAFETY: the caller's promise; a transaction is live in its event.
    unsafe {
        if event.is_null() || (*event).kind != TRANSACTION || (*event).cause != MESSAGE {
            return Outcome::Silence;
        }
        let status = status_offset().filter(|_| !(*event).transaction.is_null());
        let status = status.map(|offset| (*event).transaction.add(offset).cast::<c_int>().read_unaligned());
        Outcome::Answered(
            status.and_then(|status| u16::try_from(status).ok()).filter(|status| (200..700).contains(status)),
        )
    }
}

/// Where a transaction keeps the status that it was answered with (`pjsip_transaction.status_code`), by the version of pjproject
/// that runs.
fn status_offset() -> Option<usize> {
    static OFFSET: OnceCell<Option<usize>> = OnceCell::new();
    *OFFSET.get_or_init(|| {
        // SAFETY: looks a symbol up among those of the process.
        let symbol = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"pj_get_version".as_ptr()) };
        if symbol.is_null() {
            return None;
        }
        // SAFETY: pjlib's function of that name takes nothing and gives a constant (pj/types.h, `pj_get_version`).
        let version = unsafe {
            let version: extern "C" fn() -> *const c_char = std::mem::transmute(symbol);
            CStr::from_ptr(version())
        };
        offset_of(version.to_str().ok()?)
    })
}

/// Measured on those versions.
fn offset_of(version: &str) -> Option<usize> {
    let mut numbers = version.split(|character: char| !character.is_ascii_digit()).map(str::parse::<u32>);
    match (numbers.next()?.ok()?, numbers.next()?.ok()?) {
        (2, 9..=13) => Some(160),
        (2, 14..=16) => Some(176),
        (2, 17) => Some(184),
        _ => None,
    }
}

unsafe extern "C" {
    /// A macro of that name hides it in the headers of 20.18, 22.8, 23.2 and later; this one is exported by all.
    fn ast_sip_push_task(
        serializer: *mut ffi::ast_taskprocessor,
        task: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
        data: *mut c_void,
    ) -> c_int;
}

//! Header: asterisk/res_pjsip.h. Endpoints, auths and transports, read through their structs as C modules do.

use super::astobj2::Ao2;
use super::callback::guard;
use super::sorcery::{Place, Sorcery};
use crate::ffi;
use crate::phone::directory::{Auth, Endpoint, Transport};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::null_mut;

/// `res_pjsip`'s sorcery; `None` if it is not running. Any thread.
pub fn sorcery() -> Option<Sorcery> {
    // SAFETY: the instance lives until res_pjsip is unloaded, which `requires` forbids while we are loaded.
    unsafe { Sorcery::from_borrowed(ffi::ast_sip_get_sorcery()) }
}

/// No servant took the task.
#[derive(Debug)]
pub struct PushError;

/// Runs a task in one of `res_pjsip`'s servant threads and waits for it, as `res_pjsip` does to reload: other threads that
/// reloaded sorcery have deadlocked with it. Never call it with a lock of ours held.
pub fn wait_servant(task: fn()) -> Result<(), PushError> {
    extern "C" fn run(task: *mut c_void) -> c_int {
        guard("servant task", (), || {
            // SAFETY: the pointer to a local of the caller below, which waits for us.
            let task = unsafe { *task.cast::<fn()>() };
            task();
        });
        0
    }
    let mut task = task;
    let data = (&raw mut task).cast();
    // SAFETY: NULL means any serializer; the data outlives the call, which waits for the task; strings are constants.
    let result = unsafe {
        #[cfg(push_task_names_caller)]
        {
            ffi::__ast_sip_push_task_wait_servant(
                null_mut(),
                Some(run),
                data,
                c"res_pjsip.rs".as_ptr(),
                line!() as c_int,
                c"wait_servant".as_ptr(),
            )
        }
        #[cfg(not(push_task_names_caller))]
        {
            ffi::ast_sip_push_task_wait_servant(null_mut(), Some(run), data)
        }
    };
    if result == 0 { Ok(()) } else { Err(PushError) }
}

/// The string, unless it is NULL or empty.
///
/// # Safety
/// `text` is NULL or a string that lives through the call.
unsafe fn given(text: *const c_char) -> Option<CString> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(text) };
    (!text.is_empty()).then(|| text.to_owned())
}

/// The endpoint of that id. Any thread; takes sorcery's read locks.
pub fn endpoint(place: Place, id: &CStr) -> Option<Endpoint> {
    // SAFETY: res_pjsip's objects of a type are of the struct of its header; the reference passes to us. Strings live as long
    // as the object, and nobody changes them once it is loaded.
    unsafe {
        let endpoint: Ao2<ffi::ast_sip_endpoint> = Ao2::from_owned(place.retrieve_by_id(c"endpoint", id))?;
        let (number, name) = (&endpoint.id.self_.number, &endpoint.id.self_.name);
        let auths = &endpoint.inbound_auths;
        Some(Endpoint {
            transport: given(endpoint.transport),
            callerid_number: if number.valid != 0 { given(number.str_) } else { None },
            callerid_name: if name.valid != 0 { given(name.str_) } else { None },
            auth: if auths.current > 0 { given(*auths.elems) } else { None },
        })
    }
}

/// The auth of that id. Any thread; takes sorcery's read locks.
pub fn auth(place: Place, id: &CStr) -> Option<Auth> {
    // SAFETY: as in `endpoint`.
    unsafe {
        let auth: Ao2<ffi::ast_sip_auth> = Ao2::from_owned(place.retrieve_by_id(c"auth", id))?;
        Some(Auth { username: given(auth.auth_user), password: given(auth.auth_pass) })
    }
}

/// The transport of that id. Any thread; takes sorcery's read locks.
pub fn transport(place: Place, id: &CStr) -> Option<Transport> {
    // SAFETY: as in `endpoint`. The port lies at the same place for both families (pj/sock.h, pj_sockaddr_get_port), and is 0
    // where no address was set.
    unsafe {
        let transport: Ao2<ffi::ast_sip_transport> = Ao2::from_owned(place.retrieve_by_id(c"transport", id))?;
        Some(Transport { port: u16::from_be(transport.host.ipv4.sin_port) })
    }
}

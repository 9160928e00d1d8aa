//! Header: asterisk/res_pjsip.h. Endpoints, auths and transports, read through their structs as C modules do.

use super::astobj2::Ao2;
use super::callback::guard;
use super::callerid;
use super::sorcery::{Sorcery, Wizard};
use crate::ffi;
use crate::phone::directory::{Auth, Directory, Endpoint, Transport};
use crate::phone::files;
use crate::phone::object_type::ObjectType;
use crate::phone::rows::Rows;
use crate::phone::variables::Variables;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::null_mut;
use std::sync::Arc;

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

/// Looks objects up in `res_pjsip`'s sorcery, for the length of one sync; those that are kept in a database, in the rows that
/// are believed.
///
/// Transports are few and named by every endpoint: each is read once.
pub struct PjsipDirectory {
    sorcery: Sorcery,
    rows: Option<Arc<Rows>>,
    /// The wizards of the three types.
    endpoints: Arc<[Wizard]>,
    auths: Arc<[Wizard]>,
    transports: Arc<[Wizard]>,
    known_transports: RefCell<HashMap<CString, Option<Transport>>>,
}

impl PjsipDirectory {
    /// A directory over that instance and these rows.
    pub fn new(sorcery: Sorcery, rows: Option<Arc<Rows>>) -> Self {
        PjsipDirectory {
            sorcery,
            rows,
            endpoints: Sorcery::noted_wizards(c"endpoint"),
            auths: Sorcery::noted_wizards(c"auth"),
            transports: Sorcery::noted_wizards(c"transport"),
            known_transports: RefCell::default(),
        }
    }

    /// Finds an object: `of_object` reads one of sorcery's, NULL for none, and `of_row` a row of a database.
    fn find<T>(
        &self,
        kind: ObjectType,
        wizards: &[Wizard],
        id: &CStr,
        of_object: unsafe fn(*mut c_void) -> Option<T>,
        of_row: impl Fn(&Variables) -> T,
    ) -> Option<T> {
        if !wizards.iter().any(Wizard::is_realtime) {
            // SAFETY: what is found is an object of the type that `of_object` reads, whose reference passes to it.
            return unsafe { of_object(self.sorcery.retrieve_by_id(kind.name(), id)) };
        }
        wizards.iter().find_map(|wizard| match wizard.is_database() {
            true => self.rows.as_ref()?.get(kind, id).map(&of_row),
            // SAFETY: as above.
            false => unsafe { of_object(wizard.retrieve_by_id(id)) },
        })
    }
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

// SAFETY of the three that follow: res_pjsip's objects of a type are of the struct of its header. Strings live as long as the
// object, and nobody changes them once it is loaded.

/// # Safety
/// `object` is NULL or an object of type "endpoint", whose reference passes to us.
unsafe fn read_endpoint(object: *mut c_void) -> Option<Endpoint> {
    // SAFETY: see above.
    unsafe {
        let endpoint: Ao2<ffi::ast_sip_endpoint> = Ao2::from_owned(object)?;
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

/// # Safety
/// `object` is NULL or an object of type "auth", whose reference passes to us.
unsafe fn read_auth(object: *mut c_void) -> Option<Auth> {
    // SAFETY: see above.
    unsafe {
        let auth: Ao2<ffi::ast_sip_auth> = Ao2::from_owned(object)?;
        Some(Auth { username: given(auth.auth_user), password: given(auth.auth_pass) })
    }
}

/// # Safety
/// `object` is NULL or an object of type "transport", whose reference passes to us.
unsafe fn read_transport(object: *mut c_void) -> Option<Transport> {
    // SAFETY: see above. The port lies at the same place for both families (pj/sock.h, pj_sockaddr_get_port), and is 0 where
    // no address was set.
    unsafe {
        let transport: Ao2<ffi::ast_sip_transport> = Ao2::from_owned(object)?;
        Some(Transport { port: u16::from_be(transport.host.ipv4.sin_port) })
    }
}

impl Directory for PjsipDirectory {
    fn endpoint(&self, id: &CStr) -> Option<Endpoint> {
        let of_row = |row: &Variables| files::endpoint(row, callerid::split);
        self.find(ObjectType::Endpoint, &self.endpoints, id, read_endpoint, of_row)
    }

    fn auth(&self, id: &CStr) -> Option<Auth> {
        self.find(ObjectType::Auth, &self.auths, id, read_auth, files::auth)
    }

    fn transport(&self, id: &CStr) -> Option<Transport> {
        if let Some(known) = self.known_transports.borrow().get(id) {
            return *known;
        }
        let transport = self.find(ObjectType::Transport, &self.transports, id, read_transport, files::transport);
        self.known_transports.borrow_mut().insert(id.to_owned(), transport);
        transport
    }
}

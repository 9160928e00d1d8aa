//! Header: asterisk/res_pjsip.h. Endpoints, auths and transports, read through their structs as C modules do where those are
//! known, and as sorcery's object sets elsewhere.

use super::astobj2::Ao2;
use super::callback::guard;
use super::layout::{Distrust, Has, Layout, Offsets, Way};
use super::logger::warning;
use super::sorcery::object::Object;
use super::sorcery::{Place, Sorcery};
use super::{ast_version, callerid, memory};
use crate::ffi;
use crate::phone::conf::conf_files;
use crate::phone::directory::{Auth, Endpoint, Transport};
use crate::phone::variables::Variables;
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
    // SAFETY: NULL means any serializer; the data outlives the call, which waits for the task.
    let result = unsafe { ast_sip_push_task_wait_servant(null_mut(), Some(run), data) };
    if result == 0 { Ok(()) } else { Err(PushError) }
}

unsafe extern "C" {
    /// A macro of that name hides it in the headers of 20.18, 22.8, 23.2 and later, whose own function other versions lack; this
    /// one is exported by all.
    fn ast_sip_push_task_wait_servant(
        serializer: *mut ffi::ast_taskprocessor,
        task: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
        data: *mut c_void,
    ) -> c_int;
}

/// What is known of the running Asterisk's endpoints.
static LAYOUT: Layout = Layout::new();

/// What is known of the running Asterisk's endpoints, for people. Any thread.
pub fn layout() -> String {
    LAYOUT.describe()
}

/// Whether what was read is what an object set says. That has the caller id as one text, from which its parts do not always come
/// back: the parts are merged, and the texts compared.
fn agrees(read: &Endpoint, set: &Variables) -> bool {
    let said = conf_files::endpoint(set, callerid::split);
    let callerid = callerid::merge(read.callerid_name.as_deref(), read.callerid_number.as_deref());
    read.transport == said.transport
        && read.auth == said.auth
        && set.iter().any(|(name, value)| name == c"callerid" && value == callerid.as_c_str())
}

/// Name and number of an endpoint whose option `callerid` that is, as [`endpoint`] reads them here: of an object set, parts that
/// stand alone do not always come back as they were. Any thread.
pub fn split_callerid(text: &CStr) -> (CString, CString) {
    let (name, number) = callerid::split(text);
    if !LAYOUT.is_distrusted() {
        return (name, number);
    }
    let [name, number] = [&name, &number].map(|part| (!part.is_empty()).then_some(part.as_c_str()));
    let merged = callerid::merge(name, number);
    if merged.as_c_str() == NO_CALLERID { (CString::default(), CString::default()) } else { callerid::split(&merged) }
}

/// What an object set says of an endpoint without a caller id.
const NO_CALLERID: &CStr = c"<unknown>";

/// The endpoint of that id. Any thread; takes sorcery's read locks.
pub fn endpoint(place: Place, id: &CStr) -> Option<Endpoint> {
    // SAFETY: an object of sorcery's, whose reference passes to us.
    let object = unsafe { Object::from_owned(place.retrieve_by_id(c"endpoint", id)) }?;
    let size = object.size();
    let news = match LAYOUT.way(size) {
        // SAFETY: proved for objects of this size.
        Way::Offsets(offsets) => return Some(unsafe { read_endpoint(&object, offsets) }),
        Way::Compare(offsets) if memory::can_read() => {
            let set = object.set(place.sorcery());
            let read = read_carefully(&object, offsets).filter(|read| agrees(read, &set));
            let has = |read: &Endpoint| Has {
                auth: read.auth.is_some(),
                callerid: read.callerid_name.is_some() || read.callerid_number.is_some(),
            };
            let has_what = read.as_ref().map_or(Has { auth: false, callerid: false }, has);
            let news = LAYOUT.compared(size, read.is_some(), has_what);
            if read.is_some() {
                return read;
            }
            news
        }
        Way::Compare(_) => LAYOUT.blind(),
        Way::ObjectSet => LAYOUT.unknown(size),
    };
    if let Some(why) = news {
        let remedy = match why {
            Distrust::Blind => "where Asterisk may call that, they are read directly".to_owned(),
            Distrust::Size(_) | Distrust::Comparison(_) => {
                format!("a version of this module that knows Asterisk {} reads them directly", ast_version::running())
            }
        };
        warning!(
            "{why}: endpoints are read as object sets, which takes longer and cannot tell a caller id's name from its number \
             where only one is given; {remedy}"
        );
    }
    Some(endpoint_of_set(&object.set(place.sorcery())))
}

/// The same in every version.
const TRANSPORT: usize = 24;
/// The longest text of an endpoint that is looked at while nothing is proved.
const LONGEST: usize = 64 * 1024;

/// What an endpoint says; `None` if there is nothing where it should be.
fn read_carefully(object: &Object, offsets: Offsets) -> Option<Endpoint> {
    let text = |text: *const c_char| match text.is_null() {
        true => Some(None),
        false => memory::read_c_string(text, LONGEST).map(|text| (!text.is_empty()).then_some(text)),
    };
    // SAFETY: structs of numbers and pointers, for which any bytes will do.
    let (transport, id, auths) = unsafe {
        let at = |offset| object.as_ptr().wrapping_byte_add(offset).cast_const();
        (
            memory::read::<*const c_char>(at(TRANSPORT))?,
            memory::read::<ffi::ast_party_id>(at(offsets.id))?,
            memory::read::<ffi::ast_sip_auth_vector>(at(offsets.inbound_auths))?,
        )
    };
    let part = |valid: u8, part: *const c_char| match valid {
        0 => Some(None),
        1 => text(part),
        _ => None, // no flag
    };
    let auth = match auths.current {
        0 => None,
        // SAFETY: as above.
        _ => text(unsafe { memory::read::<*const c_char>(auths.elems.cast()) }?)?,
    };
    Some(Endpoint {
        transport: text(transport)?,
        callerid_number: part(id.number.valid, id.number.str_)?,
        callerid_name: part(id.name.valid, id.name.str_)?,
        auth,
    })
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

/// What an endpoint says.
///
/// # Safety
/// Its fields lie at these places. Strings live as long as the object, and nobody changes them once it is loaded.
unsafe fn read_endpoint(object: &Object, offsets: Offsets) -> Endpoint {
    // SAFETY: the caller's promise.
    unsafe {
        let at = |offset| object.as_ptr().byte_add(offset);
        let id = at(offsets.id).cast::<ffi::ast_party_id>();
        let (name, number) = (&raw const (*id).name, &raw const (*id).number);
        let auths = at(offsets.inbound_auths).cast::<ffi::ast_sip_auth_vector>();
        Endpoint {
            transport: given(at(TRANSPORT).cast::<*const c_char>().read()),
            callerid_number: if (*number).valid != 0 { given((*number).str_) } else { None },
            callerid_name: if (*name).valid != 0 { given((*name).str_) } else { None },
            auth: if (*auths).current > 0 { given(*(*auths).elems) } else { None },
        }
    }
}

/// What an endpoint's object set says, which is as good but for caller ids of one part.
fn endpoint_of_set(set: &Variables) -> Endpoint {
    let options: Variables = set.iter().filter(|(name, value)| *name != c"callerid" || *value != NO_CALLERID).collect();
    conf_files::endpoint(&options, callerid::split)
}

/// The auth of that id. Any thread; takes sorcery's read locks.
pub fn auth(place: Place, id: &CStr) -> Option<Auth> {
    // SAFETY: res_pjsip's objects of this type begin alike in all versions; the reference passes to us. Strings live as long as
    // the object, and nobody changes them once it is loaded.
    unsafe {
        let auth: Ao2<ffi::ast_sip_auth> = Ao2::from_owned(place.retrieve_by_id(c"auth", id))?;
        Some(Auth { username: given(auth.auth_user), password: given(auth.auth_pass) })
    }
}

/// The transport of that id. Any thread; takes sorcery's read locks. There are few, and they are laid out otherwise in versions
/// that nothing tells apart: each is read as an object set.
pub fn transport(place: Place, id: &CStr) -> Option<Transport> {
    // SAFETY: an object of sorcery's, whose reference passes to us.
    let object = unsafe { Object::from_owned(place.retrieve_by_id(c"transport", id)) }?;
    Some(conf_files::transport(&object.set(place.sorcery())))
}

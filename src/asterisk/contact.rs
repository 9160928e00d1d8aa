//! Header: asterisk/res_pjsip.h. Contacts: where accounts are registered.

use super::astobj2::Container;
use super::callback::guard;
use super::sorcery::object::Object;
use super::sorcery::{Place, Sorcery};
use crate::ffi;
use crate::phone::registration::Registration;
use crate::phone::variables::Variables;
use once_cell::sync::OnceCell;
use std::ffi::{CStr, CString, c_char, c_void};

/// The sizes that the struct has had, from 16.28 to 23.5-rc1: what is read of it lies at the same places in both.
const SIZES: [usize; 2] = [176, 184];

/// A contact, and a reference to it.
#[derive(Debug)]
pub struct Contact(Object);

impl Contact {
    /// The one of that id. As [`all`].
    pub fn find(sorcery: Sorcery, id: &CStr) -> Option<Self> {
        // SAFETY: an object of sorcery's, whose reference passes to us.
        unsafe { Object::from_owned(Place::Sorcery(sorcery).retrieve_by_id(c"contact", id)) }.map(Contact)
    }

    /// Its address, for calls that borrow it.
    pub(super) fn as_ptr(&self) -> *mut ffi::ast_sip_contact {
        self.0.as_ptr().cast()
    }

    /// Its id.
    pub fn id(&self) -> &CStr {
        self.0.id()
    }

    /// What it says. Any thread; takes sorcery's read locks where the struct has a size that no version had.
    pub fn registration(&self, sorcery: Sorcery) -> Registration {
        // SAFETY: a live contact, whose reference is ours.
        unsafe { read(self.0.as_ptr()) }.unwrap_or_else(|| of_set(self.0.id(), &self.0.set(sorcery)))
    }
}

/// What a contact says; `None` if it is laid out as in no known version.
///
/// # Safety
/// `contact` is a live contact of sorcery's, which nobody changes.
pub unsafe fn read(contact: *const c_void) -> Option<Registration> {
    // SAFETY: the caller's promise.
    if !SIZES.contains(&unsafe { super::sorcery::object::size_of(contact) }) {
        return None;
    }
    // SAFETY: laid out as the header says, by its size; its strings live as long as it does.
    unsafe {
        let contact = contact.cast::<ffi::ast_sip_contact>();
        let text = |text: *const c_char| if text.is_null() { CString::default() } else { CStr::from_ptr(text).into() };
        Some(Registration {
            endpoint: text((*contact).endpoint_name),
            uri: text((*contact).uri),
            address: text((*contact).via_addr),
            agent: text((*contact).user_agent),
            server: text((*contact).reg_server),
            expires: u64::try_from((*contact).expiration_time.tv_sec).unwrap_or_default(),
        })
    }
}

/// The same from an object set, which has no `endpoint_name` in versions before it was an option: an AOR is mostly called as its
/// endpoint is, and the id begins with its name.
fn of_set(id: &CStr, set: &Variables) -> Registration {
    let of = |name: &CStr| set.get(name).unwrap_or_default().to_owned();
    let aor = id.to_bytes().split(|&byte| byte == b';' || byte == b'@').next().unwrap_or_default();
    let named = of(c"endpoint");
    Registration {
        endpoint: if named.is_empty() { CString::new(aor).unwrap_or_default() } else { named },
        uri: of(c"uri"),
        address: of(c"via_addr"),
        agent: of(c"user_agent"),
        server: of(c"reg_server"),
        expires: of(c"expiration_time").to_str().ok().and_then(|time| time.parse().ok()).unwrap_or_default(),
    }
}

/// Every contact that there is but those that stand in an AOR's section. Any thread that may wait: where contacts are kept in a
/// database, it is asked.
pub fn all(sorcery: Sorcery) -> Vec<Contact> {
    Object::all(sorcery, c"contact").into_iter().map(Contact).collect()
}

/// The contacts of that AOR, those of its section included. As [`all`]; those that have expired are removed.
pub fn of_aor(aor: &CStr) -> Vec<Contact> {
    // SAFETY: the name lives through the call; contacts are objects of sorcery's, and the container passes to us.
    let found = unsafe {
        Container::<c_void>::from_owned(ffi::ast_sip_location_retrieve_contacts_from_aor_list(aor.as_ptr()).cast())
    };
    found
        .map(Container::into_vec)
        .unwrap_or_default()
        .into_iter()
        .map(|contact| Contact(Object::of_reference(contact)))
        .collect()
}

/// An endpoint that is told something.
#[derive(Debug)]
pub struct Endpoint(Object);

impl Endpoint {
    /// The one of that id. As [`all`].
    pub fn find(sorcery: Sorcery, id: &CStr) -> Option<Self> {
        // SAFETY: an object of sorcery's, whose reference passes to us.
        unsafe { Object::from_owned(Place::Sorcery(sorcery).retrieve_by_id(c"endpoint", id)) }.map(Endpoint)
    }

    /// Its address, for calls that borrow it.
    pub(super) fn as_ptr(&self) -> *mut ffi::ast_sip_endpoint {
        self.0.as_ptr().cast()
    }

    /// The names of its AORs.
    pub fn aors(&self, sorcery: Sorcery) -> Vec<CString> {
        let set = self.0.set(sorcery);
        let list = set.get(c"aors").map(CStr::to_bytes).unwrap_or_default();
        let names = list.split(|&byte| byte == b',').map(<[u8]>::trim_ascii).filter(|name| !name.is_empty());
        names.filter_map(|name| CString::new(name).ok()).collect()
    }
}

/// What happened to a contact.
#[derive(Debug)]
pub enum Event {
    /// It is there, or says something else than before: its id, and what it says; `None` where it is laid out as in no known
    /// version.
    Is(CString, Option<Registration>),
    /// It is gone.
    Gone(CString),
}

/// Who is told of contacts: in threads of sorcery's, under its locks, so that nothing is done but noted.
pub type Listener = fn(Event);

/// Always the same.
static LISTENER: OnceCell<Listener> = OnceCell::new();

fn tell(object: *const c_void, event: impl FnOnce(CString) -> Event) {
    guard("contact observer", (), || {
        if let Some(listener) = LISTENER.get() {
            // SAFETY: sorcery shows a live contact, whose id lives as long.
            let id = unsafe { CStr::from_ptr(ffi::ast_sorcery_object_get_id(object)) };
            listener(event(id.to_owned()));
        }
    });
}

unsafe extern "C" fn is_there(object: *const c_void) {
    // SAFETY: sorcery shows a live contact, which nobody changes.
    tell(object, |id| Event::Is(id, unsafe { read(object) }));
}

unsafe extern "C" fn is_gone(object: *const c_void) {
    tell(object, Event::Gone);
}

static OBSERVER: ffi::ast_sorcery_observer = ffi::ast_sorcery_observer {
    created: Some(is_there),
    updated: Some(is_there),
    deleted: Some(is_gone),
    loaded: None,
};

/// Sorcery did not take the observer.
#[derive(Debug)]
pub struct ObserverError;

/// Our observer of contacts; dropping it removes it and waits until it does not run.
#[derive(Debug)]
pub struct ContactObserver(Sorcery);

impl ContactObserver {
    /// Registers it, with the same listener each time. Not to be called, and the result not to be dropped, in a listener.
    pub fn new(sorcery: Sorcery, listener: Listener) -> Result<Self, ObserverError> {
        LISTENER.get_or_init(|| listener);
        // SAFETY: the instance is valid; sorcery keeps the pointer to the callbacks, which are static.
        let result = unsafe { ffi::ast_sorcery_observer_add(sorcery.as_ptr(), c"contact".as_ptr(), &OBSERVER) };
        if result == 0 { Ok(ContactObserver(sorcery)) } else { Err(ObserverError) }
    }
}

impl Drop for ContactObserver {
    fn drop(&mut self) {
        // SAFETY: what `new` added.
        unsafe { ffi::ast_sorcery_observer_remove(self.0.as_ptr(), c"contact".as_ptr(), &OBSERVER) };
    }
}

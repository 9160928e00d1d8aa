//! Header: asterisk/sorcery.h. The sections of configuration that this module's types are made of.

use super::super::astobj2::Ao2;
use super::super::callback::guard;
use super::super::config::{self, VariableList};
use crate::ffi;
use crate::phone::configuration::Content;
use crate::phone::mac;
use crate::phone::object_type::ObjectType;
use crate::phone::variables::Variables;
use parking_lot::Mutex;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::fmt;
use std::ptr::null_mut;
use std::sync::atomic::AtomicUsize;

/// A type of section that takes any option: what is kept of each section are its name/value pairs.
///
/// Sorcery keeps the functions made from an implementation, and its strings, for as long as Asterisk runs.
pub trait SectionType: 'static {
    /// Which type it is.
    const TYPE: ObjectType;
    /// The value of `type=`.
    const NAME: &'static CStr = Self::TYPE.name();
    /// What the `config` wizard is told where sorcery.conf says nothing of the type.
    const FILE: &'static CStr;
    /// What is known of the type at run time.
    fn state() -> &'static TypeState;
}

/// What is known of a type at run time.
#[derive(Debug)]
pub struct TypeState {
    /// The ids of its objects.
    pub live_ids: LiveIds,
    /// How many steps of its registration have been taken. Nothing can take them back, so a load that was declined
    /// half-way goes on from here.
    pub(super) steps_registered: AtomicUsize,
}

impl TypeState {
    /// A type that has not been registered.
    pub const fn new() -> Self {
        TypeState { live_ids: LiveIds::new(), steps_registered: AtomicUsize::new(0) }
    }
}

/// The ids that objects exist of, in order, each with how many, and what is known of their MACs.
///
/// Asking sorcery for "all" is quadratic from Asterisk 20 on, asking for one id costs a microsecond. Whatever a wizard
/// keeps in memory is here; so are objects that no wizard knows yet, or any more. Its lock is held for no call out.
#[derive(Debug)]
pub struct LiveIds(Mutex<BTreeMap<CString, Live>>);

/// The objects of one id.
#[derive(Debug)]
struct Live {
    count: usize,
    /// What [`mac::key`] makes of their MAC; [`ANY`] if they have had several.
    mac: u64,
}

const ANY: u64 = u64::MAX;

/// What is kept of a section's MAC; 0 if it gives none.
fn mac_of(variables: &Variables) -> u64 {
    let mut keys = variables.macs().map(|mac| mac::key(mac.to_bytes()));
    let first = keys.next().unwrap_or_default();
    if keys.all(|key| key == first) { first } else { ANY }
}

impl LiveIds {
    const fn new() -> Self {
        LiveIds(Mutex::new(BTreeMap::new()))
    }

    /// A copy of all ids, in order. Any thread.
    pub fn snapshot(&self) -> Vec<CString> {
        self.0.lock().keys().cloned().collect()
    }

    /// The ids of objects that may have a MAC of those keys ([`mac::key`]), in order; all that have one are among them. Any
    /// thread.
    pub fn with_mac(&self, keys: &BTreeSet<u64>) -> Vec<CString> {
        let ids = self.0.lock();
        let is_wanted = |live: &Live| live.mac == ANY || keys.contains(&live.mac);
        ids.iter().filter(|(_, live)| is_wanted(live)).map(|(id, _)| id.clone()).collect()
    }

    fn add(&self, id: &CStr, variables: &Variables) {
        let mac = mac_of(variables);
        let mut ids = self.0.lock();
        match ids.get_mut(id) {
            Some(live) => {
                live.count += 1;
                if live.mac != mac {
                    live.mac = ANY;
                }
            }
            None => {
                ids.insert(id.to_owned(), Live { count: 1, mac });
            }
        }
    }

    fn remove(&self, id: &CStr) {
        let mut ids = self.0.lock();
        if let Some(live) = ids.get_mut(id) {
            live.count -= 1;
            if live.count == 0 {
                ids.remove(id);
            }
        }
    }
}

/// One section as sorcery holds it. Nobody changes it once it is loaded.
#[repr(C)]
#[derive(Debug)]
pub struct Section {
    /// Sorcery's part; must come first (`SORCERY_OBJECT`).
    details: Details,
    /// Whether the object counts in its type's [`LiveIds`].
    counted: bool,
    variables: Variables,
}

#[repr(transparent)]
struct Details(ffi::ast_sorcery_object_details);

// SAFETY: the pointer in it is sorcery's own: set before the object is published, only read afterwards.
unsafe impl Send for Details {}
// SAFETY: as above.
unsafe impl Sync for Details {}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Details")
    }
}

// ast_sorcery_generic_alloc puts sorcery's own part behind this struct and aligns neither.
const _: () = assert!(size_of::<Section>() % align_of::<*mut c_void>() == 0);
const _: () = assert!(align_of::<Section>() <= align_of::<*mut c_void>());

impl Section {
    /// The section's name in its file.
    pub fn id(&self) -> &CStr {
        // SAFETY: a `Section` is only ever reached through an object that sorcery has given an id, a string that lives as
        // long as the object.
        unsafe { CStr::from_ptr(ffi::ast_sorcery_object_get_id(std::ptr::from_ref(self).cast())) }
    }

    /// Its options but `type`: its own in the order in which they were written, then those of templates.
    pub fn variables(&self) -> &Variables {
        &self.variables
    }
}

impl Content for Ao2<Section> {
    fn id(&self) -> &CStr {
        Section::id(self)
    }

    fn variables(&self) -> &Variables {
        Section::variables(self)
    }
}

pub(super) extern "C" fn allocate<T: SectionType>(_id: *const c_char) -> *mut c_void {
    guard("allocate", null_mut(), || {
        // SAFETY: room for a `Section` in zeroed memory, with sorcery's part set; the rest is made valid before anybody can
        // see it, and the destructor runs once, when nobody can see it any more.
        unsafe {
            let object = ffi::ast_sorcery_generic_alloc(size_of::<Section>(), Some(destroy::<T>)).cast::<Section>();
            if !object.is_null() {
                (&raw mut (*object).counted).write(false);
                (&raw mut (*object).variables).write(Variables::default());
            }
            object.cast()
        }
    })
}

/// Frees what the object holds, its place among the ids included, and does nothing else: objects die for many reasons
/// (design: Rules that keep it safe).
extern "C" fn destroy<T: SectionType>(object: *mut c_void) {
    guard("destroy", (), || {
        let object = object.cast::<Section>();
        // SAFETY: called once by ao2 for an object that `allocate` made, with the last reference gone. Sorcery frees its
        // own part, the id among it, after this.
        unsafe {
            if (*object).counted {
                T::state().live_ids.remove((*object).id());
            }
            (&raw mut (*object).variables).drop_in_place();
        }
    });
}

pub(super) extern "C" fn set_field<T: SectionType>(
    _option: *const ffi::aco_option,
    variable: *mut ffi::ast_variable,
    object: *mut c_void,
) -> c_int {
    guard("set_field", -1, || {
        // SAFETY: the object is one that `allocate` made and that only this thread knows yet; the variable and its strings
        // live through the call.
        unsafe {
            let section = &mut *object.cast::<Section>();
            if let Some(pair) = config::pair(&*variable, c"") {
                // An update comes to a copy that is complete: `finish` has seen it.
                match section.counted {
                    true => {
                        section.variables.set(pair.name, pair.value);
                        T::state().live_ids.add(section.id(), section.variables());
                        T::state().live_ids.remove(section.id());
                    }
                    false => section.variables.add(pair),
                }
            }
        }
        0
    })
}

/// The last step of loading an object: it has its id and all its options.
pub(super) extern "C" fn finish<T: SectionType>(_sorcery: *const ffi::ast_sorcery, object: *mut c_void) -> c_int {
    guard("finish", 0, || {
        // SAFETY: as in `set_field`.
        let section = unsafe { &mut *object.cast::<Section>() };
        section.variables.own_first();
        if !section.counted {
            section.counted = true;
            T::state().live_ids.add(section.id(), section.variables());
        }
        0
    })
}

pub(super) extern "C" fn get_fields(object: *const c_void, fields: *mut *mut ffi::ast_variable) -> c_int {
    guard("get_fields", -1, || {
        let mut list = VariableList::new();
        // SAFETY: the object is one that `allocate` made, and nobody changes it any more.
        let section = unsafe { &*object.cast::<Section>() };
        for (name, value) in section.variables.iter() {
            if list.push(name, value).is_err() {
                return -1;
            }
        }
        // SAFETY: the caller's out-parameter; the list passes to it.
        unsafe { *fields = list.into_raw() };
        0
    })
}

//! Header: asterisk/sorcery.h. Being told when configuration changes.
//!
//! Sorcery's observers carry no user data, so there is one set of functions, which tell one [`Listener`]. It runs in
//! threads of sorcery's, under the observers' read lock: it notes what happened and returns.

use super::super::callback::guard;
use super::Sorcery;
use crate::ffi;
use crate::phone::object_type::ObjectType;
use once_cell::sync::OnceCell;
use std::ffi::{CStr, c_char, c_int, c_void};

/// What happened to the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// An object was created, updated or deleted, or a type was loaded.
    Changed,
    /// A reload of all types begins; until it ends, types do not fit each other.
    ReloadBegins,
    /// It has ended.
    ReloadEnds,
    /// Objects of a type are about to be loaded, for the first time or again.
    Loading(ObjectType),
    /// They have been.
    Loaded(ObjectType),
}

/// What is told of each event.
pub type Listener = fn(Event);

/// Always the same.
static LISTENER: OnceCell<Listener> = OnceCell::new();

fn tell(event: Event) {
    guard("observer", (), || {
        if let Some(listener) = LISTENER.get() {
            listener(event);
        }
    });
}

unsafe extern "C" fn object_changed(_object: *const c_void) {
    tell(Event::Changed);
}

unsafe extern "C" fn type_loaded(_object_type: *const c_char) {
    tell(Event::Changed);
}

unsafe extern "C" fn instance_loading(_name: *const c_char, _sorcery: *const ffi::ast_sorcery, _reloaded: c_int) {
    tell(Event::ReloadBegins);
}

unsafe extern "C" fn instance_loaded(_name: *const c_char, _sorcery: *const ffi::ast_sorcery, _reloaded: c_int) {
    tell(Event::ReloadEnds);
}

unsafe extern "C" fn object_type_loading(
    _name: *const c_char,
    _sorcery: *const ffi::ast_sorcery,
    object_type: *const c_char,
    _reloaded: c_int,
) {
    // SAFETY: as below.
    unsafe { tell_of_type(Event::Loading, object_type) };
}

unsafe extern "C" fn object_type_loaded(
    _name: *const c_char,
    _sorcery: *const ffi::ast_sorcery,
    object_type: *const c_char,
    _reloaded: c_int,
) {
    // SAFETY: the type's name, which lives through the call.
    unsafe { tell_of_type(Event::Loaded, object_type) };
}

/// # Safety
/// `object_type` is a string that lives through the call.
unsafe fn tell_of_type(event: fn(ObjectType) -> Event, object_type: *const c_char) {
    // SAFETY: the caller's promise.
    if let Some(kind) = ObjectType::named(unsafe { CStr::from_ptr(object_type) }) {
        tell(event(kind));
    }
}

/// What is told of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// Objects that are created, updated or deleted.
    Objects,
    /// Those, and each loading of the type, changed or not.
    ObjectsAndLoading,
}

impl Watch {
    /// The callbacks, at an address that stays: sorcery keeps it, and compares it to remove them.
    fn callbacks(self) -> &'static ffi::ast_sorcery_observer {
        static OBJECTS: ffi::ast_sorcery_observer = ffi::ast_sorcery_observer {
            created: Some(object_changed),
            updated: Some(object_changed),
            deleted: Some(object_changed),
            loaded: None,
        };
        static OBJECTS_AND_LOADING: ffi::ast_sorcery_observer =
            ffi::ast_sorcery_observer { loaded: Some(type_loaded), ..OBJECTS };
        match self {
            Watch::Objects => &OBJECTS,
            Watch::ObjectsAndLoading => &OBJECTS_AND_LOADING,
        }
    }
}

static INSTANCE_OBSERVER: ffi::ast_sorcery_instance_observer = ffi::ast_sorcery_instance_observer {
    instance_loading: Some(instance_loading),
    instance_loaded: Some(instance_loaded),
    wizard_mapped: None,
    object_type_registered: None,
    object_type_loading: Some(object_type_loading),
    object_type_loaded: Some(object_type_loaded),
};

/// Sorcery did not take an observer.
#[derive(Debug)]
pub struct ObserverError;

/// Our observers of some types and of the whole instance; dropping it removes them and waits for those that run.
#[derive(Debug)]
pub struct ObserverRegistration {
    sorcery: Sorcery,
    types: Vec<(&'static CStr, Watch)>,
    instance: bool,
}

impl ObserverRegistration {
    /// Registers observers for those types, with the same listener each time. Not to be called, and the result not to be
    /// dropped, in a listener.
    pub fn new(sorcery: Sorcery, types: &[(&'static CStr, Watch)], listener: Listener) -> Result<Self, ObserverError> {
        LISTENER.get_or_init(|| listener);
        // On an error, dropping it removes what is registered so far.
        let mut registration = ObserverRegistration { sorcery, types: Vec::new(), instance: false };
        for &(object_type, watch) in types {
            let callbacks = watch.callbacks();
            // SAFETY: the instance is valid; sorcery keeps the pointer to the callbacks, which are static.
            let result = unsafe { ffi::ast_sorcery_observer_add(sorcery.as_ptr(), object_type.as_ptr(), callbacks) };
            if result != 0 {
                return Err(ObserverError);
            }
            registration.types.push((object_type, watch));
        }
        // SAFETY: as above.
        if unsafe { ffi::ast_sorcery_instance_observer_add(sorcery.as_ptr(), &INSTANCE_OBSERVER) } != 0 {
            return Err(ObserverError);
        }
        registration.instance = true;
        Ok(registration)
    }
}

impl Drop for ObserverRegistration {
    fn drop(&mut self) {
        for (object_type, watch) in &self.types {
            let callbacks = watch.callbacks();
            // SAFETY: what `new` added.
            unsafe { ffi::ast_sorcery_observer_remove(self.sorcery.as_ptr(), object_type.as_ptr(), callbacks) };
        }
        if self.instance {
            // SAFETY: what `new` added.
            unsafe { ffi::ast_sorcery_instance_observer_remove(self.sorcery.as_ptr(), &INSTANCE_OBSERVER) };
        }
    }
}

//! Header: asterisk/sorcery.h. Objects of other modules' types, of which only sorcery's own part is known.

use super::super::astobj2::{Ao2, Container};
use super::{Sorcery, Wizard};
use crate::ffi;
use crate::phone::variables::Variables;
use std::ffi::{CStr, c_void};
use std::ptr::null_mut;
use std::time::{Duration, SystemTime};

/// An object, and a reference to it.
#[derive(Debug)]
pub struct Object(Ao2<c_void>);

impl Object {
    /// Takes over the caller's reference; `None` for NULL.
    ///
    /// # Safety
    /// `object` is NULL or an object that sorcery allocated, and a reference to it passes to the result.
    pub unsafe fn from_owned(object: *mut c_void) -> Option<Self> {
        // SAFETY: the caller's promise; nothing is read through the `c_void`.
        unsafe { Ao2::from_owned(object) }.map(Object)
    }

    /// All objects of any type, in the host's order. Any thread that may wait: where they are kept in a database, it is asked.
    pub fn all(sorcery: Sorcery, object_type: &'static CStr) -> Vec<Self> {
        let flags = ffi::ast_sorcery_retrieve_flags_AST_RETRIEVE_FLAG_MULTIPLE
            | ffi::ast_sorcery_retrieve_flags_AST_RETRIEVE_FLAG_ALL;
        // SAFETY: the instance is valid, the name static; NULL fields mean all; the container passes to us.
        let found = unsafe {
            let found = ffi::ast_sorcery_retrieve_by_fields(sorcery.as_ptr(), object_type.as_ptr(), flags, null_mut());
            Container::<c_void>::from_owned(found)
        };
        found.map(Container::into_vec).unwrap_or_default().into_iter().map(Object).collect()
    }

    /// The same of a reference that is ours already.
    pub(in super::super) fn of_reference(object: Ao2<c_void>) -> Self {
        Object(object)
    }

    /// Its id.
    pub fn id(&self) -> &CStr {
        // SAFETY: a live object of sorcery's, whose id lives as long.
        unsafe { CStr::from_ptr(ffi::ast_sorcery_object_get_id(self.as_ptr())) }
    }

    /// Its address.
    pub(in super::super) fn as_ptr(&self) -> *mut c_void {
        self.0.as_ptr()
    }

    /// How many bytes its own struct has: sorcery puts its part behind it, and a pointer to that first in it (sorcery.c,
    /// `ast_sorcery_generic_alloc`, the same from 16 to 23).
    pub fn size(&self) -> usize {
        // SAFETY: a live object of sorcery's.
        unsafe { size_of(self.as_ptr()) }
    }

    /// The one of that id that a wizard keeps. Any thread; takes the wizard's read lock.
    pub fn of(wizard: &Wizard, id: &CStr) -> Option<Self> {
        // SAFETY: an object of sorcery's, whose reference passes to us.
        unsafe { Object::from_owned(wizard.retrieve_by_id(id)) }
    }

    /// When it was made.
    pub fn created(&self) -> SystemTime {
        // SAFETY: a live object; sorcery set that when it made it.
        let since = unsafe { ffi::ast_sorcery_object_get_created(self.as_ptr()) };
        let micros = u64::try_from(since.tv_usec).unwrap_or_default();
        let seconds = u64::try_from(since.tv_sec).unwrap_or_default();
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_micros(micros)
    }

    /// All its options, as sorcery writes them. Any thread; takes sorcery's read locks.
    pub fn set(&self, sorcery: Sorcery) -> Variables {
        let mut options = Variables::default();
        // SAFETY: instance and object are live; the list is ours until it is destroyed, names and values live as long.
        unsafe {
            let flags = ffi::ast_sorcery_field_handler_flags_AST_HANDLER_PREFER_STRING;
            let list = ffi::ast_sorcery_objectset_create2(sorcery.as_ptr(), self.as_ptr(), flags);
            let mut option = list;
            while !option.is_null() {
                if !(*option).value.is_null() {
                    options.push(CStr::from_ptr((*option).name), CStr::from_ptr((*option).value));
                }
                option = (*option).next;
            }
            ffi::ast_variables_destroy(list);
        }
        options
    }
}

/// How many bytes an object's own struct has.
///
/// # Safety
/// `object` is a live object of sorcery's.
pub(in super::super) unsafe fn size_of(object: *const c_void) -> usize {
    // SAFETY: it begins with a pointer to sorcery's part, which is not changed any more.
    let part = unsafe { object.cast::<*const c_void>().read() };
    part.addr().wrapping_sub(object.addr())
}

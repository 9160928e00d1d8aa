//! Header: asterisk/astobj2.h. Counted references.

use super::MODULE_NAME;
use crate::ffi;
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::ptr::NonNull;

/// An owned reference to an ao2 object whose user data starts with a `T`.
///
/// Invariant: `object` points to a live ao2 object, and one of its references is ours.
#[derive(Debug)]
pub struct Ao2<T> {
    object: NonNull<T>,
    owns: PhantomData<T>,
}

// SAFETY: ao2's reference count is atomic, so a reference may be given back on any thread; access to `T` is shared only.
unsafe impl<T: Send + Sync> Send for Ao2<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Ao2<T> {}

impl<T> Ao2<T> {
    /// Takes over the caller's reference; `None` for NULL.
    ///
    /// # Safety
    /// `object` is NULL or an ao2 object whose user data starts with a `T`, and a reference to it passes to the result.
    pub unsafe fn from_owned(object: *mut c_void) -> Option<Self> {
        NonNull::new(object.cast()).map(|object| Ao2 { object, owns: PhantomData })
    }

    /// The object's address, for calls that borrow it.
    pub fn as_ptr(&self) -> *mut T {
        self.object.as_ptr()
    }
}

impl<T> std::ops::Deref for Ao2<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: live by the invariant; only shared references to it are ever made once it is published.
        unsafe { self.object.as_ref() }
    }
}

impl<T> Drop for Ao2<T> {
    fn drop(&mut self) {
        // SAFETY: gives back the one reference that is ours by the invariant.
        unsafe { add_reference(self.object.as_ptr().cast(), -1) };
    }
}

/// Changes an object's reference count.
///
/// # Safety
/// `object` is a live ao2 object; for a negative `delta` the caller owns that many references.
unsafe fn add_reference(object: *mut c_void, delta: c_int) {
    // SAFETY: the caller's promise; the strings are constants.
    unsafe {
        ffi::__ao2_ref(object, delta, c"".as_ptr(), c"astobj2.rs".as_ptr(), line!() as c_int, MODULE_NAME.as_ptr());
    }
}

/// An owned container, to be read once.
#[derive(Debug)]
pub struct Container<T> {
    container: Ao2<c_void>,
    holds: PhantomData<T>,
}

impl<T> Container<T> {
    /// Takes over the caller's reference to a container; `None` for NULL.
    ///
    /// # Safety
    /// `container` is NULL or an `ao2_container` whose objects' user data each start with a `T`, and a reference to it
    /// passes to the result.
    pub unsafe fn from_owned(container: *mut c_void) -> Option<Self> {
        // SAFETY: the caller's promise; nothing is read through the `c_void`.
        let container = unsafe { Ao2::from_owned(container) }?;
        Some(Container { container, holds: PhantomData })
    }

    /// An empty one that takes objects in whatever order; `None` without memory.
    ///
    /// # Safety
    /// Whoever adds to it adds objects whose user data each start with a `T`.
    pub unsafe fn new() -> Option<Self> {
        // SAFETY: no options, no functions, constant strings; the reference passes to us, and the caller promises the rest.
        unsafe {
            let container = ffi::__ao2_container_alloc_list(
                0,
                0,
                None,
                None,
                c"".as_ptr(),
                c"astobj2.rs".as_ptr(),
                line!() as c_int,
                MODULE_NAME.as_ptr(),
            );
            Self::from_owned(container.cast())
        }
    }

    /// The container itself, to hand it to Asterisk.
    pub fn as_ptr(&self) -> *mut ffi::ao2_container {
        self.container.as_ptr().cast()
    }

    /// References to all objects in it.
    pub fn into_vec(self) -> Vec<Ao2<T>> {
        let mut objects = Vec::new();
        // SAFETY: the container is live, and so is the iterator (which holds a reference of its own) until it is
        // destroyed; each object comes with a reference that passes to us.
        unsafe {
            let mut iterator = ffi::ao2_iterator_init(self.container.as_ptr().cast(), 0);
            loop {
                let object = ffi::__ao2_iterator_next(
                    &mut iterator,
                    c"".as_ptr(),
                    c"astobj2.rs".as_ptr(),
                    line!() as c_int,
                    MODULE_NAME.as_ptr(),
                );
                let Some(object) = Ao2::from_owned(object) else { break };
                objects.push(object);
            }
            ffi::ao2_iterator_destroy(&mut iterator);
        }
        objects
    }
}

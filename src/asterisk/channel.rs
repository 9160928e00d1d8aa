//! Header: asterisk/channel.h. A channel that is none, for functions to be called with.

use super::MODULE_NAME;
use super::astobj2::Ao2;
use super::chanvars::{self, AllocationError};
use crate::ffi;
use std::ffi::{CStr, c_int, c_void};

/// A channel in no list, with variables of its own: what a function does to them, it does to copies.
#[derive(Debug)]
pub struct DummyChannel(Ao2<c_void>);

impl DummyChannel {
    /// One with these variables.
    pub fn new<'a>(variables: impl Iterator<Item = (&'a CStr, &'a CStr)>) -> Result<Self, AllocationError> {
        // SAFETY: the strings are constants; the reference passes to us. Its destructor frees what is in its list.
        let channel = unsafe {
            let channel =
                ffi::__ast_dummy_channel_alloc(c"channel.rs".as_ptr(), line!() as c_int, MODULE_NAME.as_ptr());
            Ao2::from_owned(channel.cast()).ok_or(AllocationError)?
        };
        let channel = DummyChannel(channel);
        for (name, value) in variables {
            // SAFETY: the list is the channel's, which nobody else knows of.
            unsafe { chanvars::push(ffi::ast_channel_varshead(channel.as_ptr()), name, value)? };
        }
        Ok(channel)
    }

    /// Whether it has exactly these variables, in this order: a function may have changed them.
    pub fn has<'a>(&self, mut variables: impl Iterator<Item = (&'a CStr, &'a CStr)>) -> bool {
        // SAFETY: the list is the channel's, which nobody else knows of: live entries with zero-terminated text, up to NULL.
        unsafe {
            let mut entry = (*ffi::ast_channel_varshead(self.as_ptr())).first;
            while !entry.is_null() {
                let own = (CStr::from_ptr((*entry).name.as_ptr()), CStr::from_ptr((*entry).value));
                if variables.next() != Some(own) {
                    return false;
                }
                entry = (*entry).entries.next;
            }
        }
        variables.next().is_none()
    }

    /// The channel, for calls that borrow it.
    pub(super) fn as_ptr(&self) -> *mut ffi::ast_channel {
        self.0.as_ptr().cast()
    }
}

//! Header: asterisk/strings.h. Dynamic strings, as functions leave their values in them and the HTTP server sends them.

use super::MODULE_NAME;
use super::chanvars::AllocationError;
use crate::ffi;
use std::ffi::{c_char, c_int};
use std::ptr::{NonNull, without_provenance_mut};

/// An owned dynamic string.
///
/// Invariant: memory of the host's allocator that is ours and says so (`DS_MALLOC`): a header, and behind it the `len` bytes
/// of room that the header tells of, at least one.
#[derive(Debug)]
pub struct Str(NonNull<ffi::ast_str>);

// SAFETY: memory that nobody else knows of; the host's allocator takes it back on any thread.
unsafe impl Send for Str {}

impl Str {
    /// A string of these pieces, with a zero behind them.
    pub fn of(pieces: &[&[u8]]) -> Result<Self, AllocationError> {
        let count = pieces.iter().map(|piece| piece.len()).sum();
        let string = Self::with_room(count + 1)?;
        // SAFETY: there is room for all pieces and a zero, which is there already.
        unsafe {
            let mut at = string.buffer().cast::<u8>();
            for piece in pieces {
                at.copy_from_nonoverlapping(piece.as_ptr(), piece.len());
                at = at.add(piece.len());
            }
            (*string.0.as_ptr()).used = count;
        }
        Ok(string)
    }

    /// An empty string with room for so many bytes, all of them zero.
    pub fn with_room(room: usize) -> Result<Self, AllocationError> {
        let room = room.max(1);
        // SAFETY: the strings are constants; the memory is zeroed, and as large as a header and the room behind it.
        unsafe {
            let memory = ffi::__ast_calloc(
                1,
                size_of::<ffi::ast_str>() + room,
                c"strings.rs".as_ptr(),
                line!() as c_int,
                MODULE_NAME.as_ptr(),
            );
            let string = NonNull::new(memory.cast::<ffi::ast_str>()).ok_or(AllocationError)?;
            (*string.as_ptr()).len = room;
            // DS_MALLOC, a macro.
            (*string.as_ptr()).ts = without_provenance_mut(1);
            Ok(Str(string))
        }
    }

    /// How many bytes there is room for.
    pub fn room(&self) -> usize {
        // SAFETY: live by the invariant.
        unsafe { (*self.0.as_ptr()).len }
    }

    /// How many bytes whoever wrote last says that there are. Not all who write keep this right.
    pub fn used(&self) -> usize {
        // SAFETY: live by the invariant.
        unsafe { (*self.0.as_ptr()).used }
    }

    /// Makes it empty, with zeros only: some who write forget theirs.
    pub fn clear(&mut self) {
        // SAFETY: ours by the invariant, and as large as it says.
        unsafe {
            self.buffer().write_bytes(0, self.room());
            (*self.0.as_ptr()).used = 0;
        }
    }

    /// Its text up to the first zero. The last byte is taken for one: some who write make the room too small for it.
    pub fn text(&self) -> &[u8] {
        // SAFETY: the room is ours by the invariant, and written up to a zero, or up to its last byte.
        unsafe {
            let count = libc::strnlen(self.buffer(), self.room() - 1);
            std::slice::from_raw_parts(self.buffer().cast::<u8>(), count)
        }
    }

    /// Lends it to calls that may move it to make it larger.
    pub(super) fn lend<R>(&mut self, call: impl FnOnce(*mut *mut ffi::ast_str) -> R) -> R {
        let mut string = self.0.as_ptr();
        let result = call(&raw mut string);
        // It stays where it is if there is no memory for a larger one.
        if let Some(string) = NonNull::new(string) {
            self.0 = string;
        }
        result
    }

    /// Hands it over to a call that frees it.
    pub(super) fn into_raw(self) -> *mut ffi::ast_str {
        std::mem::ManuallyDrop::new(self).0.as_ptr()
    }

    fn buffer(&self) -> *mut c_char {
        // SAFETY: the room lies behind the header.
        unsafe { self.0.as_ptr().add(1).cast() }
    }
}

impl Drop for Str {
    fn drop(&mut self) {
        // SAFETY: ours by the invariant, and of the host's allocator.
        unsafe {
            ffi::__ast_free(self.0.as_ptr().cast(), c"strings.rs".as_ptr(), line!() as c_int, MODULE_NAME.as_ptr());
        }
    }
}

//! Header: asterisk/chanvars.h. A list of variables, as templates are filled from.

use super::MODULE_NAME;
use crate::ffi;
use std::ffi::{CStr, c_int};
use std::ptr::{NonNull, null_mut};

/// No memory for a variable.
#[derive(Debug)]
pub struct AllocationError;

/// An owned list of variables.
///
/// Invariant: `head` came from `ast_var_list_create` and is ours; its entries form a list that ends in NULL, and `last`
/// is its last entry.
pub struct VarList {
    head: NonNull<ffi::varshead>,
}

impl VarList {
    /// An empty list.
    pub fn new() -> Result<Self, AllocationError> {
        // SAFETY: no precondition.
        let head = unsafe { ffi::ast_var_list_create() };
        NonNull::new(head).map(|head| VarList { head }).ok_or(AllocationError)
    }

    /// Variables with these names and values.
    pub fn of_pairs<'a>(pairs: impl Iterator<Item = (&'a CStr, &'a CStr)>) -> Result<Self, AllocationError> {
        let mut list = VarList::new()?;
        for (name, value) in pairs {
            list.push(name, value)?;
        }
        Ok(list)
    }

    /// Appends a variable.
    pub fn push(&mut self, name: &CStr, value: &CStr) -> Result<(), AllocationError> {
        // SAFETY: ours by the invariant, which holds again afterwards.
        unsafe { push(self.head.as_ptr(), name, value) }
    }

    /// The list, for calls that borrow it.
    pub fn as_ptr(&self) -> *mut ffi::varshead {
        self.head.as_ptr()
    }
}

impl Drop for VarList {
    fn drop(&mut self) {
        // SAFETY: ours by the invariant; frees the entries too.
        unsafe { ffi::ast_var_list_destroy(self.head.as_ptr()) };
    }
}

/// Appends copies of a name and a value to a list.
///
/// # Safety
/// The list is a live one that ends in NULL and knows its last entry, and nobody else uses it meanwhile.
pub(super) unsafe fn push(head: *mut ffi::varshead, name: &CStr, value: &CStr) -> Result<(), AllocationError> {
    // SAFETY: copies both strings; the place is a constant.
    let entry = unsafe {
        ffi::_ast_var_assign(
            name.as_ptr(),
            value.as_ptr(),
            c"chanvars.rs".as_ptr(),
            line!() as c_int,
            MODULE_NAME.as_ptr(),
        )
    };
    let entry = NonNull::new(entry).ok_or(AllocationError)?;
    // AST_VAR_LIST_INSERT_TAIL (asterisk/linkedlists.h) is a macro only: this is what it does.
    // SAFETY: head and its last entry are live by the caller's promise, and the new entry is ours to give.
    unsafe {
        (*entry.as_ptr()).entries.next = null_mut();
        match NonNull::new((*head).last) {
            None => (*head).first = entry.as_ptr(),
            Some(last) => (*last.as_ptr()).entries.next = entry.as_ptr(),
        }
        (*head).last = entry.as_ptr();
    }
    Ok(())
}

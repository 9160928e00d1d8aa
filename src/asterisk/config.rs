//! Header: asterisk/config.h. Lists of name/value pairs, as object sets are made of, and configuration files.

use super::MODULE_NAME;
use super::chanvars::AllocationError;
use super::paths;
use crate::ffi;
use crate::phone::place::Written;
use crate::phone::variables::{Pair, Variables};
use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr::{null, null_mut};

/// An owned list of `ast_variable`.
///
/// Invariant: `first` is NULL or the first of a list that is ours and that ends in NULL; `last` is its last entry.
pub struct VariableList {
    first: *mut ffi::ast_variable,
    last: *mut ffi::ast_variable,
}

impl VariableList {
    /// An empty list.
    pub fn new() -> Self {
        VariableList { first: null_mut(), last: null_mut() }
    }

    /// Appends a pair.
    pub fn push(&mut self, name: &CStr, value: &CStr) -> Result<(), AllocationError> {
        // SAFETY: copies both strings; the places are constants.
        let entry = unsafe {
            ffi::_ast_variable_new(
                name.as_ptr(),
                value.as_ptr(),
                c"".as_ptr(),
                c"config.rs".as_ptr(),
                MODULE_NAME.as_ptr(),
                line!() as c_int,
            )
        };
        if entry.is_null() {
            return Err(AllocationError);
        }
        if self.last.is_null() {
            self.first = entry;
        } else {
            // SAFETY: the last entry is live and ours by the invariant.
            unsafe { (*self.last).next = entry };
        }
        self.last = entry;
        Ok(())
    }

    /// Hands the list to the caller, who frees it with `ast_variables_destroy`; NULL if it is empty.
    pub fn into_raw(self) -> *mut ffi::ast_variable {
        let first = self.first;
        std::mem::forget(self);
        first
    }
}

impl Drop for VariableList {
    fn drop(&mut self) {
        // SAFETY: ours by the invariant; NULL is allowed.
        unsafe { ffi::ast_variables_destroy(self.first) };
    }
}

/// A variable as Asterisk hands it over; `main` is the name of the file that has none in it. `None` if it lacks name or value.
///
/// # Safety
/// The variable's strings are NULL or live as long as it.
pub(super) unsafe fn pair<'a>(variable: &'a ffi::ast_variable, main: &'a CStr) -> Option<Pair<'a>> {
    // SAFETY: the caller's promise.
    let text = |text: *const c_char| (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) });
    let (name, value) = (text(variable.name)?, text(variable.value)?);
    let line = u32::try_from(variable.lineno).ok().filter(|&line| line > 0);
    let file = text(variable.file).filter(|file| !file.is_empty()).map_or(main, paths::below_config_dir);
    Some(Pair { name, value, written: line.map(|line| Written { file, line }), is_inherited: variable.inherited != 0 })
}

/// A configuration file's sections with their options, in order; `None` if it cannot be read or parsed (Asterisk logs
/// why). Any thread.
pub fn load(file: &CStr) -> Option<Vec<(CString, Variables)>> {
    read(MODULE_NAME, file, false, |_| ())
}

/// The same for somebody who reads it again and again: `None` also if nothing of it, nor of what it includes, has changed since
/// it was last read for them, where `only_if_changed`. Any thread.
pub fn load_for(who: &CStr, file: &CStr, only_if_changed: bool) -> Option<Vec<(CString, Variables)>> {
    read(who, file, only_if_changed, |_| ())
}

/// As [`load`], and tells `note` of the file that each option stands in, as far as it is another one that this includes.
pub fn load_noting(file: &CStr, note: impl FnMut(&CStr)) -> Option<Vec<(CString, Variables)>> {
    read(MODULE_NAME, file, false, note)
}

fn read(
    who: &CStr,
    file: &CStr,
    only_if_changed: bool,
    mut note: impl FnMut(&CStr),
) -> Option<Vec<(CString, Variables)>> {
    let flags = ffi::ast_flags { flags: if only_if_changed { ffi::CONFIG_FLAG_FILEUNCHANGED } else { 0 } };
    // SAFETY: the strings live through the calls; names and options are borrowed from the configuration until it is
    // destroyed, once.
    unsafe {
        let config = ffi::ast_config_load2(file.as_ptr(), who.as_ptr(), flags);
        // CONFIG_STATUS_FILEMISSING, …UNCHANGED and …INVALID are the addresses 0, -1 and -2.
        if config.is_null() || config as isize == -1 || config as isize == -2 {
            return None;
        }
        let mut sections = Vec::new();
        let mut name = ffi::ast_category_browse(config, null());
        while !name.is_null() {
            let mut options = Variables::default();
            let mut option = ffi::ast_variable_browse(config, name);
            while !option.is_null() {
                pair(&*option, file).into_iter().for_each(|pair| options.add(pair));
                if !(*option).file.is_null() {
                    note(CStr::from_ptr((*option).file));
                }
                option = (*option).next;
            }
            sections.push((CStr::from_ptr(name).to_owned(), options));
            name = ffi::ast_category_browse(config, name);
        }
        ffi::ast_config_destroy(config);
        Some(sections)
    }
}

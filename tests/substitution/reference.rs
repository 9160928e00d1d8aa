//! What the host itself makes of a template, as `res_phoneprov` has it done.

use super::chanvars::VarList;
use super::strings::Str;
use crate::ffi;
use std::ffi::{CStr, CString, c_char, c_int, c_uint};
use std::ptr::null_mut;

unsafe extern "C" {
    fn ast_str_substitute_variables_varshead(
        buffer: *mut *mut ffi::ast_str,
        most: isize,
        variables: *mut ffi::varshead,
        template: *const c_char,
    );
    fn __ast_app_separate_args(
        text: *mut c_char,
        delimiter: c_char,
        remove_chars: c_int,
        array: *mut *mut c_char,
        count: c_int,
    ) -> c_uint;
    fn pbx_builtin_setvar_helper(channel: *mut ffi::ast_channel, name: *const c_char, value: *const c_char) -> c_int;
}

/// The template filled with those variables.
pub fn substitute(template: &CStr, variables: &VarList) -> Vec<u8> {
    let Ok(mut filled) = Str::with_room(template.count_bytes()) else { return Vec::new() };
    // SAFETY: string, list and template live through the call; the functions that it calls change no variable of the list.
    filled.lend(|filled| unsafe {
        ast_str_substitute_variables_varshead(filled, 0, variables.as_ptr(), template.as_ptr());
    });
    filled.text().to_vec()
}

/// The two arguments of a function that takes two.
pub fn two_arguments(text: &CStr) -> [Vec<u8>; 2] {
    let mut text = text.to_bytes_with_nul().to_vec();
    let mut array = [null_mut(); 2];
    // SAFETY: a text that may be written to and an array of two; the pointers that come back point into the text.
    unsafe {
        __ast_app_separate_args(text.as_mut_ptr().cast(), b',' as c_char, 1, array.as_mut_ptr(), 2);
        array.map(|at| if at.is_null() { Vec::new() } else { CStr::from_ptr(at).to_bytes().to_vec() })
    }
}

/// Sets a global variable.
pub fn set_global(name: &CStr, value: &CString) {
    // SAFETY: no channel; both are copied.
    unsafe { pbx_builtin_setvar_helper(null_mut(), name.as_ptr(), value.as_ptr()) };
}

//! Header: glob.h, which main/config.c finds files with.

use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;

/// The files that a pattern stands for, in order; a name that is no pattern stands for itself (asterisk/compat.h,
/// `MY_GLOB_FLAGS`). Any thread.
pub fn glob(pattern: &CStr) -> Vec<CString> {
    let mut found = MaybeUninit::<libc::glob_t>::zeroed();
    let flags = libc::GLOB_NOMAGIC | libc::GLOB_BRACE;
    // SAFETY: the pattern lives through the call; what is found is ours, to be given back if the answer is 0, and its paths
    // are strings until then.
    unsafe {
        if libc::glob(pattern.as_ptr(), flags, None, found.as_mut_ptr()) != 0 {
            return Vec::new();
        }
        let mut found = found.assume_init();
        let paths = (0..found.gl_pathc).map(|index| CStr::from_ptr(*found.gl_pathv.add(index)).to_owned()).collect();
        libc::globfree(&mut found);
        paths
    }
}

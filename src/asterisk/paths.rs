//! Header: asterisk/paths.h. Where Asterisk keeps its files.

use crate::ffi;
use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// The data directory (`astdatadir` of asterisk.conf). Any thread.
pub fn data_dir() -> PathBuf {
    // SAFETY: a string that Asterisk sets before it loads modules and never changes.
    let path = unsafe { CStr::from_ptr(ffi::ast_config_AST_DATA_DIR) };
    PathBuf::from(OsStr::from_bytes(path.to_bytes()))
}

//! Header: asterisk/paths.h. Where Asterisk keeps its files.

use crate::ffi;
use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// Where configuration files are (`astetcdir` of asterisk.conf). Any thread.
pub fn config_dir() -> PathBuf {
    // SAFETY: a string that Asterisk sets before it loads modules and never changes.
    path(unsafe { CStr::from_ptr(ffi::ast_config_AST_CONFIG_DIR) })
}

/// The file's name without the directory of configuration files, if it is there. Any thread.
pub fn below_config_dir(file: &CStr) -> &CStr {
    // SAFETY: as above.
    let directory = unsafe { CStr::from_ptr(ffi::ast_config_AST_CONFIG_DIR) }.to_bytes();
    let rest = file.to_bytes_with_nul().strip_prefix(directory).and_then(|rest| rest.strip_prefix(b"/"));
    rest.and_then(|rest| CStr::from_bytes_with_nul(rest).ok()).unwrap_or(file)
}

/// The data directory (`astdatadir` of asterisk.conf). Any thread.
pub fn data_dir() -> PathBuf {
    // SAFETY: as above.
    path(unsafe { CStr::from_ptr(ffi::ast_config_AST_DATA_DIR) })
}

/// The spool directory (`astspooldir`). Any thread.
pub fn spool_dir() -> PathBuf {
    // SAFETY: as above.
    path(unsafe { CStr::from_ptr(ffi::ast_config_AST_SPOOL_DIR) })
}

/// The name of this node (`systemname`), if it has one. Any thread.
pub fn system_name() -> Option<CString> {
    // SAFETY: as above.
    let name = unsafe { CStr::from_ptr(ffi::ast_config_AST_SYSTEM_NAME) };
    (!name.is_empty()).then(|| name.to_owned())
}

fn path(text: &CStr) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(text.to_bytes()))
}

//! Header: asterisk/module.h. Asking Asterisk to reload another module.

use crate::ffi;
use std::ffi::CStr;

/// Why a module was not reloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReloadError {
    /// Another thread reloads, or Asterisk has not booted fully: to be tried again later.
    Busy,
    /// The module is not running, or its reload failed.
    Failed,
}

/// Reloads a module by its name.
///
/// From inside our own load, reload and unload it works at once, the module list being locked by this very thread. From
/// any other thread it waits for that lock, so nobody who holds it may ever wait for such a thread.
pub fn reload(name: &CStr) -> Result<(), ReloadError> {
    // SAFETY: the string lives through the call.
    match unsafe { ffi::ast_module_reload(name.as_ptr()) } {
        ffi::ast_module_reload_result_AST_MODULE_RELOAD_SUCCESS => Ok(()),
        ffi::ast_module_reload_result_AST_MODULE_RELOAD_QUEUED
        | ffi::ast_module_reload_result_AST_MODULE_RELOAD_IN_PROGRESS => Err(ReloadError::Busy),
        _ => Err(ReloadError::Failed),
    }
}

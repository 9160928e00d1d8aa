//! Headers: asterisk/options.h and asterisk.h. What Asterisk was told, and whether it is ending.

use crate::ffi;

/// Whether a reload locks the configuration directory (`lockconfdir`): then one reload within another waits for itself.
#[allow(clippy::unnecessary_cast, reason = "flags and their names have other integer types in other versions")]
pub fn locks_config_dir() -> bool {
    // SAFETY: set before modules are loaded, read by every module without a lock.
    let flags = unsafe { (&raw const ffi::ast_options.flags).read() } as u64;
    flags & ffi::ast_option_flags_AST_OPT_FLAG_LOCK_CONFIG_DIR as u64 != 0
}

/// Whether Asterisk is ending. Any thread.
pub fn shutting_down() -> bool {
    // SAFETY: no precondition.
    unsafe { ffi::ast_shutting_down() != 0 }
}

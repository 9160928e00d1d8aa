//! Headers: asterisk/options.h and asterisk.h. What Asterisk was told, how far it has come, and whether it is ending.

use crate::ffi;
use std::sync::atomic::{AtomicU32, Ordering};

/// Whether a flag is set. Asterisk changes flags while modules read them, without a lock.
fn is_set(flag: u32) -> bool {
    // SAFETY: a number of 32 or 64 bits, whichever the version has, aligned and there for as long as Asterisk runs; the flags
    // that are asked for are among its lower 32 bits, which come first on the machines that this builds for.
    let flags = unsafe { AtomicU32::from_ptr((&raw mut ffi::ast_options.flags).cast()) };
    flags.load(Ordering::Acquire) & flag != 0
}

#[cfg(target_endian = "big")]
compile_error!("the lower half of Asterisk's flags does not come first here");

/// Whether a reload locks the configuration directory (`lockconfdir`): then one reload within another waits for itself.
#[allow(clippy::unnecessary_cast, reason = "flags' names have other integer types in other versions")]
pub fn locks_config_dir() -> bool {
    is_set(ffi::ast_option_flags_AST_OPT_FLAG_LOCK_CONFIG_DIR as u32)
}

/// Whether all modules have been loaded, functions among them. Any thread.
#[allow(clippy::unnecessary_cast, reason = "as above")]
pub fn is_fully_booted() -> bool {
    is_set(ffi::ast_option_flags_AST_OPT_FLAG_FULLY_BOOTED as u32)
}

/// Whether Asterisk is ending. Any thread.
pub fn shutting_down() -> bool {
    // SAFETY: no precondition.
    unsafe { ffi::ast_shutting_down() != 0 }
}

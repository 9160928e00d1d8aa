//! Header: asterisk/logger.h. Lines in Asterisk's log.

use super::MODULE_NAME;
use crate::ffi;
use std::ffi::{CString, c_int};
use std::fmt;
use std::sync::atomic::{AtomicI32, Ordering};

/// Severity of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// For whoever asked for it with `core set debug`.
    Debug,
    /// Something happened that should be known.
    Notice,
    /// Something is wrong; nothing is lost by it.
    Warning,
    /// Something is wrong; something is lost by it.
    Error,
}

/// Writes a line. Any thread; takes the logger's own locks, so call it with no lock of ours held.
pub fn log(level: Level, file: &'static str, line: u32, text: fmt::Arguments) {
    let level = match level {
        Level::Debug => ffi::__LOG_DEBUG,
        Level::Notice => ffi::__LOG_NOTICE,
        Level::Warning => ffi::__LOG_WARNING,
        Level::Error => ffi::__LOG_ERROR,
    };
    let c_string = |text: String| CString::new(text.replace('\0', "")).unwrap_or_default();
    // Every line carries the module's name, as those of C modules do, so that a search for it finds them all.
    let file = c_string(format!("{}/{}", MODULE_NAME.to_string_lossy(), file.strip_prefix("src/").unwrap_or(file)));
    let text = c_string(text.to_string());
    // SAFETY: all strings are NUL-terminated and outlive the call, which copies them; text passes through a constant
    // "%s", so nothing in it is taken as a format.
    unsafe {
        ffi::ast_log(
            level as c_int,
            file.as_ptr(),
            line as c_int,
            MODULE_NAME.as_ptr(),
            c"%s\n".as_ptr(),
            text.as_ptr(),
        );
    }
}

/// Whether somebody wants debug lines of that level: `core set debug N` or `core set debug N MODULE`.
pub fn debug_wanted(level: u32) -> bool {
    // SAFETY: an int of Asterisk's, aligned and there for as long as it runs; its console writes it while modules read it
    // without a lock, so it is read atomically here.
    let everywhere = unsafe { AtomicI32::from_ptr(&raw mut ffi::option_debug) }.load(Ordering::Relaxed);
    // SAFETY: the name is a constant. Takes the debug list's read lock.
    everywhere as u32 >= level || unsafe { ffi::ast_debug_get_by_module(MODULE_NAME.as_ptr()) as u32 >= level }
}

macro_rules! error {
    ($($text:tt)*) => {
        $crate::asterisk::logger::log($crate::asterisk::logger::Level::Error, file!(), line!(), format_args!($($text)*))
    };
}
macro_rules! warning {
    ($($text:tt)*) => {
        $crate::asterisk::logger::log($crate::asterisk::logger::Level::Warning, file!(), line!(), format_args!($($text)*))
    };
}
macro_rules! notice {
    ($($text:tt)*) => {
        $crate::asterisk::logger::log($crate::asterisk::logger::Level::Notice, file!(), line!(), format_args!($($text)*))
    };
}
macro_rules! debug {
    ($level:literal, $($text:tt)*) => {
        if $crate::asterisk::logger::debug_wanted($level) {
            $crate::asterisk::logger::log($crate::asterisk::logger::Level::Debug, file!(), line!(), format_args!($($text)*));
        }
    };
}
pub(crate) use {debug, error, notice, warning};

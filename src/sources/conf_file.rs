//! A configuration file as Asterisk reads it, and how old it is.

use crate::asterisk::{config, paths};
use crate::phone::conf::conf_files::File;
use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// What it says.
pub struct ConfFile {
    /// Its sections, with those of files that it includes.
    pub sections: File,
    /// When it was changed last, or one that it includes.
    pub changed: SystemTime,
    /// Those that it includes and that say anything.
    pub parts: Vec<CString>,
}

/// Reads it; `None` if it cannot be read or parsed. Any thread.
pub fn read(name: &CStr) -> Option<ConfFile> {
    let mut parts: Vec<CString> = Vec::new();
    let note = |part: &CStr| {
        let is_known = part.is_empty() || parts.last().is_some_and(|last| last.as_c_str() == part);
        parts.extend((!is_known).then(|| part.to_owned()));
    };
    let sections = config::load_noting(name, note)?;
    parts.sort();
    parts.dedup();
    let changed = parts.iter().map(|part| changed(part)).fold(changed(name), SystemTime::max);
    Some(ConfFile { sections, changed, parts })
}

/// When a file was changed last. Unlike the time that Asterisk goes by, nobody can set this one: a copy that keeps its
/// original's time is new all the same. What cannot be looked at may have changed just now.
pub fn changed(name: &CStr) -> SystemTime {
    let Ok(file) = std::fs::metadata(path(name)) else { return SystemTime::now() };
    let seconds = Duration::from_secs(u64::try_from(file.ctime()).unwrap_or_default());
    let rest = Duration::from_nanos(u64::try_from(file.ctime_nsec()).unwrap_or_default());
    SystemTime::UNIX_EPOCH + seconds + rest
}

fn path(name: &CStr) -> PathBuf {
    paths::config_dir().join(OsStr::from_bytes(name.to_bytes()))
}

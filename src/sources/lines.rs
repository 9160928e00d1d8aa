//! Lines of configuration files as they are on disk: Asterisk's own count of them is off where files are included together.

use crate::asterisk::paths;
use crate::phone::conf::counted_on::counted_before;
use crate::phone::place::{Place, Written};
use crate::phone::variables::Variables;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt;

/// Names lines; each file is read once at most.
#[derive(Default)]
pub struct Lines {
    /// How many lines Asterisk had counted before each file; `None` if that cannot be found out.
    counted_before: RefCell<HashMap<CString, Option<u32>>>,
}

impl Lines {
    /// The place for people. What is written is something of that section's; a file that is included has a name there.
    pub fn place(&self, written: Written, section: &Variables) -> Place {
        let Written { file, line } = written;
        let mut known = self.counted_before.borrow_mut();
        let before = *known.entry(file.into()).or_insert_with(|| {
            let text = std::fs::read(paths::config_dir().join(OsStr::from_bytes(file.to_bytes()))).ok()?;
            let of_file = |pair_file: &CStr| pair_file == file;
            counted_before(&text, section.pairs().filter(|pair| pair.written.is_some_and(|w| of_file(w.file))))
        });
        Place { file: file.into(), line: before.and_then(|before| line.checked_sub(before)).filter(|&line| line > 0) }
    }
}

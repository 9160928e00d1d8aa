//! The machine's time zones, as its zoneinfo files have them.

use crate::phone::time_zone::TimeZone;
use std::error::Error;
use std::ffi::CStr;
use std::fs::{self, File};
use std::io::Read as _;
use tz::TimeZoneSettings;

/// The largest file that is read; those of zones have a few thousand bytes.
const LARGEST: u64 = 1 << 20;

/// The zone of that name, or of those rules in POSIX's form; the machine's own if it is empty. `None` if nobody knows it. Any
/// thread; reads a file.
pub fn zone(name: &CStr) -> Option<TimeZone> {
    let settings = TimeZoneSettings::new(TimeZoneSettings::DEFAULT_DIRECTORIES, read);
    let zone = match name.to_str().ok()? {
        "" => settings.parse_local(),
        name => settings.parse_posix_tz(name),
    };
    let zone = zone.ok()?;
    match zone.as_ref().extra_rule() {
        Some(rule) => Some(TimeZone::new(rule)),
        // A file of the old kind, which ends with some year.
        None => zone.find_current_local_time_type().ok().map(TimeZone::fixed),
    }
}

fn read(path: &str) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
    // Opening a FIFO would wait for whoever writes to it.
    if !fs::metadata(path)?.is_file() {
        return Err("it is no regular file".into());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

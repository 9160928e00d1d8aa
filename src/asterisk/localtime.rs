//! Header: asterisk/localtime.h. What a time zone means today.

use crate::ffi;
use std::ffi::{CStr, OsStr, c_int};
use std::fmt;
use std::mem::zeroed;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::null;
use std::time::{SystemTime, UNIX_EPOCH};

/// A moment in a zone's local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// 1 to 12.
    pub month: i32,
    /// 1 to 31.
    pub day: i32,
    /// 0 to 23.
    pub hour: i32,
}

/// What is in force in a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Seconds east of UTC, daylight saving left out.
    pub offset: i32,
    /// When daylight saving begins and ends, in a zone that has it.
    pub daylight_saving: Option<(Moment, Moment)>,
}

/// A moment as Asterisk's log writes it: in the zone of the machine, or of whoever started Asterisk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    date: (i32, i32, i32),
    time: (i32, i32, i32),
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((year, month, day), (hour, minute, second)) = (self.date, self.time);
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

/// That moment in Asterisk's own zone. Any thread; takes the locks of Asterisk's list of zones.
pub fn local(at: SystemTime) -> Local {
    let at = at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    // SAFETY: all zero is a valid value of both structs, the call fills in the second, and NULL is Asterisk's own zone.
    unsafe {
        let (mut when, mut local): (ffi::timeval, ffi::ast_tm) = (zeroed(), zeroed());
        when.tv_sec = at as ffi::time_t;
        ffi::ast_localtime(&when, &mut local, null());
        Local {
            date: (local.tm_year + 1900, local.tm_mon + 1, local.tm_mday),
            time: (local.tm_hour, local.tm_min, local.tm_sec),
        }
    }
}

/// What is in force now in a zone, or in Asterisk's own where none is named. Any thread; takes the locks of Asterisk's list
/// of zones.
pub fn zone(name: Option<&CStr>) -> Zone {
    let name = name.map_or(null(), CStr::as_ptr);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()) as ffi::time_t;
    let (mut enabled, mut start, mut end, mut offset): (c_int, ffi::time_t, ffi::time_t, c_int) = (0, 0, 0, 0);
    // SAFETY: every pointer is to a local that outlives the call; the name is NULL or lives through it.
    unsafe { ffi::ast_get_dst_info(&now, &mut enabled, &mut start, &mut end, &mut offset, name) };
    let moment = |at| {
        // SAFETY: all zero is a valid value of both structs, the call fills in the second, and the name is as above.
        unsafe {
            let (mut when, mut local): (ffi::timeval, ffi::ast_tm) = (zeroed(), zeroed());
            when.tv_sec = at;
            ffi::ast_localtime(&when, &mut local, name);
            Moment { month: local.tm_mon + 1, day: local.tm_mday, hour: local.tm_hour }
        }
    };
    Zone { offset, daylight_saving: (enabled != 0).then(|| (moment(start), moment(end))) }
}

/// Whether there is a zone of that name, as far as can be told: Asterisk reads a file of it (localtime.c, `tzload`), or else rules
/// in POSIX's form, in which there is a number, and takes UTC where it finds neither. Any thread; looks at the file system.
pub fn has_zone(name: &CStr) -> bool {
    let zones = Path::new("/usr/share/zoneinfo");
    let file = OsStr::from_bytes(name.to_bytes().strip_prefix(b":").unwrap_or(name.to_bytes()));
    let has_rules = name.to_bytes().iter().any(u8::is_ascii_digit);
    has_rules || !zones.exists() || zones.join(file).is_file()
}

//! A line as `res_phoneprov` completes it, which calls it an extension: what it adds to the variables that it is given.

use crate::asterisk::localtime;
use crate::phone::line::{Line, Origin};
use crate::phone::standard;
use std::ffi::CString;

/// Adds what `res_phoneprov` adds to every line, where nothing else gives it (res_phoneprov.c, `build_extension` and
/// `add_user_extension`). Any thread; takes the locks of Asterisk's list of zones.
pub fn offer_what_every_line_has(line: &mut Line) {
    line.offer(standard::LINE, c"1", Origin::ResPhoneprov);
    line.offer(standard::LINEKEYS, c"1", Origin::ResPhoneprov);
    offer_time_zone(line);
}

fn offer_time_zone(line: &mut Line) {
    let zone = localtime::zone(line.get(standard::TIMEZONE));
    let mut offer = |name, value: i32| {
        line.offer(name, CString::new(value.to_string()).unwrap_or_default(), Origin::ResPhoneprov);
    };
    offer(c"TZOFFSET", zone.offset);
    if let Some((start, end)) = zone.daylight_saving {
        offer(c"DST_ENABLE", 1);
        offer(c"DST_START_MONTH", start.month);
        offer(c"DST_START_MDAY", start.day);
        offer(c"DST_START_HOUR", start.hour);
        offer(c"DST_END_MONTH", end.month);
        offer(c"DST_END_MDAY", end.day);
        offer(c"DST_END_HOUR", end.hour);
    }
}

//! What phones are made of beside their configuration: the host's functions and time zones, for the length of one sync.

use crate::asterisk::pbx::{Leaves, missing_function};
use crate::asterisk::{localtime, options};
use crate::http::warnings::Warnings;
use crate::phone::evaluated::{World, ZoneVariables};
use crate::template::host::{Given, Host};
use crate::template::line::Variables;
use crate::template::warning::Warning;
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::sync::Arc;

/// The world as it is now. Each time zone is asked for once.
pub struct Now<'a> {
    leaves: Leaves,
    warnings: &'a Warnings,
    own_zone: Option<Arc<ZoneVariables>>,
    zones: HashMap<Box<CStr>, Arc<ZoneVariables>>,
}

impl<'a> Now<'a> {
    /// The world, and where warnings go.
    pub fn new(warnings: &'a Warnings) -> Self {
        Now { leaves: Leaves::default(), warnings, own_zone: None, zones: HashMap::new() }
    }
}

impl World for &mut Now<'_> {
    fn zone(&mut self, name: Option<&CStr>) -> Arc<ZoneVariables> {
        let Some(name) = name else {
            return Arc::clone(self.own_zone.get_or_insert_with(|| Arc::new(zone_variables(None))));
        };
        if let Some(zone) = self.zones.get(name) {
            return Arc::clone(zone);
        }
        let zone = Arc::new(zone_variables(Some(name)));
        self.zones.insert(name.into(), Arc::clone(&zone));
        zone
    }
}

/// What `res_phoneprov` adds to a line of that time zone (res_phoneprov.c, `set_timezone_variables`). Any thread; takes the
/// locks of Asterisk's list of zones.
fn zone_variables(name: Option<&CStr>) -> ZoneVariables {
    let zone = localtime::zone(name);
    let mut pairs = vec![(c"TZOFFSET", zone.offset)];
    if let Some((start, end)) = zone.daylight_saving {
        pairs.extend([
            (c"DST_ENABLE", 1),
            (c"DST_START_MONTH", start.month),
            (c"DST_START_MDAY", start.day),
            (c"DST_START_HOUR", start.hour),
            (c"DST_END_MONTH", end.month),
            (c"DST_END_MDAY", end.day),
            (c"DST_END_HOUR", end.hour),
        ]);
    }
    let text = |number: i32| CString::new(number.to_string()).unwrap_or_default();
    ZoneVariables::new(pairs.into_iter().map(|(name, number)| (name, text(number))).collect())
}

impl Host for &mut Now<'_> {
    fn function(&mut self, variables: Variables<'_>, call: &CStr) -> Option<Given<'_>> {
        if let Some(name) = missing_function(call) {
            self.warn(Warning::NoFunction(&name));
            return None;
        }
        self.leaves.function(variables, call)
    }

    fn expression(&mut self, text: &CStr) -> &[u8] {
        self.leaves.expression(text)
    }

    fn variable(&mut self, name: &CStr) -> Option<&[u8]> {
        self.leaves.variable(name)
    }

    fn warn(&mut self, warning: Warning<'_>) {
        // While Asterisk boots, functions come after us; once it has, everything is made again.
        if options::is_fully_booted() {
            self.warnings.warn(&warning.to_string());
        }
    }
}

//! Reading the configuration again because somebody asked for it; where nothing comes of it, why.

use super::check;
use crate::follow::reload;
use crate::serve::loaded::Loaded;
use std::ffi::CStr;

pub use crate::follow::reload::Reload;

/// See [`reload::on_demand`]. What keeps sorcery from taking sections that stand in files is a failure, and named.
pub fn on_demand(loaded: &Loaded, only: Option<&CStr>, confirm: bool) -> Reload {
    match reload::on_demand(loaded, only, confirm) {
        // Reading the files once more takes its time, and is for those who wonder.
        Reload::Done { result, changes: 0 } => match check::not_taken().as_slice() {
            [] => Reload::Done { result, changes: 0 },
            reasons => Reload::Failed(format!("{}; {result}", reasons.join("; "))),
        },
        other => other,
    }
}

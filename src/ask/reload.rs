//! Reading the configuration again because somebody asked for it; where nothing comes of it, why.

use super::check;
use crate::follow::reload;
use crate::serve::loaded::Loaded;
use std::ffi::CStr;

pub use crate::follow::reload::Reload;

/// See [`reload::on_demand`]. What keeps sorcery from taking sections that stand in files is a failure, and named.
pub fn on_demand(loaded: &Loaded, only: Option<&CStr>, confirm: bool) -> Reload {
    let reload = reload::on_demand(loaded, only, confirm);
    match reload {
        // Reading the files once more takes its time, and is for those who wonder.
        Reload::Done { result, changes: 0 } => match check::not_taken().as_slice() {
            [] => Reload::Done { result: with_what_is_left(loaded, result), changes: 0 },
            reasons => Reload::Failed(format!("{}; {result}", reasons.join("; "))),
        },
        Reload::Done { result, changes } => Reload::Done { result: with_what_is_left(loaded, result), changes },
        other => other,
    }
}

/// What a check may have announced beside that.
fn with_what_is_left(loaded: &Loaded, result: String) -> String {
    let (phones, have) = match check::left_to_res_pjsip(loaded) {
        0 => return result,
        1 => ("1 phone".to_owned(), "has"),
        many => (format!("{many} phones"), "have"),
    };
    format!(
        "{result}; {phones} {have} changes in endpoints, auths or transports that 'module reload res_pjsip.so' brings"
    )
}

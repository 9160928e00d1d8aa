//! The variable names that `res_phoneprov` gives a meaning (asterisk/phoneprov.h).

use std::ffi::CStr;

/// The phone's identity: routes, phones and lines hang on its exact text.
pub const MAC: &CStr = c"MAC";
/// The section of phoneprov.conf that lists the phone's files.
pub const PROFILE: &CStr = c"PROFILE";
/// The line's name.
pub const USERNAME: &CStr = c"USERNAME";
/// The line's password.
pub const SECRET: &CStr = c"SECRET";
/// The line's number.
pub const CALLERID: &CStr = c"CALLERID";
/// The name of the line's user.
pub const DISPLAY_NAME: &CStr = c"DISPLAY_NAME";
/// What the phone writes beside the line's key.
pub const LABEL: &CStr = c"LABEL";
/// The line's place on the phone; 1 where none is given.
pub const LINE: &CStr = c"LINE";
/// How many keys the line takes; 1 where none is given.
pub const LINEKEYS: &CStr = c"LINEKEYS";
/// The zone of the phone's clock; Asterisk's own where none is given.
pub const TIMEZONE: &CStr = c"TIMEZONE";
/// The address that the phone registers to; the one that it asked where none is given.
pub const SERVER: &CStr = c"SERVER";
/// The port that the phone registers to.
pub const SERVER_PORT: &CStr = c"SERVER_PORT";

/// Names that the C module adds beside the standard ones.
pub const ENDPOINT_ID: &CStr = c"ENDPOINT_ID";
/// See [`ENDPOINT_ID`].
pub const TRANSPORT_ID: &CStr = c"TRANSPORT_ID";
/// What the endpoint's transport speaks. The C module has none.
pub const TRANSPORT_PROTOCOL: &CStr = c"TRANSPORT_PROTOCOL";
/// See [`ENDPOINT_ID`].
pub const AUTH_ID: &CStr = c"AUTH_ID";

/// The MAC's twelve digits, for names of files: makers have them in small letters or in capitals. The C module has neither.
pub const MAC_LOWER: &CStr = c"MAC_LOWER";
/// See [`MAC_LOWER`].
pub const MAC_UPPER: &CStr = c"MAC_UPPER";

/// The name of a section's own option that names its endpoint.
pub const ENDPOINT: &CStr = c"endpoint";

/// All standard names, as the running `res_phoneprov` tells them, and the module's own option.
#[derive(Clone, Debug, Default)]
pub struct StandardNames(Vec<&'static CStr>);

impl StandardNames {
    /// Takes the names that `ast_phoneprov_std_variable_lookup` gave.
    pub fn new(names: impl IntoIterator<Item = &'static CStr>) -> Self {
        StandardNames(names.into_iter().chain([ENDPOINT]).collect())
    }

    /// The standard name that `name` is another spelling of: equal but for case, and not equal to the letter.
    ///
    /// SQL databases fold the case of column names, so such a spelling counts as the standard name.
    pub fn respelled(&self, name: &CStr) -> Option<&'static CStr> {
        let bytes = name.to_bytes();
        let standard = self.0.iter().find(|standard| standard.to_bytes().eq_ignore_ascii_case(bytes))?;
        (*standard != name).then_some(*standard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_case_is_respelled_and_the_exact_name_is_not() {
        let names = StandardNames::new([MAC, SERVER_PORT]);
        assert_eq!(names.respelled(c"mac"), Some(MAC));
        assert_eq!(names.respelled(c"Server_Port"), Some(SERVER_PORT));
        assert_eq!(names.respelled(c"MAC"), None);
        assert_eq!(names.respelled(c"ENDPOINT"), Some(ENDPOINT));
        assert_eq!(names.respelled(c"MACX"), None);
        assert_eq!(names.respelled(c""), None);
    }
}

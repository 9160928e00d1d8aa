//! Where an account is registered.

use std::ffi::CString;

/// What a contact says. Empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registration {
    /// The id of the endpoint that registered.
    pub endpoint: CString,
    /// Where calls go.
    pub uri: CString,
    /// The address that the phone gave.
    pub address: CString,
    /// Its User-Agent.
    pub agent: CString,
    /// The `systemname` of the node that took the registration.
    pub server: CString,
    /// Until when it is valid: seconds since 1970; 0 where nobody knows.
    pub expires: u64,
}

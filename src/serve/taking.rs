//! Who takes the lines of phones: `res_phoneprov`, or nobody (`fill_res_phoneprov = no`), and then what that would take is served.

use super::loaded::Own;
use crate::asterisk::chanvars::{AllocationError, VarList};
use crate::asterisk::logger::error;
use crate::asterisk::phoneprov;
use crate::phone::{standard, users_conf};
use crate::text::Shown;
use std::collections::HashSet;
use std::ffi::CStr;

/// What came of a line that was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is served.
    Taken,
    /// It will not be.
    Refused,
    /// It may go well the next time.
    NoMemory,
}

/// Whether `res_phoneprov` takes lines of that profile (res_phoneprov.c, `ast_phoneprov_add_extension`): what it has read counts, and not
/// what phoneprov.conf says by now.
pub fn takes_profile(own: &Own, profile: Option<&CStr>) -> bool {
    profile.is_none_or(|profile| own.profiles.has(profile))
}

/// The MACs of the phones that `res_phoneprov` provides itself.
pub fn macs_of_users_conf(own: &Own) -> HashSet<&CStr> {
    users_conf::phones(&own.users, &own.profiles).iter().map(|phone| phone.mac).collect()
}

/// Whom lines are offered to.
pub enum Taker<'a> {
    /// `res_phoneprov`, which keeps a copy of them.
    ResPhoneprov,
    /// Nobody: what `res_phoneprov` would take is taken.
    Nobody(&'a Own),
}

impl Taker<'_> {
    /// Offers a line of that section, as these variables.
    pub fn offer<'v>(&self, section: &CStr, mut variables: impl Iterator<Item = (&'v CStr, &'v CStr)>) -> Answer {
        match self {
            Taker::ResPhoneprov => match VarList::of_pairs(variables) {
                Ok(list) if phoneprov::add_extension(&list).is_ok() => Answer::Taken,
                Ok(_) => Answer::Refused,
                Err(AllocationError) => {
                    error!("phoneprov section '{}': no memory to provision it; free some and reload", Shown(section));
                    Answer::NoMemory
                }
            },
            Taker::Nobody(own) => {
                let profile = variables.find(|(name, _)| *name == standard::PROFILE).map(|(_, profile)| profile);
                if takes_profile(own, profile) { Answer::Taken } else { Answer::Refused }
            }
        }
    }

    /// Takes a phone back, with all its lines.
    pub fn take_back(&self, mac: &CStr) {
        match self {
            Taker::ResPhoneprov => phoneprov::delete_extension(mac),
            Taker::Nobody(_) => {}
        }
    }
}

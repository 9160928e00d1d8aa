//! Who takes the lines of phones: `res_phoneprov`, or nobody but us (`fill_res_phoneprov = no`), and then by its rules.

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

/// What `res_phoneprov` takes, by what it has read (res_phoneprov.c, `ast_phoneprov_add_extension`).
pub struct Rules<'a> {
    own: &'a Own,
    /// The MACs that it has of users.conf.
    taken: HashSet<&'a CStr>,
}

impl<'a> Rules<'a> {
    /// What it would take if it had nothing: of those that are offered it has seen none before.
    pub fn of_empty(own: &'a Own) -> Self {
        Rules { own, taken: HashSet::new() }
    }

    /// What it takes beside what it has.
    pub fn of_filled(own: &'a Own) -> Self {
        Rules { own, taken: macs_of_users_conf(own) }
    }

    /// Whether it takes a line of a phone with that MAC and that profile. A phone of ours stays one although users.conf has it, too,
    /// by now; `is_served` tells that.
    pub fn take(&self, mac: &CStr, profile: Option<&CStr>, is_served: bool) -> bool {
        // What res_phoneprov has read counts, and not what phoneprov.conf says by now.
        let has_profile = profile.is_none_or(|profile| self.own.profiles.has(profile));
        has_profile && (is_served || !self.taken.contains(mac))
    }
}

/// Of the phones that it provides itself.
pub fn macs_of_users_conf(own: &Own) -> HashSet<&CStr> {
    users_conf::phones(&own.users, &own.profiles).iter().map(|phone| phone.mac).collect()
}

/// Whom lines are offered to.
pub enum Taker<'a> {
    /// `res_phoneprov`, which keeps a copy of them.
    ResPhoneprov,
    /// Its rules: it gets none.
    Rules(Rules<'a>),
}

impl Taker<'_> {
    /// Offers a line of that section, as these variables.
    pub fn offer<'v>(
        &self,
        section: &CStr,
        mac: &CStr,
        mut variables: impl Iterator<Item = (&'v CStr, &'v CStr)>,
    ) -> Answer {
        match self {
            Taker::ResPhoneprov => match VarList::of_pairs(variables) {
                Ok(list) if phoneprov::add_extension(&list).is_ok() => Answer::Taken,
                Ok(_) => Answer::Refused,
                Err(AllocationError) => {
                    error!("phoneprov section '{}': no memory to provision it; free some and reload", Shown(section));
                    Answer::NoMemory
                }
            },
            Taker::Rules(rules) => {
                let profile = variables.find(|(name, _)| *name == standard::PROFILE).map(|(_, profile)| profile);
                if rules.take(mac, profile, false) { Answer::Taken } else { Answer::Refused }
            }
        }
    }

    /// Takes a phone back, with all its lines.
    pub fn take_back(&self, mac: &CStr) {
        match self {
            Taker::ResPhoneprov => phoneprov::delete_extension(mac),
            Taker::Rules(_) => {}
        }
    }
}

//! Whether phoneprov.conf is what `res_phoneprov` goes by.

use crate::phone::phoneprov_conf::profiles::Profiles;
use crate::serve::loaded::Loaded;
use crate::sources::phoneprov_conf;
use std::fmt;

/// How the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneprovConf {
    /// As it was read, with so many profiles.
    AsRead(usize),
    /// Its profiles have changed since.
    Changed,
    /// It cannot be read or parsed.
    Unreadable,
    /// It has no profile.
    NoProfiles,
}

impl PhoneprovConf {
    /// As it is now. Any thread.
    pub fn now(loaded: &Loaded) -> Self {
        let content = |profiles: &Profiles| -> Vec<_> {
            profiles.iter().map(|profile| (profile.name.clone(), profile.hash)).collect()
        };
        match phoneprov_conf::profiles() {
            None => PhoneprovConf::Unreadable,
            Some(profiles) if profiles.is_empty() => PhoneprovConf::NoProfiles,
            Some(profiles) if content(&profiles) == content(&loaded.own().profiles) => {
                PhoneprovConf::AsRead(profiles.iter().count())
            }
            Some(_) => PhoneprovConf::Changed,
        }
    }

    /// One word, for programs.
    pub fn word(self) -> &'static str {
        match self {
            PhoneprovConf::AsRead(_) => "Read",
            PhoneprovConf::Changed => "Changed",
            PhoneprovConf::Unreadable => "Unreadable",
            PhoneprovConf::NoProfiles => "NoProfiles",
        }
    }
}

impl fmt::Display for PhoneprovConf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PhoneprovConf::AsRead(1) => f.write_str("1 profile, as res_phoneprov has read it"),
            PhoneprovConf::AsRead(profiles) => write!(f, "{profiles} profiles, as res_phoneprov has read them"),
            PhoneprovConf::Changed => {
                f.write_str("changed since res_phoneprov read it: module reload res_phoneprov.so takes the change over")
            }
            PhoneprovConf::Unreadable => f.write_str(
                "cannot be read or parsed: repair it, and do not reload res_phoneprov before, which would end it",
            ),
            PhoneprovConf::NoProfiles => {
                f.write_str("has no profile: give it one, and do not reload res_phoneprov before, which would end it")
            }
        }
    }
}

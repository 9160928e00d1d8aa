//! The types of objects that phones are made of: sorcery's, and profiles.

use std::ffi::CStr;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectType {
    /// `type=phoneprov`.
    Phoneprov,
    /// `type=phoneprov_default`.
    PhoneprovDefault,
    /// `type=phoneprov_global`.
    PhoneprovGlobal,
    /// `type=endpoint`.
    Endpoint,
    /// `type=auth`.
    Auth,
    /// `type=transport`.
    Transport,
    /// A section of phoneprov.conf, which is no object of sorcery's.
    Profile,
}

impl ObjectType {
    /// All of sorcery's, in the order in which they are read: what names others before what is named.
    pub const ALL: [ObjectType; 6] = [
        ObjectType::PhoneprovGlobal,
        ObjectType::Phoneprov,
        ObjectType::PhoneprovDefault,
        ObjectType::Endpoint,
        ObjectType::Auth,
        ObjectType::Transport,
    ];

    /// The value of `type=`, and what a profile is called.
    pub const fn name(self) -> &'static CStr {
        match self {
            ObjectType::Phoneprov => c"phoneprov",
            ObjectType::PhoneprovDefault => c"phoneprov_default",
            ObjectType::PhoneprovGlobal => c"phoneprov_global",
            ObjectType::Endpoint => c"endpoint",
            ObjectType::Auth => c"auth",
            ObjectType::Transport => c"transport",
            ObjectType::Profile => c"profile",
        }
    }

    /// The one with that value of `type=`.
    pub fn named(name: &CStr) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether the type is this module's own.
    pub fn is_ours(self) -> bool {
        matches!(self, ObjectType::Phoneprov | ObjectType::PhoneprovDefault | ObjectType::PhoneprovGlobal)
    }
}

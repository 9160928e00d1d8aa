//! One thing that the module does for its users.

use hosts::{Host, Kind};

pub struct Scenario {
    pub name: &'static str,
    pub hosts: &'static [Kind],
    pub run: fn(&mut Host),
}

/// The named functions as scenarios of those hosts.
macro_rules! scenarios {
    ($hosts:expr, $module:ident: $($name:ident),* $(,)?) => {
        [$($crate::scenario::Scenario { name: stringify!($name), hosts: $hosts, run: $module::$name }),*]
    };
}

pub(crate) use scenarios;

//! What the tests share: the hosts that they run on (the stub core and real Asterisks, each on a private instance directory,
//! all driven through the same doors: HTTP, CLI, AMI and log), databases, and phones that fetch.

mod address;
mod ami;
pub mod config;
mod connection;
mod control;
pub mod databases;
mod figures;
mod host;
mod objects;
pub mod phones;
mod process;
mod root;
mod served;
mod settings;
mod usage;

pub use ami::{Ami, Message};
pub use connection::Connection;
pub use figures::median;
pub use host::{Answer, Host, Line, assert_current, eventually, eventually_within, unbroken, without_places};
pub use root::Root;
pub use served::{Route, Served, encoded};
pub use settings::setting;

use std::path::{Path, PathBuf};

/// Which Asterisk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Stub,
    Asterisk22,
    Asterisk16,
    /// What Debian's experimental has, where that is a version of its own: what is to come.
    Next,
}

impl Kind {
    /// Those that `make test` runs on.
    pub const ALL: &[Kind] = &[Kind::Stub, Kind::Asterisk22, Kind::Asterisk16];
    pub const REAL: &[Kind] = &[Kind::Asterisk22, Kind::Asterisk16];

    /// The hosts that the environment asks for: `HOSTS=stub,22`; those of `make test` where it does not say.
    pub fn wanted() -> Vec<Kind> {
        let Ok(names) = std::env::var("HOSTS") else { return Self::ALL.to_vec() };
        let find = |name: &str| {
            let mut known = Self::ALL.iter().chain([&Kind::Next]);
            let kind = known.find(|kind| kind.name() == name.trim());
            *kind.unwrap_or_else(|| panic!("HOSTS={names}: '{name}' is no host, only stub, 22, 16 and next are"))
        };
        names.split(',').map(find).collect()
    }

    /// The name that the Makefile and the scripts know it by.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Stub => "stub",
            Kind::Asterisk22 => "22",
            Kind::Asterisk16 => "16",
            Kind::Next => "next",
        }
    }

    /// The name that a trial carries.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Stub => "stub",
            Kind::Asterisk22 => "asterisk22",
            Kind::Asterisk16 => "asterisk16",
            Kind::Next => "next",
        }
    }

    /// The host whose tests are this one's, too.
    pub fn tested_like(self) -> Self {
        if self == Kind::Next { Kind::Asterisk22 } else { self }
    }

    /// Our module as `make build HOST=…` leaves it. STUB names another build for the stub core, ARCH another for real hosts, as
    /// for tests/hosts/in-host.
    pub fn module(self) -> PathBuf {
        let other = if self == Self::Stub { std::env::var("STUB").ok() } else { foreign_architecture() };
        let build = other.as_deref().unwrap_or(self.name());
        let file = top().join("build").join(build).join("res_pjsip_phoneprov_provider.so");
        assert!(file.is_file(), "{} is missing: run make build for it (make help)", file.display());
        file
    }
}

/// The architecture that real hosts are to be emulated in, if they are: `ARCH=arm64`.
pub fn foreign_architecture() -> Option<String> {
    std::env::var("ARCH").ok().filter(|name| !name.is_empty())
}

/// Whose module is in a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// The distribution's own.
    C,
    Ours,
}

impl Module {
    /// As benchmarks call it.
    pub fn name(self) -> &'static str {
        match self {
            Module::C => "C module",
            Module::Ours => "this module",
        }
    }
}

/// The checkout.
pub fn top() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("this crate is in tests/hosts")
}

/// A file of the checkout.
pub fn project_file(name: &str) -> String {
    let path = top().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

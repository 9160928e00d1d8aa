//! Whose module is measured, and what phones fetch from it.

use hosts::phones::{Fleet, mac};
use hosts::{Host, Kind};
use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Module {
    C,
    Ours,
    /// Another build of ours.
    Other(PathBuf),
}

impl Module {
    /// Ours, and the other build if the environment names one.
    pub fn builds() -> Vec<Module> {
        let other = std::env::var_os("OTHER").filter(|file| !file.is_empty());
        std::iter::once(Module::Ours).chain(other.map(|file| Module::Other(file.into()))).collect()
    }

    pub fn name(&self) -> &'static str {
        match self {
            Module::C => "C module",
            Module::Ours => "this module",
            Module::Other(_) => "other build",
        }
    }

    /// A host with it, laid out but not started.
    pub fn host(&self) -> Host {
        match self {
            Module::C => Host::with_c_module(Kind::Asterisk22),
            Module::Ours => Host::new(Kind::Asterisk22),
            Module::Other(file) => {
                let host = Host::new(Kind::Asterisk22);
                host.use_module(file);
                host
            }
        }
    }
}

/// The four files that a phone has. All have the templates of tests/hosts/instance: a dozen variables for each line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Files {
    Own,
    /// Two of them are those of all phones.
    OwnAndCommon,
}

impl Files {
    pub fn name(self) -> &'static str {
        match self {
            Files::Own => "4 own",
            Files::OwnAndCommon => "2 own, 2 common",
        }
    }

    /// Their names as phoneprov.conf has them.
    fn formats(self) -> [&'static str; 4] {
        match self {
            Files::Own => ["${MAC}.cfg", "${MAC}-keys.cfg", "${MAC}-directory.cfg", "${MAC}-network.cfg"],
            Files::OwnAndCommon => ["${MAC}.cfg", "${MAC}-keys.cfg", "model65.cfg", "model65.boot"],
        }
    }

    /// Their names for that phone.
    pub fn of(self, phone: usize) -> impl Iterator<Item = String> {
        self.formats().into_iter().map(move |format| format.replace("${MAC}", &mac(phone)))
    }

    /// A phoneprov.conf.
    pub fn phoneprov_conf(self) -> String {
        let files: String = self.formats().iter().map(|format| format!("{format} = phone.cfg\n")).collect();
        let general = "[general]\nserveraddr = 127.0.0.1\ndefault_profile = desk\n\n";
        format!("{general}[desk]\nmime_type = text/plain\n{files}")
    }
}

/// A running host with so many phones.
pub fn start(module: &Module, files: Files, phones: usize) -> (Host, Fleet) {
    eprintln!("starting Asterisk with {phones} phones: {}", module.name());
    let mut host = module.host();
    let fleet = Fleet::new(phones);
    host.write("etc/phoneprov.conf", files.phoneprov_conf());
    fleet.configure(&host, "");
    host.start();
    (host, fleet)
}

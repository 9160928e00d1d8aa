//! One thing that the module does for its users, and what must be known to run it.

use hosts::{Host, Kind, Module};
use libtest_mimic::Failed;

pub struct Scenario {
    pub name: &'static str,
    pub hosts: &'static [Kind],
    pub run: fn(&mut Host),
    /// Whether the C module does that, too.
    pub holds_for_c: bool,
}

/// The named functions as scenarios of those hosts, each with its marks: `name.for_c_too()`.
macro_rules! scenarios {
    ($hosts:expr, $module:ident: $($name:ident $(.$mark:ident($($argument:expr)?))*),* $(,)?) => {
        [$($crate::scenario::Scenario {
            name: stringify!($name),
            hosts: $hosts,
            run: $module::$name,
            holds_for_c: false,
        }$(.$mark($($argument)?))*),*]
    };
}

pub(crate) use scenarios;

/// The module that the environment asks for: `MODULE=c`; ours where it does not say.
pub fn wanted_module() -> Module {
    match std::env::var("MODULE").as_deref() {
        Ok("c") => Module::C,
        Ok("") | Err(_) => Module::Ours,
        Ok(name) => panic!("MODULE={name}: there is only 'c', the distribution's C module"),
    }
}

impl Scenario {
    /// It is a baseline: the C module does that, too.
    pub fn for_c_too(mut self) -> Self {
        self.holds_for_c = true;
        self
    }

    /// Whether it is to be run on that host with that module.
    pub fn is_for(&self, kind: Kind, module: Module) -> bool {
        // There is no C module for the stub core.
        self.hosts.contains(&kind.tested_like()) && (module == Module::Ours || (self.holds_for_c && kind != Kind::Stub))
    }

    /// Runs it on a host of its own, which must be alive in the end and stop without a fault.
    pub fn run(&self, kind: Kind, module: Module) -> Result<(), Failed> {
        let mut host = Host::with(kind, module);
        (self.run)(&mut host);
        host.finish();
        Ok(())
    }
}

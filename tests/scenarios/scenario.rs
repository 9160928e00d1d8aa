//! One thing that the module does for its users, and what must be known to run it.

use hosts::{Host, Kind};
use libtest_mimic::Failed;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

pub struct Scenario {
    pub name: &'static str,
    pub hosts: &'static [Kind],
    pub run: fn(&mut Host),
    /// Whether the C module does that, too.
    pub holds_for_c: bool,
    /// What must come before it can pass.
    pub waits_for: Option<&'static str>,
}

/// The named functions as scenarios of those hosts, each with its marks: `name.for_c_too()`.
macro_rules! scenarios {
    ($hosts:expr, $module:ident: $($name:ident $(.$mark:ident($($argument:expr)?))*),* $(,)?) => {
        [$($crate::scenario::Scenario {
            name: stringify!($name),
            hosts: $hosts,
            run: $module::$name,
            holds_for_c: false,
            waits_for: None,
        }$(.$mark($($argument)?))*),*]
    };
}

pub(crate) use scenarios;

/// Whose module is in the host.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Module {
    Ours,
    C,
}

impl Module {
    /// The one that the environment asks for: `MODULE=c`; ours where it does not say.
    pub fn wanted() -> Self {
        match std::env::var("MODULE").as_deref() {
            Ok("c") => Module::C,
            Ok("") | Err(_) => Module::Ours,
            Ok(name) => panic!("MODULE={name}: there is only 'c', the distribution's C module"),
        }
    }
}

impl Scenario {
    /// It is a baseline: the C module does that, too.
    pub fn for_c_too(mut self) -> Self {
        self.holds_for_c = true;
        self
    }

    /// It fails as long as that is missing. When it passes the mark must go, and the trial says so by failing.
    #[allow(dead_code, reason = "nothing waits for anything today")]
    pub fn waiting_for(mut self, what: &'static str) -> Self {
        self.waits_for = Some(what);
        self
    }

    /// Whether it is to be run on that host with that module.
    pub fn is_for(&self, kind: Kind, module: Module) -> bool {
        // There is no C module for the stub core.
        self.hosts.contains(&kind.tested_like()) && (module == Module::Ours || (self.holds_for_c && kind != Kind::Stub))
    }

    /// Runs it on a host of its own, which must be alive in the end and stop without a fault.
    pub fn run(&self, kind: Kind, module: Module) -> Result<(), Failed> {
        let mut host = match module {
            Module::Ours => Host::new(kind),
            Module::C => Host::with_c_module(kind),
        };
        let mut whole = || {
            (self.run)(&mut host);
            host.finish();
        };
        let Some(what) = self.waits_for else {
            whole();
            return Ok(());
        };
        match failure_of(whole) {
            Some(failure) => {
                eprintln!("{}::{} waits for {what}: {failure}", kind.label(), self.name);
                Ok(())
            }
            None => Err(format!("it passes now: take away the mark that it waits for {what}").into()),
        }
    }
}

thread_local! {
    static IS_EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// What it fails with, told to nobody else; `None` if it does not fail.
fn failure_of(work: impl FnOnce()) -> Option<String> {
    IS_EXPECTED.set(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    IS_EXPECTED.set(false);
    let failure = outcome.err()?;
    let text = failure.downcast_ref::<String>().map(String::as_str).or_else(|| failure.downcast_ref::<&str>().copied());
    Some(text.and_then(|text| text.lines().next()).unwrap_or("it fails").to_owned())
}

/// Keeps panics off the terminal where they are expected.
pub fn hide_expected_failures() {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !IS_EXPECTED.get() {
            tell(panic);
        }
    }));
}

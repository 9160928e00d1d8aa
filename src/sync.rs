//! The only owner of what `res_phoneprov` holds from us: reads the configuration, compares, applies the difference.
//!
//! # Threads and locks
//!
//! Every sync runs with Asterisk's module list locked by its own thread:
//! - in load, reload and unload, Asterisk has locked it;
//! - in `load_users`, whoever reloads `res_phoneprov` has locked it, and `res_phoneprov` its provider list;
//! - [`crate::worker`] locks it for each of its syncs.
//!
//! So there is never more than one sync, none runs while another thread reloads a module (`res_phoneprov` refuses phones in
//! the middle of its reload), and within a sync, reloading `res_phoneprov` works at once. The lock is recursive: that
//! reload calls `load_users` in the same thread.
//!
//! Under it, a sync takes the host's locks in the host's own order: sorcery's (reading), then `res_phoneprov`'s provider list
//! and its containers (applying). Whoever holds one of those never wants the module list's; sorcery's observers, who run
//! under its locks, only leave a note for the worker, and nobody ever waits for the worker.
//!
//! No lock of ours is held over a call into the host: [`SERVED`] is taken out, worked on, and put back. Requests are held
//! ([`crate::gate`]) by a count; the threads that wait for it are the HTTP server's, which hold nothing, and a sync waits for
//! a request for [`crate::gate::LONGEST_REQUEST`] at most.

use crate::apply::{self, Changes};
use crate::asterisk::config;
use crate::asterisk::logger::{debug, error, notice, warning};
use crate::asterisk::module::{self, ReloadError};
use crate::asterisk::options;
use crate::asterisk::paths;
use crate::asterisk::phoneprov;
use crate::asterisk::res_pjsip::{self, PjsipDirectory};
use crate::asterisk::sorcery::section::Section;
use crate::phone::defaults::Defaults;
use crate::phone::diff::{Applied, diff};
use crate::phone::fleet;
use crate::phone::line::Context;
use crate::phone::mac::{self, Digits};
use crate::phone::problem::{Problem, Severity};
use crate::phone::profiles::Profiles;
use crate::phone::settings::Settings;
use crate::worker::{self, Worker};
use crate::{requests, sections};
use parking_lot::Mutex;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, Instant};

/// From how many removals on reloading `res_phoneprov` as a whole is better than removing phones one by one.
///
/// Each removal scans every route (14 ms at 10,000 phones of four files), a whole reload costs 24 µs for each phone
/// there is: it is cheaper from about 20 removals on, whatever the fleet's size. It touches phones that did not change,
/// though, so it has to be cheaper by some factor.
const REMOVALS_FOR_RELOAD: usize = 64;

/// What is known of `res_phoneprov` and of the last sync.
#[derive(Default)]
struct Served {
    applied: Applied,
    /// Hashes of the problems that were logged, so that the worker logs only new ones.
    reported: HashSet<u64>,
}

/// `None` while the module is not loaded, and for the thread that works on it.
static SERVED: Mutex<Option<Served>> = Mutex::new(None);

/// [`Served`], taken out to be worked on; dropping it puts it back. If a panic drops it, every phone is in doubt: the next
/// sync removes it (where there is anything) and adds it.
struct Taken(Served);

impl Taken {
    /// `None` if the module is off.
    fn take() -> Option<Self> {
        SERVED.lock().take().map(Taken)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut served = std::mem::take(&mut self.0);
        let panicking = std::thread::panicking();
        if panicking {
            served.applied.values_mut().for_each(|fingerprint| *fingerprint = None);
        }
        *SERVED.lock() = Some(served);
        if panicking {
            Worker::note_fault();
        }
    }
}

/// Another thread reloads something; try again.
#[derive(Debug)]
pub struct Busy;

/// Makes syncs possible; nothing is applied yet.
pub fn start() {
    requests::set_others(users_conf_macs());
    *SERVED.lock() = Some(Served::default());
}

/// Makes syncs impossible and forgets what is applied; the caller unregisters the provider next, which removes what is
/// left of it. With the module list locked.
pub fn stop() -> Result<(), Busy> {
    let Some(served) = SERVED.lock().take() else { return Ok(()) };
    let many = served.applied.len() > REMOVALS_FOR_RELOAD;
    if many && may_reload(profiles().as_ref()) {
        match reload_res_phoneprov() {
            Err(ReloadError::Busy) if !options::shutting_down() => {
                *SERVED.lock() = Some(served);
                return Err(Busy);
            }
            // Without it, unregistering the provider takes long and gets there too.
            Ok(()) | Err(_) => {}
        }
    }
    requests::no_phones();
    Ok(())
}

/// Whether a sync runs inside a reload of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nested {
    /// In our own reload.
    InReload,
    /// In no reload.
    No,
}

/// Makes `res_phoneprov` hold what the configuration says now. With the module list locked.
///
/// `settled` is asked before and after reading: if a reload of all types began meanwhile (not every one is a module's), what
/// was read is half old and half new.
pub fn sync(settled: impl Fn() -> bool, nested: Nested) -> Result<(), Busy> {
    let mut whole_reload = WholeReload::IfBetter;
    loop {
        let Some(mut taken) = Taken::take() else { return Ok(()) };
        if requests::has_lost_res_phoneprov() {
            drop(taken);
            error!(
                "res_phoneprov has stopped, because a reload of it failed: no phone is served; give phoneprov.conf a \
                 profile and restart Asterisk (do not reload res_phoneprov again)"
            );
            return Ok(());
        }
        let result = run(&mut taken.0, Applied::default(), &settled, whole_reload);
        drop(taken);
        match result {
            Ok(report) => {
                report.log();
                return Ok(());
            }
            Err(Better::Later) => return Err(Busy),
            Err(Better::WholeReload) if nested == Nested::InReload && options::locks_config_dir() => return Err(Busy),
            Err(Better::WholeReload) => match reload_res_phoneprov() {
                Ok(()) => return Ok(()), // load_users has done the work
                Err(ReloadError::Busy) => return Err(Busy),
                Err(ReloadError::Failed) => whole_reload = WholeReload::Never,
            },
        }
    }
}

/// `res_phoneprov` has thrown all phones away and wants them again; it calls this with its provider list locked.
pub fn everything_was_lost() {
    let Some(mut taken) = Taken::take() else { return };
    // Phones are missing already: a request that comes now had better wait for them.
    let _held = requests::hold_new();
    requests::set_others(users_conf_macs());
    let lost = std::mem::take(&mut taken.0.applied);
    let result = run(&mut taken.0, lost, &|| true, WholeReload::Never);
    drop(taken);
    if let Ok(report) = result {
        report.log();
    }
}

/// Whether a sync may decide to reload `res_phoneprov` instead of removing phones one by one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WholeReload {
    IfBetter,
    Never,
}

/// What is better than applying a difference now.
enum Better {
    /// Reloading `res_phoneprov` as a whole.
    WholeReload,
    /// Doing it all again in a moment.
    Later,
}

/// Reloads `res_phoneprov` with requests held, so that none sees it without phones.
fn reload_res_phoneprov() -> Result<(), ReloadError> {
    let _held = requests::hold();
    module::reload(c"res_phoneprov")
}

/// What phoneprov.conf says now; `None` if it cannot be read.
fn profiles() -> Option<Profiles> {
    config::load(c"phoneprov.conf").map(Profiles::new)
}

/// The phones that `res_phoneprov` itself provides, which it reads at its load and at each of its reloads: from users.conf,
/// from 23 on from phoneprov_users.conf.
fn users_conf_macs() -> HashSet<Digits> {
    let files = [c"users.conf", c"phoneprov_users.conf"];
    let sections = files.into_iter().filter_map(config::load).flatten();
    sections.filter_map(|(_, options)| mac::digits(options.get(c"macaddress")?)).collect()
}

/// Whether reloading `res_phoneprov` would succeed: a reload that fails leaves it listed as running, but dead, and the next
/// one crashes Asterisk. So does the first one where it is dead already.
fn may_reload(profiles: Option<&Profiles>) -> bool {
    requests::is_res_phoneprov_there() && profiles.is_some_and(|profiles| !profiles.is_empty())
}

/// Whether templates use `PP_EACH_USER`, after which a phone cannot be replaced by removing and adding it.
fn use_each_user(profiles: &Profiles) -> bool {
    let templates = paths::data_dir().join("phoneprov");
    profiles.use_each_user(|name| std::fs::read(templates.join(OsStr::from_bytes(name.to_bytes()))).ok())
}

/// Reads, compares and applies, once. An error means that nothing was changed.
///
/// `lost` is what was served before `res_phoneprov` threw everything away; it is empty if it did not.
fn run(
    served: &mut Served,
    lost: Applied,
    settled: &dyn Fn() -> bool,
    whole_reload: WholeReload,
) -> Result<Report, Better> {
    let started = Instant::now();
    if !settled() {
        return Err(Better::Later);
    }
    let sorcery = res_pjsip::sorcery().ok_or(Better::Later)?;
    let sections = sections::read(sorcery);
    let names = phoneprov::standard_names();
    let directory = PjsipDirectory::new(sorcery);
    let mut problems = Vec::new();

    let content = |section| -> fleet::Section { (Section::id(section), Section::variables(section)) };
    let settings = Settings::read(sections.phoneprov_global.iter().map(|section| content(section)), &mut problems);
    requests::want_gate(settings.http_gate);
    let defaults =
        Defaults::merge(sections.phoneprov_default.iter().map(|section| content(section)), &names, &mut problems);
    let profiles = profiles();
    let each_user = profiles.as_ref().is_some_and(use_each_user);
    requests::set_one_at_a_time(each_user);
    requests::set_static_files(profiles.iter().flat_map(Profiles::static_files).map(<[u8]>::to_vec).collect());
    let context = Context { defaults: &defaults, names: &names, directory: &directory, profiles: profiles.as_ref() };
    let groups = fleet::group(sections.phoneprov.iter().map(|section| content(section)), &context, &mut problems);

    if !settled() {
        return Err(Better::Later);
    }
    let changes = if served.applied.is_empty() {
        apply::add_all(groups, &context, &mut served.applied, &lost, &mut problems)
    } else {
        let diff = diff(groups, &context, &served.applied, &mut problems);
        if !settled() {
            return Err(Better::Later);
        }
        if whole_reload == WholeReload::IfBetter
            && !diff.remove.is_empty()
            && may_reload(profiles.as_ref())
            && (diff.remove.len() > REMOVALS_FOR_RELOAD || each_user)
        {
            return Err(Better::WholeReload);
        }
        apply::apply(&diff, &mut served.applied, &mut problems)
    };

    let hashes = problems.iter().map(hash).collect();
    let reported = std::mem::replace(&mut served.reported, hashes);
    let (known, new) = problems.into_iter().partition(|problem| reported.contains(&hash(problem)));
    Ok(Report { changes, known, new, took: started.elapsed() })
}

fn hash(problem: &Problem) -> u64 {
    let mut hasher = DefaultHasher::new();
    problem.hash(&mut hasher);
    hasher.finish()
}

/// What a sync did and found.
struct Report {
    changes: Changes,
    /// Problems that the last sync had too.
    known: Vec<Problem>,
    new: Vec<Problem>,
    took: Duration,
}

impl Report {
    /// Writes it to the log, once nothing can make the sync be done again.
    fn log(&self) {
        // Nobody asked the worker, so nobody wants to read again what there is to read above.
        let known = if worker::is_this_thread() { &[] } else { self.known.as_slice() };
        for problem in known.iter().chain(&self.new) {
            match problem.fault.severity() {
                Severity::Warning => warning!("{problem}"),
                Severity::Error => error!("{problem}"),
            }
        }
        let Changes { added, changed, removed, unchanged } = self.changes;
        let problems = self.known.len() + self.new.len();
        let text = format!(
            "{added} {} added, {changed} changed, {removed} removed, {unchanged} unchanged, {problems} {}, {} ms",
            if added == 1 { "phone" } else { "phones" },
            if problems == 1 { "problem" } else { "problems" },
            self.took.as_millis()
        );
        if added + changed + removed > 0 { notice!("{text}") } else { debug!(1, "{text}") }
    }
}

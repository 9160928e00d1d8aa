//! The only owner of what `res_phoneprov` holds from us: reads the configuration, compares, applies the difference.
//!
//! # Threads and locks
//!
//! Every sync runs with Asterisk's module list locked by its own thread:
//! - in load, reload and unload, Asterisk has locked it;
//! - in `load_users`, whoever reloads `res_phoneprov` has locked it, and `res_phoneprov` its provider list;
//! - [`crate::worker`] and [`crate::reload`] lock it for each of their syncs.
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
//! a request for [`crate::gate::LONGEST_REQUEST`] at most. The worker's lock may be held when the database's
//! ([`crate::database`]) is taken, never the other way round.

use crate::apply::{self, Changes, Record};
use crate::asterisk::config;
use crate::asterisk::logger::{debug, error, notice, warning};
use crate::asterisk::module::{self, ReloadError};
use crate::asterisk::options;
use crate::asterisk::paths;
use crate::asterisk::phoneprov;
use crate::asterisk::res_pjsip::{self, PjsipDirectory};
use crate::asterisk::sorcery::Sorcery;
use crate::phone::configuration::{Configuration, Interpreted};
use crate::phone::diff::{Applied, diff};
use crate::phone::digest::Names;
use crate::phone::mac::{self, Digits};
use crate::phone::problem::{Problem, Severity};
use crate::phone::profiles::Profiles;
use crate::sections::Found;
use crate::worker::{self, Worker};
use crate::{database, requests, sections};
use parking_lot::Mutex;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, Instant, SystemTime};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// From how many removals on reloading `res_phoneprov` as a whole is better than removing phones one by one.
///
/// Each removal scans every route (14 ms at 10,000 phones of four files), a whole reload costs 24 µs for each phone
/// there is: it is cheaper from about 20 removals on, whatever the fleet's size. It touches phones that did not change,
/// though, so it has to be cheaper by some factor.
const REMOVALS_FOR_RELOAD: usize = 64;

/// What is known of `res_phoneprov` and of the last sync.
#[derive(Default)]
pub struct Served {
    /// What `res_phoneprov` holds.
    pub applied: Applied,
    names: Names,
    /// What was wrong at the last sync; the worker logs only what is new.
    pub problems: Vec<Problem>,
    /// What syncs have done since the module was loaded.
    pub record: SyncRecord,
    /// Why `res_phoneprov` is being reloaded, if we have it reloaded.
    whole_reload: Option<Cause>,
}

impl Served {
    /// What tells whether two nodes serve the same: the same on every node that does, in whatever order its phones came.
    pub fn content_hash(&self) -> u64 {
        let phones = self.applied.iter().map(|(mac, held)| {
            let content = held.digest.published(&self.names);
            xxh3_64_with_seed(mac.to_bytes(), content)
        });
        phones.fold(0, u64::wrapping_add)
    }
}

/// What makes the module look at the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was loaded.
    Load,
    /// It was reloaded.
    Reload,
    /// `res_phoneprov` was reloaded and had thrown all phones away.
    ResPhoneprov,
    /// Sorcery told of a change.
    Change,
    /// The database says something new.
    Database,
    /// Somebody gave the command.
    Command,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cause::Load => "the module was loaded",
            Cause::Reload => "the module was reloaded",
            Cause::ResPhoneprov => "res_phoneprov was reloaded",
            Cause::Change => "the configuration was changed or reloaded",
            Cause::Database => "the database was changed",
            Cause::Command => "somebody asked for it",
        })
    }
}

/// What syncs have done.
#[derive(Clone, Debug, Default)]
pub struct SyncRecord {
    /// How many there have been.
    pub syncs: u64,
    /// How many of them found something changed.
    pub with_changes: u64,
    /// How often one had to be put off, because another thread was reloading something.
    pub put_off: u64,
    /// Phones added, changed and removed in all of them.
    pub added: u64,
    /// See `added`.
    pub changed: u64,
    /// See `added`.
    pub removed: u64,
    /// The last one, if there was one.
    pub last: Option<LastSync>,
}

/// The last sync.
#[derive(Clone, Debug)]
pub struct LastSync {
    /// When it ended.
    pub at: SystemTime,
    /// What for.
    pub cause: Cause,
    /// How long it took.
    pub took: Duration,
    /// What it came to: the log's line.
    pub result: String,
}

/// `None` while the module is not loaded, and for the thread that works on it.
static SERVED: Mutex<Option<Served>> = Mutex::new(None);

/// Whether the module is on. Any thread; waits while modules are being loaded.
pub fn is_on() -> bool {
    module::with_list_locked(|| SERVED.lock().is_some()).unwrap_or_default()
}

/// Looks at what is served; `None` if the module is off. To be called with the module list locked, when nobody works on it;
/// `look` must not call the host.
pub fn with_served<R>(look: impl FnOnce(&Served) -> R) -> Option<R> {
    SERVED.lock().as_ref().map(look)
}

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
            served.applied.values_mut().for_each(|held| held.fingerprint = None);
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
pub fn sync(cause: Cause, settled: impl Fn() -> bool, nested: Nested) -> Result<(), Busy> {
    let result = try_to_sync(cause, settled, nested);
    if result.is_err()
        && let Some(mut taken) = Taken::take()
    {
        taken.0.record.put_off += 1;
    }
    result
}

fn try_to_sync(cause: Cause, settled: impl Fn() -> bool, nested: Nested) -> Result<(), Busy> {
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
        let result = run(&mut taken.0, cause, Applied::default(), &settled, whole_reload);
        if let Err(Better::WholeReload) = result {
            taken.0.whole_reload = Some(cause);
        }
        drop(taken);
        match result {
            Ok(report) => {
                report.tell();
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
    let cause = taken.0.whole_reload.take().unwrap_or(Cause::ResPhoneprov);
    let result = run(&mut taken.0, cause, lost, &|| true, WholeReload::Never);
    drop(taken);
    if let Ok(report) = result {
        report.tell();
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
pub fn profiles() -> Option<Profiles> {
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

/// Reads everything that phones are made of. Any thread; takes sorcery's read locks, and never asks a database.
pub fn read(sorcery: Sorcery) -> Configuration<Found, PjsipDirectory> {
    let rows = database::current();
    Configuration {
        sections: sections::read(sorcery, rows.as_ref()),
        names: phoneprov::standard_names(),
        directory: PjsipDirectory::new(sorcery, rows),
        profiles: profiles(),
    }
}

/// Reads, compares and applies, once. An error means that nothing was changed.
///
/// `lost` is what was served before `res_phoneprov` threw everything away; it is empty if it did not.
fn run(
    served: &mut Served,
    cause: Cause,
    lost: Applied,
    settled: &dyn Fn() -> bool,
    whole_reload: WholeReload,
) -> Result<Report, Better> {
    let started = Instant::now();
    if !settled() {
        return Err(Better::Later);
    }
    let sorcery = res_pjsip::sorcery().ok_or(Better::Later)?;
    sections::note_wizards(sorcery);
    let configuration = read(sorcery);
    let each_user = configuration.profiles.as_ref().is_some_and(use_each_user);
    let static_files = configuration.profiles.iter().flat_map(Profiles::static_files);
    requests::set_one_at_a_time(each_user);
    requests::set_static_files(static_files.map(<[u8]>::to_vec).collect());

    let (changes, problems) = configuration.interpret(|interpreted| {
        let Interpreted { settings, context, groups, mut problems } = interpreted;
        requests::want_gate(settings.http_gate);
        database::configure(settings);
        if !settled() {
            return Err(Better::Later);
        }
        if served.applied.is_empty() {
            let record = Record { applied: &mut served.applied, names: &mut served.names, problems: &mut problems };
            let changes = apply::add_all(groups, context, record, &lost);
            return Ok((changes, problems));
        }
        let diff = diff(groups, context, &served.applied, &mut problems);
        if !settled() {
            return Err(Better::Later);
        }
        if whole_reload == WholeReload::IfBetter
            && !diff.remove.is_empty()
            && may_reload(configuration.profiles.as_ref())
            && (diff.remove.len() > REMOVALS_FOR_RELOAD || each_user)
        {
            return Err(Better::WholeReload);
        }
        let record = Record { applied: &mut served.applied, names: &mut served.names, problems: &mut problems };
        let changes = apply::apply(&diff, context, record);
        Ok((changes, problems))
    })?;

    let known: HashSet<Problem> = std::mem::take(&mut served.problems).into_iter().collect();
    served.problems.clone_from(&problems);
    let (known, new) = problems.into_iter().partition(|problem| known.contains(problem));
    let report = Report { changes, known, new, took: started.elapsed() };
    served.record.note(cause, &report);
    Ok(report)
}

impl SyncRecord {
    fn note(&mut self, cause: Cause, report: &Report) {
        self.syncs += 1;
        self.with_changes += u64::from(report.changes.count() > 0);
        self.added += report.changes.added as u64;
        self.changed += report.changes.changed as u64;
        self.removed += report.changes.removed as u64;
        self.last = Some(LastSync { at: SystemTime::now(), cause, took: report.took, result: report.summary() });
    }
}

/// What a sync did and found.
pub struct Report {
    /// What became of the phones.
    pub changes: Changes,
    /// Problems that the last sync had too.
    pub known: Vec<Problem>,
    /// The others.
    pub new: Vec<Problem>,
    /// How long it took.
    pub took: Duration,
}

/// So many new problems at most are told of one by one over AMI.
const MOST_REJECTIONS: usize = 50;

impl Report {
    /// New problems that keep sections from being served; none where they are too many to be told of one by one.
    pub fn rejections(&self) -> Vec<&Problem> {
        let errors = self.new.iter().filter(|problem| problem.fault.severity() == Severity::Error);
        let errors: Vec<&Problem> = errors.collect();
        if errors.len() > MOST_REJECTIONS { Vec::new() } else { errors }
    }

    fn summary(&self) -> String {
        let Changes { added, changed, removed, unchanged, .. } = self.changes;
        let problems = self.known.len() + self.new.len();
        format!(
            "{added} {} added, {changed} changed, {removed} removed, {unchanged} unchanged, {problems} {}, {} ms",
            if added == 1 { "phone" } else { "phones" },
            if problems == 1 { "problem" } else { "problems" },
            self.took.as_millis()
        )
    }

    /// Tells of it, once nothing can make the sync be done again.
    fn tell(self) {
        // Nobody asked the worker, so nobody wants to read again what there is to read above.
        let known = if worker::is_this_thread() { &[] } else { self.known.as_slice() };
        for problem in known.iter().chain(&self.new) {
            match problem.fault.severity() {
                Severity::Warning => warning!("{problem}"),
                Severity::Error => error!("{problem}"),
            }
        }
        let text = self.summary();
        if self.changes.count() > 0 {
            notice!("{text}")
        } else {
            debug!(1, "{text}")
        }
        worker::announce(self);
    }
}

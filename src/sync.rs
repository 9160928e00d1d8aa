//! The only owner of what `res_phoneprov` holds from us: reads the configuration, compares, applies the difference.
//!
//! # Threads and locks
//!
//! A sync runs in one of three kinds of threads:
//! - *Asterisk's*, in load, reload and unload: it holds the module list's lock.
//! - *the worker's* ([`crate::worker`]), which nobody waits for: it holds nothing.
//! - *`res_phoneprov`'s*, in `load_users`: it holds the module list's lock and the provider list's.
//!
//! One at a time takes the record of what is applied *out of* [`RECORD`], works without any lock of ours, and puts it back.
//! So no lock of ours is ever held over a call into the host, and no host lock can wait for one of ours. While the record
//! is out, a thread takes the host's locks in the host's own order: sorcery's (reading), then `res_phoneprov`'s provider
//! list and its containers (applying). It never wants the module list's lock.
//! - So load, reload and unload may wait for the record with the module list locked.
//! - [`everything_was_lost`] must not wait, because whoever has the record may want the provider list. It leaves a note,
//!   and whoever has the record starts again.
//! - Requests are held ([`crate::gate`]) by a count, not by a lock: the threads that wait for it are the HTTP server's,
//!   which hold nothing, and it is closed by threads that hold what is said above.
//! - Reloading `res_phoneprov` wants the module list, so the record is put back first; `load_users` takes it out anew.
//!   Nobody waits for a worker that is in there: unload tells it to end and goes.

use crate::asterisk::chanvars::{AllocationError, VarList};
use crate::asterisk::config;
use crate::asterisk::logger::{debug, error, notice, warning};
use crate::asterisk::module::{self, ReloadError};
use crate::asterisk::paths;
use crate::asterisk::phoneprov;
use crate::asterisk::res_pjsip::{self, PjsipDirectory};
use crate::asterisk::sorcery::section::Section;
use crate::phone::defaults::Defaults;
use crate::phone::diff::{Applied, Diff, diff};
use crate::phone::fleet::{self, Phone};
use crate::phone::line::{Context, Line};
use crate::phone::mac::{self, Digits};
use crate::phone::problem::{Problem, Severity};
use crate::phone::profiles::Profiles;
use crate::phone::settings::Settings;
use crate::phone::text::Shown;
use crate::{requests, sections, worker};
use parking_lot::{Condvar, Mutex};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicU64, Ordering};
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

/// Who has [`Served`].
enum Record {
    /// The module is not loaded: nothing is applied and nothing shall be.
    Off,
    /// Nobody works on it.
    Idle(Served),
    /// One thread has taken it out. `lost`: meanwhile `res_phoneprov` threw everything away.
    Busy { lost: bool },
}

static RECORD: Mutex<Record> = Mutex::new(Record::Off);
static PUT_BACK: Condvar = Condvar::new();
/// How often `load_users` has added all phones.
static PUSHES: AtomicU64 = AtomicU64::new(0);

/// [`Served`], taken out to be worked on. Dropped instead of put back (a panic), it goes back with every phone in doubt.
struct Taken(Served);

impl Taken {
    /// Waits until nobody works on it and takes it out; `None` if the module is off.
    fn wait() -> Option<Self> {
        let mut record = RECORD.lock();
        while matches!(*record, Record::Busy { .. }) {
            PUT_BACK.wait(&mut record);
        }
        match std::mem::replace(&mut *record, Record::Busy { lost: false }) {
            Record::Idle(served) => Some(Taken(served)),
            off => {
                *record = off;
                None
            }
        }
    }

    /// Puts it back, unless everything was lost meanwhile and the work has to be done again.
    fn put_back(mut self) -> Result<(), Self> {
        let mut record = RECORD.lock();
        if matches!(*record, Record::Busy { lost: true }) {
            *record = Record::Busy { lost: false };
            drop(record);
            return Err(self);
        }
        *record = Record::Idle(std::mem::take(&mut self.0));
        PUT_BACK.notify_all();
        drop(record);
        std::mem::forget(self);
        Ok(())
    }

    /// Makes the next comparison remove (where there is anything) and add every phone.
    fn doubt_everything(&mut self) {
        self.0.applied.values_mut().for_each(|fingerprint| *fingerprint = None);
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.doubt_everything();
        *RECORD.lock() = Record::Idle(std::mem::take(&mut self.0));
        PUT_BACK.notify_all();
    }
}

/// In which of the threads above a sync runs.
#[derive(Clone, Copy)]
pub enum Caller<'a> {
    /// Asterisk's: somebody asked for it.
    Asterisk,
    /// The worker's. `settled` is asked between reading and applying:
    /// if a reload of all types began meanwhile, what was read is half old and half new.
    Worker { settled: &'a dyn Fn() -> bool },
}

/// Another thread reloads something; try again.
#[derive(Debug)]
pub struct Busy;

/// Makes syncs possible; nothing is applied yet.
pub fn start() {
    requests::set_others(users_conf_macs());
    *RECORD.lock() = Record::Idle(Served::default());
}

/// Makes syncs impossible and forgets what is applied; the caller unregisters the provider next, which removes what is
/// left of it. Waits for a running sync. In Asterisk's thread.
pub fn stop() -> Result<(), Busy> {
    let Some(mut taken) = Taken::wait() else { return Ok(()) };
    let served = std::mem::take(&mut taken.0);
    std::mem::forget(taken);
    let put = |next| {
        *RECORD.lock() = next;
        PUT_BACK.notify_all();
    };
    let many = served.applied.len() > REMOVALS_FOR_RELOAD;
    put(Record::Off);
    if many && may_reload(profiles().as_ref()) {
        match reload_res_phoneprov() {
            Err(ReloadError::Busy) => {
                put(Record::Idle(served));
                return Err(Busy);
            }
            // Should it have failed, unregistering the provider takes long and gets there too.
            Ok(()) | Err(ReloadError::Failed) => {}
        }
    }
    requests::no_phones();
    Ok(())
}

/// Makes `res_phoneprov` hold what the configuration says now. Waits for a running sync first.
pub fn sync(caller: Caller) -> Result<(), Busy> {
    let mut whole_reload = WholeReload::IfBetter;
    while let Some(taken) = Taken::wait() {
        let pushes = PUSHES.load(Ordering::Relaxed);
        match work(taken, caller, whole_reload) {
            Done::Everything => break,
            Done::Nothing(Better::Later) => return Err(Busy),
            Done::Nothing(Better::WholeReload) => match reload_res_phoneprov() {
                // load_users has done the work, unless somebody else had the record: then all is to be looked at again.
                Ok(()) if PUSHES.load(Ordering::Relaxed) != pushes => break,
                Ok(()) => {}
                Err(ReloadError::Busy) if matches!(caller, Caller::Worker { .. }) => return Err(Busy),
                Err(_) => whole_reload = WholeReload::Never,
            },
        }
    }
    Ok(())
}

/// `res_phoneprov` has thrown all phones away (it calls this with its provider list locked) and wants them again. Never
/// waits: if a sync is running, that one does the work once more.
pub fn everything_was_lost() {
    let served = {
        let mut record = RECORD.lock();
        match std::mem::replace(&mut *record, Record::Busy { lost: true }) {
            Record::Idle(served) => {
                *record = Record::Busy { lost: false };
                served
            }
            Record::Busy { .. } => return,
            Record::Off => {
                *record = Record::Off;
                return;
            }
        }
    };
    // Phones are missing already: a request that comes now had better wait for them.
    let _held = requests::hold_new();
    requests::set_others(users_conf_macs());
    let Served { applied: mut before, reported } = served;
    let mut taken = Taken(Served { applied: Applied::default(), reported });
    let report = run(&mut taken.0, &mut before, Caller::Asterisk, WholeReload::Never);
    match taken.put_back() {
        Ok(()) => {
            PUSHES.fetch_add(1, Ordering::Relaxed);
            report.into_iter().for_each(|report| report.log());
        }
        // Two reloads of one module do not overlap. Should they ever, the next sync finds every phone in doubt.
        Err(in_doubt) => drop(in_doubt),
    }
}

/// Whether a sync may decide to reload `res_phoneprov` instead of removing phones one by one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WholeReload {
    IfBetter,
    Never,
}

/// How far [`work`] got.
enum Done {
    Everything,
    /// Nothing was changed, and the record is put back.
    Nothing(Better),
}

/// What is better than applying a difference now.
enum Better {
    /// Reloading `res_phoneprov` as a whole.
    WholeReload,
    /// Doing it all again in a moment.
    Later,
}

fn work(mut taken: Taken, caller: Caller, whole_reload: WholeReload) -> Done {
    let mut before = Applied::default();
    loop {
        let result = run(&mut taken.0, &mut before, caller, whole_reload);
        match (taken.put_back(), result) {
            (Ok(()), Ok(report)) => {
                report.log();
                return Done::Everything;
            }
            (Ok(()), Err(better)) => return Done::Nothing(better),
            (Err(mut again), Ok(_)) => {
                // What was added before the loss is gone, what was added after is there: nobody knows which is which.
                again.doubt_everything();
                taken = again;
            }
            (Err(mut again), Err(_)) => {
                // Nothing was added, so nothing is there.
                before = std::mem::take(&mut again.0.applied);
                taken = again;
            }
        }
    }
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

/// The phones that `res_phoneprov` itself provides, which it reads at its load and at each of its reloads.
fn users_conf_macs() -> HashSet<Digits> {
    let sections = config::load(c"users.conf").unwrap_or_default();
    sections.iter().filter_map(|(_, options)| mac::digits(options.get(c"macaddress")?)).collect()
}

/// Whether reloading `res_phoneprov` would succeed: a reload that fails leaves it listed as running, but dead, and the next
/// one crashes Asterisk.
fn may_reload(profiles: Option<&Profiles>) -> bool {
    profiles.is_some_and(|profiles| !profiles.is_empty())
}

/// Whether templates use `PP_EACH_USER`, after which a phone cannot be replaced by removing and adding it.
fn use_each_user(profiles: &Profiles) -> bool {
    let templates = paths::data_dir().join("phoneprov");
    profiles.use_each_user(|name| std::fs::read(templates.join(OsStr::from_bytes(name.to_bytes()))).ok())
}

/// Reads, compares and applies, once. An error means that nothing was changed.
///
/// `before` is what was served before everything was lost; it is empty if nothing was, and taken if something is changed.
fn run(served: &mut Served, before: &mut Applied, caller: Caller, whole_reload: WholeReload) -> Result<Report, Better> {
    let started = Instant::now();
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
    let context = Context { defaults: &defaults, names: &names, directory: &directory, profiles: profiles.as_ref() };
    let lines = sections.phoneprov.iter().map(|section| content(section));
    let diff = diff(lines, &context, &served.applied, &mut problems);

    if let Caller::Worker { settled } = caller
        && !settled()
    {
        return Err(Better::Later);
    }
    if whole_reload == WholeReload::IfBetter
        && !diff.remove.is_empty()
        && may_reload(profiles.as_ref())
        && (diff.remove.len() > REMOVALS_FOR_RELOAD || profiles.as_ref().is_some_and(use_each_user))
    {
        return Err(Better::WholeReload);
    }
    let mut old = std::mem::take(before);
    apply(&diff, &mut served.applied, &mut old, &mut problems);
    let changes = Changes::between(&old, &served.applied, &diff);

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

/// What became of the phones that are served.
#[derive(Default)]
struct Changes {
    added: usize,
    changed: usize,
    removed: usize,
    unchanged: usize,
}

impl Changes {
    /// What became of the phones in `old`, which were removed or lost, and of those that the difference adds; tells the
    /// record of requests who is there and who is not.
    fn between(old: &Applied, new: &Applied, diff: &Diff) -> Self {
        let mut changes = Changes { unchanged: diff.unchanged, ..Changes::default() };
        let added = diff.add.iter().map(|phone| phone.mac).filter(|mac| !old.contains_key(*mac));
        for mac in old.keys().map(AsRef::as_ref).chain(added) {
            let (before, after) = (old.get(mac), new.get(mac));
            match (before.copied().flatten(), after.copied().flatten()) {
                (Some(before), Some(after)) if before == after => changes.unchanged += 1,
                (Some(_), Some(_)) => changes.changed += 1,
                (None, Some(_)) => changes.added += 1,
                (Some(_), None) => changes.removed += 1,
                (None, None) => {}
            }
            match (before.is_some(), after.is_some()) {
                (false, true) => requests::phone_added(mac),
                (true, false) => requests::phone_removed(mac),
                _ => {}
            }
        }
        changes
    }
}

/// Carries out the difference and records it; what is removed goes from `applied` to `old`.
fn apply(diff: &Diff, applied: &mut Applied, old: &mut Applied, problems: &mut Vec<Problem>) {
    let _held = (!diff.remove.is_empty()).then(requests::hold);
    for mac in &diff.remove {
        debug!(2, "removing phone {}", Shown(mac));
        phoneprov::delete_extension(mac);
        old.extend(applied.remove_entry(mac));
    }
    for phone in &diff.add {
        debug!(2, "adding phone {} with {} line(s)", Shown(phone.mac), phone.lines.len());
        let taken = add(phone, problems);
        // Of a phone that was refused there is nothing to remove when it is tried again.
        if taken > 0 {
            let complete = taken == phone.lines.len();
            applied.insert(phone.mac.into(), complete.then(|| phone.fingerprint()));
        }
    }
}

/// Adds a phone with all its lines; answers how many were taken.
fn add(phone: &Phone, problems: &mut Vec<Problem>) -> usize {
    let mut taken = 0;
    for line in &phone.lines {
        match list(line) {
            Ok(list) if phoneprov::add_extension(&list).is_ok() => taken += 1,
            Ok(_) => problems.push(fleet::refused(line)),
            Err(AllocationError) => {
                error!("phoneprov section '{}': no memory to provision it; free some and reload", Shown(line.section));
            }
        }
    }
    taken
}

/// A line's variables in the form that `res_phoneprov` takes.
fn list(line: &Line) -> Result<VarList, AllocationError> {
    let mut list = VarList::new()?;
    for variable in &line.variables {
        list.push(variable.name, &variable.value)?;
    }
    Ok(list)
}

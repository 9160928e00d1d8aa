//! A sync: reads the configuration, compares, applies the difference.
//!
//! # Threads and locks
//!
//! Every sync runs with Asterisk's module list locked by its own thread, which [`ListLocked`] proves:
//! - in load, reload and unload, Asterisk has locked it;
//! - in `load_users`, whoever reloads `res_phoneprov` has locked it, and `res_phoneprov` its provider list;
//! - whoever follows a change ([`crate::follow`]) locks it for each sync.
//!
//! So there is never more than one sync, none runs while another thread reloads a module (`res_phoneprov` refuses phones in
//! the middle of its reload), and within a sync, reloading `res_phoneprov` works at once. The lock is recursive: that
//! reload calls `load_users` in the same thread.
//!
//! Under it, a sync takes the host's locks in the host's own order: sorcery's (reading), then `res_phoneprov`'s provider list
//! and its containers (applying). Whoever holds one of those never wants the module list's; sorcery's observers, who run
//! under its locks, only leave a note for the worker, and nobody ever waits for the worker.
//!
//! No lock of ours is held over a call into the host: what is served is taken out, worked on, and put back. Requests are held
//! ([`crate::http`]) by a count; the threads that wait for it are the HTTP server's, which hold nothing, and a sync waits for
//! a request for a second at most.

use super::apply::Work;
use super::keep::Sections;
use super::loaded::{Loaded, Own, Reading};
use super::refused::refused;
use super::served::Served;
use super::stopped;
use super::taking::{Rules, Taker};
use super::world::Now;
use crate::asterisk::logger::error;
use crate::asterisk::module::{self, ListLocked, ReloadError};
use crate::asterisk::{memory, options, phoneprov};
use crate::http::Http;
use crate::http::table::{Clash, Entrant, Table};
use crate::mailbox::Note;
use crate::notify::inbox as notify;
use crate::phone::configuration::Interpreted;
use crate::phone::diff::{Applied, Diff, Wanted, diff};
use crate::phone::evaluated::{Evaluated, Evaluator, Outcome, Prepared};
use crate::phone::fleet::{Group, Phone};
use crate::phone::held_back::keeper::{Keeper, Terms};
use crate::phone::object_type::ObjectType;
use crate::phone::phoneprov_conf::profiles::Profiles;
use crate::phone::problem::{Fault, Problem};
use crate::phone::users_conf;
use crate::report::{Cause, Changes, Report};
use crate::sources::{configuration, phoneprov_conf};
use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// From how many removals on reloading `res_phoneprov` as a whole is better than removing phones one by one.
///
/// Each removal scans every route (14 ms at 10,000 phones of four files), a whole reload costs 24 µs for each phone
/// there is: it is cheaper from about 20 removals on, whatever the fleet's size. It touches phones that did not change,
/// though, so it has to be cheaper by some factor.
const REMOVALS_FOR_RELOAD: usize = 64;

/// Another thread reloads something; try again.
#[derive(Debug)]
pub struct Busy;

/// Makes syncs possible; nothing is applied yet.
pub fn start(locked: &ListLocked, loaded: &Loaded) {
    loaded.read_own(locked);
    loaded.replace_served(locked, Some(Served::default()));
}

/// Makes syncs impossible and forgets what is applied; the caller unregisters the provider next, which removes what is
/// left of it.
pub fn stop(locked: &ListLocked, loaded: &Loaded) -> Result<(), Busy> {
    let Some(served) = loaded.replace_served(locked, None) else { return Ok(()) };
    // When we are gone, nobody looks after it.
    stopped::notice_it(locked, loaded);
    let many = served.fills_res_phoneprov && served.applied.len() > REMOVALS_FOR_RELOAD;
    if many && may_reload(loaded, phoneprov_conf::profiles().as_ref()) {
        match reload_res_phoneprov(locked, loaded) {
            Err(ReloadError::Busy) if !options::shutting_down() => {
                loaded.replace_served(locked, Some(served));
                return Err(Busy);
            }
            // Without it, unregistering the provider takes long and gets there too.
            Ok(()) | Err(_) => {}
        }
    }
    loaded.http.record.no_phones();
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

/// Makes phones whose profiles call functions, with nothing locked: functions may take their time. What it made is used by
/// the sync that follows, as far as nothing has changed by then. Any thread; nothing is done where no profile calls any.
pub fn prepare(loaded: &Loaded) -> Prepared {
    let own = loaded.own();
    let Some(sources) = loaded.sources().filter(|_| own.profiles.ask_the_host()) else { return Prepared::new() };
    let (table, none) = (loaded.http.table(), Prepared::new());
    let mut world = Now::new(&loaded.http.warnings);
    let mut evaluator =
        Evaluator { profiles: &own.profiles, world: &mut world, pool: &loaded.pool, prepared: &none, is_hasty: false };
    configuration::read(&sources).interpret(|Interpreted { context, groups, .. }| {
        let phones = groups.iter().filter_map(|group| group.resolve(context, &mut Vec::new()));
        // Where both have a MAC, ours comes last, and is what is kept.
        let phones = users_conf::phones(&own.users, &own.profiles).into_iter().chain(phones);
        let make = |phone: Phone| {
            let before = table.phone(phone.mac.to_bytes());
            (phone.mac.into(), evaluator.evaluate(&phone, phone.fingerprint(), before))
        };
        phones.map(make).collect()
    })
}

/// Makes `res_phoneprov` hold what the configuration says now. `None` if nothing may be served, or if `res_phoneprov` has
/// died, of which it has told.
///
/// `prepared` is what [`prepare`] made before the list was locked. `settled` is asked before and after reading: if a reload of
/// all types began meanwhile (not every one is a module's), what was read is half old and half new.
pub fn sync(
    locked: &ListLocked,
    loaded: &Loaded,
    cause: Cause,
    prepared: &Prepared,
    settled: impl Fn() -> bool,
    nested: Nested,
) -> Result<Option<Report>, Busy> {
    let result = try_to_sync(locked, loaded, cause, prepared, settled, nested);
    if result.is_err() {
        if let Some(mut taken) = loaded.take_served(locked) {
            taken.served.record.put_off += 1;
        }
    }
    result
}

fn try_to_sync(
    locked: &ListLocked,
    loaded: &Loaded,
    cause: Cause,
    prepared: &Prepared,
    settled: impl Fn() -> bool,
    nested: Nested,
) -> Result<Option<Report>, Busy> {
    let mut whole_reload = WholeReload::IfBetter;
    loop {
        if loaded.http.place.has_lost_res_phoneprov() {
            return match settled() {
                true => Ok(serve_anew(locked, loaded, cause)),
                false => Err(Busy),
            };
        }
        let Some(mut taken) = loaded.take_served(locked) else { return Ok(None) };
        let task = Task { cause, prepared, lost: &Applied::default(), settled: &settled, whole_reload };
        let result = run(locked, loaded, &mut taken.served, task);
        match result {
            Ok(report) => return Ok(Some(report)),
            Err(Better::Later) => return Err(Busy),
            Err(Better::WholeReload(_)) if nested == Nested::InReload && options::locks_config_dir() => {
                return Err(Busy);
            }
            Err(Better::WholeReload(made)) => taken.served.whole_reload = Some((cause, made)),
        }
        drop(taken);
        let reloaded = reload_res_phoneprov(locked, loaded);
        let Some(mut taken) = loaded.take_served(locked) else { return Ok(None) };
        // A reload that did not come about is none of ours when somebody else has it done.
        taken.served.whole_reload = None;
        match reloaded {
            // load_users has done the work.
            Ok(()) => return Ok(taken.served.of_whole_reload.take()),
            Err(ReloadError::Busy) => return Err(Busy),
            Err(ReloadError::Failed) => whole_reload = WholeReload::Never,
        }
    }
}

/// Gives all phones to a `res_phoneprov` that has stopped, if it can be started again; `None` if it cannot, or nothing may be
/// served.
fn serve_anew(locked: &ListLocked, loaded: &Loaded, cause: Cause) -> Option<Report> {
    if !stopped::start_again(locked, loaded, cause) {
        return None;
    }
    loaded.take_served(locked)?.served.whole_reload = Some((cause, Prepared::new()));
    // It has load_users called, which does the work.
    if phoneprov::register_again(locked).is_err() {
        error!(
            "res_phoneprov runs again, and refused the registration (look above): phones stay as they are; restart Asterisk"
        );
    }
    let mut taken = loaded.take_served(locked)?;
    taken.served.whole_reload = None;
    taken.served.of_whole_reload.take()
}

/// `res_phoneprov` has thrown all phones away and wants them again; it calls for this with its provider list locked. If it
/// was reloaded by a sync, the report is that sync's to return.
pub fn everything_was_lost(locked: &ListLocked, loaded: &Loaded) -> Option<Report> {
    let mut taken = loaded.take_served(locked)?;
    // Phones are missing already: a request that comes now had better wait for them.
    let _held = loaded.http.holding.hold_new();
    loaded.read_own(locked);
    taken.served.refusals.forget();
    let lost = std::mem::take(&mut taken.served.applied);
    // What is lost was another thread's memory, perhaps: without this, it and what is added would both have their room.
    memory::give_back_after(lost.len());
    let whole_reload = taken.served.whole_reload.take();
    let is_ours = whole_reload.is_some();
    let (cause, mut prepared) = whole_reload.unwrap_or((Cause::ResPhoneprov, Prepared::new()));
    // No function is called here, where it could keep everybody from res_phoneprov's phones, but for phones that are new:
    // what was served goes on being served, and whether it is still right is looked at with nothing locked.
    for (mac, held) in &*lost {
        let unsteady = Vec::new();
        prepared.entry(mac.clone()).or_insert_with(|| Outcome { evaluated: Arc::clone(&held.evaluated), unsteady });
    }
    if loaded.own().profiles.ask_the_host() {
        loaded.mailbox.post(Note::Changed);
    }
    let task = Task { cause, prepared: &prepared, lost: &lost, settled: &|| true, whole_reload: WholeReload::Never };
    let report = run(locked, loaded, &mut taken.served, task).ok();
    if is_ours {
        taken.served.of_whole_reload = report;
        return None;
    }
    report
}

/// Whether a sync may decide to reload `res_phoneprov` instead of removing phones one by one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WholeReload {
    IfBetter,
    Never,
}

/// What is better than applying a difference now.
enum Better {
    /// Reloading `res_phoneprov` as a whole, with these phones made already.
    WholeReload(Prepared),
    /// Doing it all again in a moment.
    Later,
}

/// Reloads `res_phoneprov` with requests held, so that none sees it without phones.
fn reload_res_phoneprov(locked: &ListLocked, loaded: &Loaded) -> Result<(), ReloadError> {
    let _held = loaded.http.holding.hold();
    module::reload(locked, c"res_phoneprov")
}

/// Whether reloading `res_phoneprov` would succeed: a reload that fails leaves it listed as running, but dead, and the next
/// one crashes Asterisk. So does the first one where it is dead already.
fn may_reload(loaded: &Loaded, profiles: Option<&Profiles>) -> bool {
    loaded.http.place.is_res_phoneprov_there() && profiles.is_some_and(|profiles| !profiles.is_empty())
}

/// Whether `res_phoneprov` is to have the phones: where that is wanted, and where it alone can answer for them, because we have no
/// place in front of it or have never known its profiles. `does_without`: it has had none of those that are served until now.
fn fills_now(is_wanted: bool, does_without: bool, loaded: &Loaded, own: &Own) -> bool {
    let knows_profiles = own.known_profiles().is_some() || does_without;
    is_wanted || !loaded.http.place.is_ours() || !knows_profiles
}

/// What a sync is for.
struct Task<'a> {
    cause: Cause,
    prepared: &'a Prepared,
    /// What was served before `res_phoneprov` threw everything away; it is empty if it did not.
    lost: &'a Applied,
    settled: &'a dyn Fn() -> bool,
    whole_reload: WholeReload,
}

/// Reads, compares and applies, once. An error means that nothing was changed.
fn run(locked: &ListLocked, loaded: &Loaded, served: &mut Served, task: Task) -> Result<Report, Better> {
    let started = Instant::now();
    let Task { cause, prepared, lost, settled, whole_reload } = task;
    if !settled() {
        return Err(Better::Later);
    }
    loaded.find_wizards(locked);
    if loaded.own().reading != Reading::Done {
        loaded.read_own(locked);
    }
    let configuration = configuration::read(&loaded.sources().ok_or(Better::Later)?);
    let http = &loaded.http;
    let Served { applied, fills_res_phoneprov, clashes, refusals, held_back, refused: count_of_refused, .. } = served;
    let held_before = Arc::clone(held_back);
    let own = loaded.own();
    if cause != Cause::Change && cause != Cause::Database {
        // Whoever reloads something may have put right what nobody else can tell.
        refusals.forget();
    }
    refusals.set_profiles(own.known_profiles());
    let mut world = Now::new(&http.warnings);

    let (changes, problems, held) = configuration.interpret(|interpreted| {
        let Interpreted { settings, context, groups, mut problems } = interpreted;
        http.holding.want(settings.http_gate);
        loaded.notify.inbox.post(notify::Note::Rules(settings.resync));
        http.templates.set_largest(settings.largest_template);
        if let Some(database) = loaded.database.get() {
            database.configure(settings);
        }
        if !settled() {
            return Err(Better::Later);
        }
        let sections = Sections::new(&configuration.sections.phoneprov);
        let terms = Terms {
            before: &held_before.since,
            now: started,
            after: settings.confirm_after,
            is_confirmed: cause == Cause::Confirm,
        };
        let mut keeper = Keeper::new(&sections, terms);
        let is_hasty = cause == Cause::ResPhoneprov;
        let mut evaluator =
            Evaluator { profiles: &own.profiles, world: &mut world, pool: &loaded.pool, prepared, is_hasty };
        let plan = match applied.is_empty() {
            true => Plan::All(groups),
            false => {
                Plan::Difference(diff(groups, context, &mut evaluator, applied, refusals, &mut keeper, &mut problems))
            }
        };
        if !settled() {
            return Err(Better::Later);
        }
        let does_without = !*fills_res_phoneprov && !(applied.is_empty() && lost.is_empty());
        let fills = fills_now(settings.fill_res_phoneprov, does_without, loaded, &own);
        if applied.is_empty() {
            *fills_res_phoneprov = fills;
        }
        // To fill it, or to empty it, is one reload of it, too.
        let is_many = *fills_res_phoneprov && plan.removals() > REMOVALS_FOR_RELOAD;
        if whole_reload == WholeReload::IfBetter
            && (is_many || fills != *fills_res_phoneprov)
            && may_reload(loaded, configuration.profiles.as_ref())
        {
            return Err(Better::WholeReload(plan.made()));
        }
        let changes = if plan.changes_something() {
            let applied = Arc::make_mut(applied);
            // Nobody is passed on to res_phoneprov until the table knows what it holds.
            let touches_nobody = plan.removals() == 0 || !*fills_res_phoneprov;
            let _held = if touches_nobody { http.holding.hold_new() } else { http.holding.hold() };
            let taker = match *fills_res_phoneprov {
                true => Taker::ResPhoneprov,
                false => Taker::Rules(Rules::new(&own)),
            };
            let file_of = &|id: &CStr| sections.file_of(id);
            let work = Work {
                http,
                context,
                evaluator: &mut evaluator,
                taker: &taker,
                applied,
                refusals,
                problems: &mut problems,
                file_of,
            };
            let changes = match plan {
                Plan::All(groups) => work.add_all(groups, lost, &mut keeper),
                Plan::Difference(diff) => work.apply(diff),
            };
            let mut others = users_conf::phones(&own.users, &own.profiles);
            // Of those with one MAC there is one: ours, if it was taken. At a reload of its own res_phoneprov asks us first.
            others.retain(|phone| !applied.contains_key(phone.mac));
            let table = http.table();
            let made = |phone: &Phone| {
                let before = table.phone(phone.mac.to_bytes());
                evaluator.evaluate(phone, phone.fingerprint(), before).evaluated
            };
            *clashes = set_table(http, applied, others.iter().map(made).collect(), &own.profiles);
            loaded.pool.forget_unused();
            changes
        } else {
            Changes { unchanged: applied.len(), ..Changes::default() }
        };
        refusals.keep(&problems);
        let (held, texts) = keeper.done();
        if let Some(texts) = texts {
            loaded.set_unread(&texts);
        }
        problems.extend(loaded.unread().iter().cloned());
        problems.extend(clashes.iter().cloned());
        problems.extend(phoneprov_conf::problem(configuration.profiles.as_ref()));
        problems.extend(loaded.untyped.problems());
        let refused = refused(&configuration.sections.phoneprov, context, &problems, applied);
        let without_mac = problems.iter().filter(|problem| problem.fault == Fault::MissingMac).count();
        *count_of_refused = refused.len() + without_mac;
        http.record.set_refused(refused);
        Ok((changes, problems, held))
    })?;
    let holds_more = held.since.keys().any(|mac| !held_before.since.contains_key(mac));
    served.held_back = Arc::new(held);
    let held_back = (!served.held_back.since.is_empty()).then(|| Arc::clone(&served.held_back));

    let before = std::mem::replace(&mut served.problems, problems.as_slice().into());
    let now: HashSet<&Problem> = problems.iter().collect();
    let gone = before.iter().filter(|problem| !now.contains(problem)).cloned().collect();
    let known: HashSet<&Problem> = before.iter().collect();
    let (known, new) = problems.into_iter().partition(|problem| known.contains(problem));
    loaded.notify.inbox.post(notify::Note::Synced(changes.macs.clone()));
    let report = Report { cause, changes, known, new, gone, took: started.elapsed(), held_back, holds_more };
    served.record.note(&report, SystemTime::now());
    Ok(report)
}

/// What there is to do.
enum Plan<'a> {
    /// To add all, to a `res_phoneprov` that has none of ours.
    All(Vec<Group<'a>>),
    /// To carry a difference out.
    Difference(Diff<'a>),
}

impl Plan<'_> {
    fn removals(&self) -> usize {
        match self {
            Plan::All(_) => 0,
            Plan::Difference(diff) => diff.remove.len(),
        }
    }

    /// The phones that were made for it.
    fn made(self) -> Prepared {
        let Plan::Difference(diff) = self else { return Prepared::new() };
        let made =
            |Wanted { group, evaluated, .. }: Wanted| (group.mac.into(), Outcome { evaluated, unsteady: Vec::new() });
        diff.add.into_iter().map(made).collect()
    }

    fn changes_something(&self) -> bool {
        match self {
            Plan::All(_) => true,
            Plan::Difference(diff) => !diff.remove.is_empty() || !diff.add.is_empty() || !diff.renamed.is_empty(),
        }
    }
}

/// Puts the table of what `res_phoneprov` holds in the place of the last one; answers what is wrong with names of files.
fn set_table(http: &Http, applied: &Applied, others: Vec<Arc<Evaluated>>, profiles: &Profiles) -> Vec<Problem> {
    let others = others.iter().map(|phone| Entrant { section: None, phone });
    let ours = applied
        .values()
        .map(|held| Entrant { section: held.sections.iter().map(CString::as_c_str).min(), phone: &held.evaluated });
    let (table, clashes) = Table::new(others.chain(ours).collect(), profiles);
    http.set_table(table);
    let problem = |Clash { section, name, holder }| {
        let fault = Fault::SharedName {
            name: CString::new(name).unwrap_or_default(),
            holder: holder.unwrap_or_else(|| c"users.conf".into()),
        };
        Some(Problem { object: ObjectType::Phoneprov, section: section?, fault })
    };
    clashes.into_iter().filter_map(problem).collect()
}

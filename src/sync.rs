//! The only owner of what `res_phoneprov` holds from us: reads the configuration, compares, applies the difference.
//!
//! Threads and locks. A sync may be asked for by several threads (load, reload, `res_phoneprov`'s `load_users`). One at a
//! time takes the record of what is applied *out of* the mutex, works without any lock of ours, and puts it back; so no lock
//! of ours is ever held over a call into the host, and no host lock can wait for one of ours.
//! - Who may wait for a running sync: [`sync`]'s callers. They hold the module list's lock; a running sync never wants it.
//! - Who must not wait: [`everything_was_lost`], called with `res_phoneprov`'s provider list locked, which a running sync
//!   does want. It leaves a note, and the running sync starts again.

use crate::asterisk::chanvars::{AllocationError, VarList};
use crate::asterisk::logger::{debug, error, notice, warning};
use crate::asterisk::phoneprov;
use crate::asterisk::res_pjsip::{self, PjsipDirectory};
use crate::asterisk::sorcery::Section;
use crate::phone::defaults::Defaults;
use crate::phone::diff::{Applied, Diff, diff};
use crate::phone::fleet::{self, Phone};
use crate::phone::line::{Context, Line};
use crate::phone::problem::{Problem, Severity};
use crate::phone::text::Shown;
use crate::sections;
use parking_lot::{Condvar, Mutex};
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// What is known of `res_phoneprov`, and who is working on it.
enum Record {
    /// The module is not loaded: nothing is applied and nothing shall be.
    Off,
    /// Nobody works on it.
    Idle(Applied),
    /// One thread has taken it out. `lost`: meanwhile `res_phoneprov` threw everything away.
    Busy { lost: bool },
}

static RECORD: Mutex<Record> = Mutex::new(Record::Off);
static PUT_BACK: Condvar = Condvar::new();

/// The record of what is applied, taken out to be worked on. Dropped instead of put back (a panic), it goes back with every
/// phone marked as doubtful.
struct Taken(Applied);

impl Taken {
    /// Waits until nobody works on the record and takes it out; `None` if the module is off.
    fn wait() -> Option<Self> {
        let mut record = RECORD.lock();
        while matches!(*record, Record::Busy { .. }) {
            PUT_BACK.wait(&mut record);
        }
        match std::mem::replace(&mut *record, Record::Busy { lost: false }) {
            Record::Idle(applied) => Some(Taken(applied)),
            off => {
                *record = off;
                None
            }
        }
    }

    /// Puts the record back, unless everything was lost meanwhile and the work has to be done again.
    fn put_back(mut self) -> Result<(), Self> {
        let mut record = RECORD.lock();
        if matches!(*record, Record::Busy { lost: true }) {
            *record = Record::Busy { lost: false };
            drop(record);
            // What was added before is gone, what was added after is there, and nobody knows which is which.
            self.doubt_everything();
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
        self.0.values_mut().for_each(|fingerprint| *fingerprint = None);
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.doubt_everything();
        *RECORD.lock() = Record::Idle(std::mem::take(&mut self.0));
        PUT_BACK.notify_all();
    }
}

/// Makes syncs possible; nothing is applied yet.
pub fn start() {
    *RECORD.lock() = Record::Idle(Applied::default());
}

/// Waits for a running sync and makes further ones impossible. Forgets what is applied: the caller takes it out of
/// `res_phoneprov`.
pub fn stop() {
    if let Some(taken) = Taken::wait() {
        std::mem::forget(taken);
        *RECORD.lock() = Record::Off;
        PUT_BACK.notify_all();
    }
}

/// Makes `res_phoneprov` hold what the configuration says now. Waits for a running sync first.
///
/// Called by load and reload, that is, with the module list's lock held and no lock of ours.
pub fn sync() {
    if let Some(taken) = Taken::wait() {
        work(taken);
    }
}

/// `res_phoneprov` has thrown all phones away (it calls this with its provider list locked) and wants them again. Never
/// waits: if a sync is running, that one does the work once more.
pub fn everything_was_lost() {
    let mut record = RECORD.lock();
    match *record {
        Record::Off => return,
        Record::Busy { .. } => {
            *record = Record::Busy { lost: true };
            return;
        }
        Record::Idle(_) => *record = Record::Busy { lost: false },
    }
    drop(record);
    work(Taken(Applied::default()));
}

/// Does the work of a sync until nothing was lost meanwhile.
fn work(mut taken: Taken) {
    loop {
        run(&mut taken.0);
        match taken.put_back() {
            Ok(()) => return,
            Err(again) => taken = again,
        }
    }
}

/// Reads, compares and applies, once.
fn run(applied: &mut Applied) {
    let started = Instant::now();
    let Some(sorcery) = res_pjsip::sorcery() else { return };
    let sections = sections::read(sorcery);
    let names = phoneprov::standard_names();
    let directory = PjsipDirectory::new(sorcery);
    let mut problems = Vec::new();

    let content = |section| -> fleet::Section { (Section::id(section), Section::variables(section)) };
    let defaults =
        Defaults::merge(sections.phoneprov_default.iter().map(|section| content(section)), &names, &mut problems);
    let context = Context { defaults: &defaults, names: &names, directory: &directory };
    let diff = diff(sections.phoneprov.iter().map(|section| content(section)), &context, applied, &mut problems);

    let outcome = apply(&diff, applied, &mut problems);
    for problem in &problems {
        match problem.fault.severity() {
            Severity::Warning => warning!("{problem}"),
            Severity::Error => error!("{problem}"),
        }
    }
    outcome.report(diff.unchanged, problems.len(), started.elapsed());
}

/// What a sync changed in `res_phoneprov`.
#[derive(Default)]
struct Outcome {
    added: usize,
    changed: usize,
    removed: usize,
}

impl Outcome {
    fn report(&self, unchanged: usize, problems: usize, took: Duration) {
        let Outcome { added, changed, removed } = self;
        let phones = if *added == 1 { "phone" } else { "phones" };
        let problem_s = if problems == 1 { "problem" } else { "problems" };
        let took = took.as_millis();
        let text = format!(
            "{added} {phones} added, {changed} changed, {removed} removed, {unchanged} unchanged, {problems} {problem_s}, {took} ms"
        );
        if added + changed + removed > 0 { notice!("{text}") } else { debug!(1, "{text}") }
    }
}

/// Carries out the difference and records it.
fn apply(diff: &Diff, applied: &mut Applied, problems: &mut Vec<Problem>) -> Outcome {
    let mut outcome = Outcome::default();
    let mut served_before = HashSet::new();
    for mac in &diff.remove {
        debug!(2, "removing phone {}", Shown(mac));
        phoneprov::delete_extension(mac);
        if applied.remove(mac).flatten().is_some() {
            served_before.insert(mac.as_ref());
        }
    }
    for phone in &diff.add {
        debug!(2, "adding phone {} with {} lines", Shown(phone.mac), phone.lines.len());
        let complete = add(phone, problems);
        applied.insert(phone.mac.into(), complete.then(|| phone.fingerprint()));
        match (complete, served_before.remove(phone.mac)) {
            (true, true) => outcome.changed += 1,
            (true, false) => outcome.added += 1,
            (false, true) => outcome.removed += 1,
            (false, false) => {}
        }
    }
    outcome.removed += served_before.len();
    outcome
}

/// Adds a phone with all its lines; false if not every one was taken.
fn add(phone: &Phone, problems: &mut Vec<Problem>) -> bool {
    let mut complete = true;
    for line in &phone.lines {
        match list(line) {
            Ok(list) if phoneprov::add_extension(&list).is_ok() => {}
            Ok(_) => {
                complete = false;
                problems.push(fleet::refused(line));
            }
            Err(AllocationError) => {
                complete = false;
                error!("phoneprov section '{}': no memory to provision it; free some and reload", Shown(line.section));
            }
        }
    }
    complete
}

/// A line's variables in the form that `res_phoneprov` takes.
fn list(line: &Line) -> Result<VarList, AllocationError> {
    let mut list = VarList::new()?;
    for variable in &line.variables {
        list.push(variable.name, &variable.value)?;
    }
    Ok(list)
}

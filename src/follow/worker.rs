//! The thread that follows changes: it waits until the configuration is quiet again and then syncs.
//!
//! Everybody else only leaves a note ([`crate::mailbox`]). Nobody ever waits for this thread, because it waits for the module
//! list's lock (see [`crate::serve::sync`]); unload closes the mailbox, and whatever it still does finds the module off.

use super::events;
use super::quiet::{Due, Quiet};
use super::routine::{Occasion, Routine};
use super::tell::{Asked, tell};
use crate::asterisk::callback::guard;
use crate::asterisk::{memory, module, options};
use crate::mailbox::{Letter, Mail, Note};
use crate::report::Cause;
use crate::serve::loaded::Loaded;
use crate::serve::stopped;
use crate::serve::sync::{self, Busy, Nested};
use crate::sources::database::{self, Task};
use crate::sources::phoneprov_conf::Stamp;
use crate::sources::{refused, sections};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// `res_phoneprov` may be unloaded, or started, without a word to us: it is looked after this often, which costs next to nothing.
const WATCH: Duration = Duration::from_secs(1);

/// Starts the thread; it ends when the mailbox is closed.
pub fn start(loaded: &Arc<Loaded>) -> io::Result<()> {
    let routine = Routine::new(Instant::now(), options::is_fully_booted());
    let loaded = Arc::clone(loaded);
    let mut worker = Worker {
        loaded,
        quiet: Quiet::default(),
        routine,
        asked_since: None,
        looked_at: 0,
        let_go: None,
        watch: Instant::now() + WATCH,
        seen: None,
    };
    std::thread::Builder::new().name("phoneprov sync".into()).spawn(move || worker.run())?;
    Ok(())
}

struct Worker {
    loaded: Arc<Loaded>,
    quiet: Quiet,
    routine: Routine,
    /// Since when the database has been asked and has not answered, until that has been said.
    asked_since: Option<Instant>,
    /// How many reloads of all types had begun when files were looked at.
    looked_at: u64,
    /// When phones that were held back were due to go, until there is another time for that.
    let_go: Option<Instant>,
    /// When to look after `res_phoneprov`, and phoneprov.conf at the last time.
    watch: Instant,
    seen: Option<Stamp>,
}

impl Worker {
    fn run(&mut self) {
        while let Some(Mail { letters, reloads_begun }) = self.wait() {
            // A panic in one piece of work, which its guard has logged, must not end the following of changes.
            for letter in letters {
                guard("worker", (), || self.take(letter));
            }
            guard("worker", (), || self.watch_the_database());
            let now = Instant::now();
            let occasion = self.routine.due(now, options::is_fully_booted);
            if occasion == Some(Occasion::Booted) {
                guard("worker", (), || self.look_into_files());
            }
            match occasion {
                // Nothing else has changed by that.
                Some(Occasion::Booted) if !self.loaded.own().profiles.ask_the_host() => {}
                Some(_) => self.quiet.changed(now, now),
                None => {}
            }
            if let Some(due) = self.goes().filter(|due| *due <= now) {
                self.let_go = Some(due);
                self.quiet.changed(now, now);
            }
            // While Asterisk boots, its list of modules stays locked: whoever waited for it could tell nobody anything.
            if !self.routine.is_booted() {
                continue;
            }
            guard("worker", (), || self.watch_res_phoneprov());
            guard("worker", (), || {
                if let Some(due) = self.quiet.take_due(Instant::now()) {
                    self.follow(due, reloads_begun);
                }
            });
        }
    }

    fn wait(&self) -> Option<Mail> {
        let is_idle = self.quiet.due().is_none() && self.routine.is_booted();
        self.loaded.mailbox.wait(self.next(), is_idle)
    }

    /// When there is something to do although no note comes.
    fn next(&self) -> Option<Instant> {
        let silent = self.asked_since.map(|since| since + database::SLOW);
        let quiet = self.quiet.due().filter(|_| self.routine.is_booted());
        let watch = Some(self.watch).filter(|_| self.routine.is_booted());
        [quiet, silent, self.goes(), watch, Some(self.routine.next())].into_iter().flatten().min()
    }

    /// When phones that are held back go by themselves, if nobody has seen to it yet.
    fn goes(&self) -> Option<Instant> {
        self.loaded.snapshot()?.held_back.until.filter(|due| self.let_go != Some(*due))
    }

    fn take(&mut self, letter: Letter) {
        let Letter { note, first, last } = letter;
        match note {
            Note::Changed => self.quiet.changed(first, last),
            Note::ReloadBegan => self.quiet.reload_began(first),
            Note::ReloadEnded => self.quiet.reload_ended(first),
            Note::DatabaseSpoke => self.quiet.database_spoke(first),
            Note::DatabaseAsked => self.asked_since = Some(first),
            Note::DatabaseAnswered => self.asked_since = None,
            Note::Failed => self.quiet.failed(first),
            Note::Synced(report) => {
                events::tell(&report, &self.loaded);
                let count = report.changes.count();
                drop(report);
                memory::give_back_after(count);
            }
        }
    }

    /// Speaks up for a reader that waits for its database.
    fn watch_the_database(&mut self) {
        let is_silent = self.asked_since.is_some_and(|since| since.elapsed() >= database::SLOW);
        if is_silent {
            self.asked_since = None;
            self.loaded.database.get().into_iter().for_each(|database| database.say_silent());
        }
    }

    /// Looks after a `res_phoneprov` that may have ended itself.
    fn watch_res_phoneprov(&mut self) {
        let now = Instant::now();
        if now < self.watch {
            return;
        }
        self.watch = now + WATCH;
        match stopped::due(&self.loaded, &mut self.seen) {
            stopped::Due::Nothing => {}
            stopped::Due::ToNotice => {
                let _ = module::with_list_locked(|locked| stopped::notice_it(locked, &self.loaded));
            }
            stopped::Due::Sync => self.quiet.changed(now, now),
        }
    }

    /// Finds out what Asterisk has refused, with nothing locked: files are read for it.
    fn look_into_files(&self) {
        if let Some(sources) = self.loaded.sources() {
            refused::look(&sources);
        }
    }

    fn follow(&mut self, due: Due, reloads_begun: u64) {
        let loaded = &*self.loaded;
        let settled = || loaded.mailbox.reloads_begun() == reloads_begun;
        let cause = if due.from_database { Cause::Database } else { Cause::Change };
        if !due.from_database {
            // Whoever reloads expects the database to be read, too.
            loaded.read_database(Task::all(), database::PATIENCE);
            loaded.untyped.look(&sections::files());
        }
        if self.looked_at != reloads_begun {
            self.looked_at = reloads_begun;
            loaded.look_at_files();
        }
        self.look_into_files();
        let prepared = sync::prepare(loaded);
        match module::with_list_locked(|locked| sync::sync(locked, loaded, cause, &prepared, settled, Nested::No)) {
            Some(Ok(report)) => report.into_iter().for_each(|report| tell(report, Asked::Not, loaded)),
            Some(Err(Busy)) => self.quiet.put_off(due, Instant::now()),
            // No memory, or a panic, which its guard has logged: it must not end the following of changes.
            None => self.quiet.failed(Instant::now()),
        }
    }
}

//! What one load of the module has: one value, reached through one static.
//!
//! A thread that outlives its load (a database that does not answer) keeps that load's value and finds everything in it off,
//! whatever has been loaded since.

use super::hashes::Hashes;
use super::served::{Served, Snapshot, Stopped};
use crate::asterisk::logger::warning;
use crate::asterisk::module::ListLocked;
use crate::asterisk::res_pjsip;
use crate::asterisk::sorcery::Wizard;
use crate::believed::Believed;
use crate::http::Http;
use crate::mailbox::{Mailbox, Note};
use crate::notify::Notify;
use crate::phone::conf::conf_text::Texts;
use crate::phone::phoneprov_conf::profiles::Profiles;
use crate::phone::problem::Problem;
use crate::phone::users_conf::User;
use crate::phone::{mac, standard};
use crate::sources::conf_texts;
use crate::sources::database::{Database, Outcome, Task};
use crate::sources::loads::Loads;
use crate::sources::moment::Sources;
use crate::sources::phoneprov_conf;
use crate::sources::readers::Readers;
use crate::sources::started::Started;
use crate::sources::untyped::Untyped;
use crate::sources::wizards::Wizards;
use crate::template::line::NamePool;
use once_cell::sync::OnceCell;
use parking_lot::{Mutex, RwLock};
use std::sync::Arc;
use std::time::Duration;

/// Everything that one load of the module has.
#[derive(Default)]
pub struct Loaded {
    /// Requests: the table of files, the templates, the record of fetches, our place in the HTTP server's list.
    pub http: Http,
    /// Telling phones that there is something new.
    pub notify: Notify,
    /// Notes for the worker.
    pub mailbox: Arc<Mailbox>,
    /// The rows that are believed.
    pub believed: Arc<Believed>,
    /// Whoever reads the database, if anything is kept in one; made when the settings are known.
    pub database: OnceCell<Database>,
    /// Sections that say which phone they are and not what.
    pub untyped: Arc<Untyped>,
    /// What is served, as numbers.
    pub hashes: Hashes,
    /// The names of variables that lines share.
    pub pool: NamePool,
    /// When Asterisk has read its files, and what it has refused of them.
    pub loads: Arc<Loads>,
    /// How its transports run.
    pub started: Arc<Started>,
    /// Who reads from sorcery just now.
    pub readers: Arc<Readers>,
    /// Locked for moments, never over a call out.
    wizards: Mutex<Arc<Wizards>>,
    /// Likewise.
    own: Mutex<Arc<Own>>,
    /// What Asterisk does not read of the files that phones are made of, as far as anybody has looked. Likewise.
    unread: Mutex<Arc<[Problem]>>,
    /// `None` while nothing may be served, and for the thread that works on it.
    served: Mutex<Option<Served>>,
    /// As the last sync left it; `None` while nothing may be served. Locked for moments, never over a call out.
    snapshot: Mutex<Option<Snapshot>>,
    /// Of a `res_phoneprov` that has stopped, since that is known. Likewise.
    stopped: Mutex<Option<Arc<Stopped>>>,
}

/// What is `res_phoneprov`'s own, as it read it last: at its load, or at its last reload.
#[derive(Debug, Default)]
pub struct Own {
    /// Its profiles.
    pub profiles: Profiles,
    /// The lines that it provides itself.
    pub users: Vec<User>,
    /// Whether its files could be read when it had read them.
    pub(super) reading: Reading,
}

impl Own {
    /// The profiles that `res_phoneprov` has; `None` if nobody knows.
    pub fn known_profiles(&self) -> Option<&Profiles> {
        (self.reading == Reading::Done).then_some(&self.profiles)
    }
}

/// How it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nobody has tried yet.
    #[default]
    Not,
    /// What was known before is kept.
    Failed,
    /// All of it is known.
    Done,
}

static LOADED: RwLock<Option<Arc<Loaded>>> = RwLock::new(None);

/// What the module has now; `None` while it is not loaded. Any thread; never waits for the host.
pub fn loaded() -> Option<Arc<Loaded>> {
    LOADED.read().clone()
}

/// Makes it what the module has. With the module list locked, as in load and unload.
pub fn set_loaded(_locked: &ListLocked, loaded: Option<Arc<Loaded>>) {
    // What was there before goes after our lock.
    let _before = std::mem::replace(&mut *LOADED.write(), loaded);
}

impl Loaded {
    /// Finds out anew which wizards keep what; with the module list locked, because loading a module may change it.
    pub fn find_wizards(&self, locked: &ListLocked) {
        if let Some(sorcery) = res_pjsip::sorcery() {
            let found = Arc::new(Wizards::find(locked, sorcery));
            self.notify.contacts_are(sorcery.wizards(locked, c"contact").iter().any(Wizard::is_realtime));
            let _before = std::mem::replace(&mut *self.wizards.lock(), found);
        }
    }

    /// Gives the references to wizards back.
    pub fn forget_wizards(&self) {
        let _before = std::mem::take(&mut *self.wizards.lock());
    }

    /// Where everything is to be read from now; `None` if `res_pjsip` is not running, or this is being unloaded. Any thread.
    pub fn sources(&self) -> Option<Sources> {
        let reading = Arc::new(self.readers.begin()?);
        let wizards = self.wizards.lock().clone();
        Some(Sources {
            sorcery: res_pjsip::sorcery()?,
            wizards,
            rows: self.believed.rows(),
            loads: Arc::clone(&self.loads),
            started: Arc::clone(&self.started),
            untyped: Arc::clone(&self.untyped),
            _reading: reading,
        })
    }

    /// What is `res_phoneprov`'s own. Any thread.
    pub fn own(&self) -> Arc<Own> {
        Arc::clone(&self.own.lock())
    }

    /// Reads anew what `res_phoneprov` has just read, or has read before this was loaded.
    pub(super) fn read_own(&self, _locked: &ListLocked) {
        let Some(profiles) = phoneprov_conf::profiles() else { return self.keep_own() };
        let own = Own { profiles, users: phoneprov_conf::users(), reading: Reading::Done };
        let macs = own.users.iter().filter_map(|(_, variables)| variables.get(standard::MAC));
        self.http.record.set_others(macs.filter_map(mac::digits).collect());
        let _before = std::mem::replace(&mut *self.own.lock(), Arc::new(own));
    }

    /// Where it cannot be read just now, although `res_phoneprov` could: the next sync tries again.
    fn keep_own(&self) {
        let own = self.own();
        if own.reading != Reading::Failed {
            warning!("phoneprov.conf cannot be read: phones' files stay as they were, or are none, until it can");
            let kept = Own { profiles: own.profiles.clone(), users: own.users.clone(), reading: Reading::Failed };
            let _before = std::mem::replace(&mut *self.own.lock(), Arc::new(kept));
        }
        self.mailbox.post(Note::Failed);
    }

    /// Has the database read, if there is one, and waits for it as long as `patience`. Whoever calls it has to sync then,
    /// whatever the outcome is. Any thread but the database's and a request's.
    pub fn read_database(&self, task: Task, patience: Duration) -> Outcome {
        self.database.get().map_or(Outcome::NotUsed, |database| database.read(task, patience))
    }

    /// Looks at the files that phones are made of, for the sync that follows: after sorcery has read them. Any thread.
    pub fn look_at_files(&self) {
        self.set_unread(&conf_texts::read());
    }

    pub(super) fn set_unread(&self, texts: &Texts) {
        let _before = std::mem::replace(&mut *self.unread.lock(), conf_texts::problems(texts).collect());
    }

    pub(super) fn unread(&self) -> Arc<[Problem]> {
        Arc::clone(&self.unread.lock())
    }

    /// What is served, as the last sync left it; `None` if nothing may be served. Any thread; never waits for a sync.
    pub fn snapshot(&self) -> Option<Snapshot> {
        self.snapshot.lock().clone()
    }

    /// What is known of a `res_phoneprov` that has stopped; `None` if nothing is. Any thread; never waits for a sync.
    pub fn stopped(&self) -> Option<Arc<Stopped>> {
        self.stopped.lock().clone()
    }

    /// Sets that, with the module list locked.
    pub(super) fn set_stopped(&self, _locked: &ListLocked, stopped: Option<Stopped>) {
        let _before = std::mem::replace(&mut *self.stopped.lock(), stopped.map(Arc::new));
    }

    /// Puts it in, or takes it out. With the module list locked.
    pub(super) fn replace_served(&self, _locked: &ListLocked, served: Option<Served>) -> Option<Served> {
        self.put(served)
    }

    fn put(&self, served: Option<Served>) -> Option<Served> {
        let snapshot = served.as_ref().map(Served::snapshot);
        let before = std::mem::replace(&mut *self.served.lock(), served);
        let _snapshot_before = std::mem::replace(&mut *self.snapshot.lock(), snapshot);
        before
    }

    /// Takes it out to work on it; `None` if nothing may be served. With the module list locked.
    pub(super) fn take_served(&self, _locked: &ListLocked) -> Option<Taken<'_>> {
        self.served.lock().take().map(|served| Taken { loaded: self, served })
    }
}

/// [`Served`], taken out to be worked on; dropping it puts it back. If a panic drops it, every phone is in doubt: the next
/// sync removes it (where there is anything) and adds it.
pub(super) struct Taken<'a> {
    loaded: &'a Loaded,
    pub(super) served: Served,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut served = std::mem::take(&mut self.served);
        let panicking = std::thread::panicking();
        if panicking {
            Arc::make_mut(&mut served.applied).values_mut().for_each(|held| held.fingerprint = None);
        }
        let _nothing = self.loaded.put(Some(served));
        if panicking {
            self.loaded.mailbox.post(Note::Failed);
        }
    }
}

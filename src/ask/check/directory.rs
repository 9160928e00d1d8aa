//! Endpoints, auths and transports as they will be after a reload of `res_pjsip`: what files say, as far as Asterisk takes it, and
//! what is there already.

use crate::asterisk::res_pjsip::split_callerid;
use crate::asterisk::sorcery::{Sorcery, Wizard};
use crate::phone::conf::conf_files;
use crate::phone::conf::standing::{Standing, will_be_refused};
use crate::phone::directory::{Auth, Directory, Endpoint, Transport};
use crate::phone::object_type::ObjectType;
use crate::phone::problem::{Fault, Problem};
use crate::phone::variables::Variables;
use crate::sources::directory::PjsipDirectory;
use crate::sources::refused;
use crate::sources::started::Started;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::time::SystemTime;

/// Whether sorcery will take the objects of a type as the files have them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It will.
    All,
    /// Not from one of the files: it keeps what it has of that.
    NotAll,
}

/// The objects of one type: those in files, and through which wizards files are read.
pub struct Objects<'a> {
    /// Which.
    pub kind: ObjectType,
    /// By id, what files say.
    pub in_files: HashMap<CString, Variables>,
    /// When the files were changed last.
    pub changed: SystemTime,
    /// When Asterisk began to read them last, as far as is known.
    pub loaded: Option<SystemTime>,
    /// What it has refused then, of all types.
    pub refused: Arc<refused::Objects>,
    /// How its transports run.
    pub started: Arc<Started>,
    /// Whether sorcery takes them.
    pub taken: Taken,
    /// Through which wizards files are read.
    pub wizards: Vec<&'a Wizard>,
    /// Who knows which options the type has.
    pub sorcery: Sorcery,
    /// Whether its type has an option, of those that were looked for.
    pub options: RefCell<HashMap<CString, bool>>,
    /// Those that it has refused or will, and of which it has something from before; as far as they were asked for.
    pub kept: RefCell<BTreeSet<CString>>,
}

impl Objects<'_> {
    /// Whether an object that no file has comes from elsewhere, and so stays.
    fn is_elsewhere(&self, id: &CStr) -> bool {
        self.taken == Taken::NotAll || !self.wizards.iter().any(|wizard| wizard.has(id))
    }

    fn find<T>(&self, id: &CStr, read: impl Fn(&Variables) -> T, live: impl Fn() -> Option<T>) -> Option<T> {
        let Some(options) = self.in_files.get(id) else { return self.is_elsewhere(id).then(live).flatten() };
        match self.standing(id, options) {
            Standing::Unread => Some(read(options)),
            Standing::Taken => live(),
            Standing::Refused => {
                let live = live();
                if live.is_some() {
                    self.kept.borrow_mut().insert(id.to_owned());
                }
                live
            }
        }
    }

    /// How an object will stand to the files after a reload: what is unread will be taken.
    fn standing(&self, id: &CStr, options: &Variables) -> Standing {
        let made = refused::made(self.wizards.iter().copied(), id);
        let standing = Standing::new(self.changed, made, self.loaded);
        let takes = |kind: ObjectType, option: &CStr| {
            let mut known = self.options.borrow_mut();
            known.get(option).copied().unwrap_or_else(|| {
                let takes = self.sorcery.takes(kind.name(), option);
                known.insert(option.to_owned(), takes);
                takes
            })
        };
        let is_started = self.kind == ObjectType::Transport && self.started.get(id).is_some();
        let is_refused = || {
            // What it was refused with once it will be again.
            self.refused.get(&(self.kind, id.to_owned())) == Some(options)
                || will_be_refused(self.kind, options, made.is_some() || is_started, takes)
        };
        if standing == Standing::Unread && is_refused() { Standing::Refused } else { standing }
    }
}

/// Endpoints, auths and transports as they would be after a reload.
pub struct FileDirectory<'a> {
    /// What files say.
    pub endpoints: Objects<'a>,
    /// See there.
    pub auths: Objects<'a>,
    /// See there.
    pub transports: Objects<'a>,
    /// What there is.
    pub live: PjsipDirectory,
}

impl FileDirectory<'_> {
    /// Transports of which the files have what a reload does not give them.
    pub fn kept_transports(&self) -> Vec<Problem> {
        let kept = |(id, options): (&CString, &Variables)| {
            let runs = self.transport(id).filter(|_| self.transports.standing(id, options) != Standing::Refused)?;
            let in_file = conf_files::transport(options);
            let port = (runs.port != in_file.port).then_some(Fault::KeptPort { now: runs.port, in_file: in_file.port });
            let protocol = runs.protocol.zip(in_file.protocol).filter(|(now, in_file)| now != in_file);
            let protocol = protocol.map(|(now, in_file)| Fault::KeptProtocol { now, in_file });
            let problem = |fault| Problem { object: ObjectType::Transport, section: id.clone(), fault };
            Some(port.into_iter().chain(protocol).map(problem).collect::<Vec<_>>())
        };
        let mut problems: Vec<Problem> = self.transports.in_files.iter().filter_map(kept).flatten().collect();
        problems.sort_by(|one, other| one.section.cmp(&other.section));
        problems
    }
}

impl FileDirectory<'_> {
    /// Whether Asterisk may not have read all of it yet.
    pub fn is_newer(&self) -> bool {
        let all = [&self.endpoints, &self.auths, &self.transports];
        all.iter().any(|objects| objects.loaded.is_none_or(|loaded| loaded <= objects.changed))
    }

    /// Objects that Asterisk keeps as they were, because it refuses what their files say.
    pub fn kept(&self) -> Vec<Problem> {
        let all = [&self.endpoints, &self.auths, &self.transports].into_iter();
        let problem = |object, section| Problem { object, section, fault: Fault::KeptAsItWas };
        all.flat_map(|of| of.kept.take().into_iter().map(move |id| problem(of.kind, id))).collect()
    }
}

impl Directory for FileDirectory<'_> {
    fn endpoint(&self, id: &CStr) -> Option<Endpoint> {
        self.endpoints.find(id, |options| conf_files::endpoint(options, split_callerid), || self.live.endpoint(id))
    }

    fn auth(&self, id: &CStr) -> Option<Auth> {
        self.auths.find(id, conf_files::auth, || self.live.auth(id))
    }

    fn transport(&self, id: &CStr) -> Option<Transport> {
        let found = self.transports.find(id, conf_files::transport, || self.live.transport(id))?;
        if !self.transports.in_files.contains_key(id) || found.is_reloadable {
            return Some(found);
        }
        // It runs on as it was started, also where it comes back.
        Some(self.live.transport(id).or_else(|| self.transports.started.get(id)).unwrap_or(found))
    }

    fn is_refused(&self, kind: ObjectType, id: &CStr) -> bool {
        let Some(objects) = [&self.endpoints, &self.auths, &self.transports].into_iter().find(|of| of.kind == kind)
        else {
            return false;
        };
        objects.in_files.contains_key(id) || (objects.taken == Taken::NotAll && self.live.is_refused(kind, id))
    }

    fn has_time_zone(&self, name: &CStr) -> bool {
        self.live.has_time_zone(name)
    }
}

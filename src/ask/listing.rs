//! The list of phones: each in a few bytes, in the order in which they are told. Trouble comes first, and then the MAC counts.
//!
//! A phone is resolved, looked at and forgotten: a whole fleet resolved at once would take fifty times the room. No lock is held
//! while the list is told, however slowly it is read.

use super::check::few_sessions;
use super::inspect::{self, Fetched, State, by_section, state};
use super::templates;
use super::which::Which;
use crate::http::delivery::Delivery;
use crate::notify::progress::State as Has;
use crate::phone::configuration::{Content as _, Interpreted};
use crate::phone::diff::Held;
use crate::phone::directory::Directory;
use crate::phone::fleet::Section;
use crate::phone::held_back::why::HeldBack;
use crate::phone::line::Context;
use crate::phone::mac::{self, Digits};
use crate::phone::object_type::ObjectType;
use crate::phone::phoneprov_conf::profiles::{Profile, Profiles};
use crate::phone::problem::{Fault, Problem};
use crate::phone::secrets::mask;
use crate::phone::view::View;
use crate::serve::loaded::{Loaded, Own, loaded};
use crate::serve::served::Snapshot;
use crate::serve::stopped;
use crate::sources::places::Places;
use crate::sources::{configuration, phoneprov_conf};
use crate::template::line::Line;
use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// A phone of the list.
#[derive(Debug)]
pub struct Listed<'l> {
    /// Its MAC; none where a section has none.
    pub mac: Option<&'l CStr>,
    /// Its profile.
    pub profile: Option<Rc<CStr>>,
    /// How many lines can be provisioned.
    pub lines: usize,
    /// The ids of all its sections: of those that were served, if there are none any more.
    pub sections: Vec<&'l CStr>,
    /// Whether it gets what its configuration says.
    pub state: State,
    /// What is served of it.
    pub held: Option<&'l Held>,
    /// Whether it has what is served, and when it fetched last: seconds since 1970.
    pub has: Option<Has>,
    /// When it last asked, and with which status it was answered.
    pub last: Option<(Instant, u16)>,
    /// What is wrong with its sections.
    pub problems: Vec<Problem>,
}

/// The phones that are wanted, and what is wrong.
pub struct Listing<'l> {
    pub(super) loaded: &'l Loaded,
    /// Where sections are written.
    pub places: &'l Places<'l>,
    /// In the order in which they are told.
    pub phones: Vec<Listed<'l>>,
    /// Phones that are held back.
    pub held_back: Arc<HeldBack>,
    /// What is wrong and no phone's, where all phones are wanted.
    pub others: Vec<Problem>,
    /// What it comes to.
    pub totals: Totals,
}

/// What a list comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many phones are in it.
    pub phones: usize,
    /// How many lines they have that can be provisioned.
    pub lines: usize,
    /// How many of the phones are served.
    pub served: usize,
    /// Of how many nothing is.
    pub refused: usize,
    /// How many are served as before their sections were gone from a file.
    pub held_back: usize,
    /// How many are about to be changed.
    pub pending: usize,
    /// How many got an error when they last asked.
    pub missed: usize,
    /// How many problems are told.
    pub problems: usize,
}

impl Listed<'_> {
    /// Whether its last request got nothing.
    pub fn is_in_vain(&self) -> bool {
        self.last.is_some_and(|(_, status)| status >= 400)
    }

    /// Whether it has what is served; `None` if nothing of it is, or nobody has looked yet.
    pub fn delivery(&self) -> Option<Delivery> {
        self.held.and(self.has).map(|(delivery, _)| delivery)
    }

    /// Whether it is among those that are wanted.
    fn is_wanted(&self, which: &Which) -> bool {
        match which {
            Which::All => true,
            Which::Refused => matches!(self.state, State::Refused | State::Partly),
            Which::Missed => self.is_in_vain(),
            Which::Silent => self.last.is_none(),
            Which::Stale => self.delivery() == Some(Delivery::Stale),
            Which::New => self.delivery() == Some(Delivery::New),
            Which::Profile(profile) => self.profile.as_deref() == Some(profile.as_c_str()),
            Which::Like(like) => {
                self.mac.iter().chain(&self.sections).any(|text| like.is_match(&text.to_string_lossy()))
            }
        }
    }

    /// What the list is sorted by: trouble first, then the MAC, whatever its spelling. Those without come behind all with the
    /// same trouble.
    fn rank(&self) -> (u8, bool, Option<Digits>, Option<&CStr>, &[&CStr]) {
        let trouble = match self.state {
            State::Refused => 0,
            State::Partly => 1,
            State::HeldBack => 2,
            State::Pending => 3,
            State::Served if self.is_in_vain() => 4,
            State::Served => 5,
        };
        (trouble, self.mac.is_none(), self.mac.and_then(mac::digits), self.mac, &self.sections)
    }

    /// Variables that its files may be made of, as they are served.
    fn variables(&self) -> impl Iterator<Item = (&CStr, &CStr)> {
        self.held.iter().flat_map(|held| &held.evaluated.lines).flat_map(Line::iter)
    }

    /// The names of its files, as they are served, without secrets.
    pub fn files(&self) -> Vec<CString> {
        let names = self.held.iter().flat_map(|held| held.evaluated.files.iter());
        names.filter_map(|name| Some(mask::without_secrets(&CString::new(&**name).ok()?, self.variables()))).collect()
    }
}

impl Listing<'_> {
    /// A phone's requests, as far as they are known to be its own.
    pub fn fetched(&self, phone: &Listed) -> Option<Fetched> {
        let trace = self.loaded.http.record.trace(phone.mac?)?;
        Some(inspect::fetched(trace, |file| mask::without_secrets(file, phone.variables())))
    }

    /// Everything that is wrong, in the order in which it is told.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.phones.iter().flat_map(|phone| &phone.problems).chain(&self.others)
    }
}

/// Lists the phones that are wanted, and hands the list to `tell`. `None` if the module is off.
pub fn look<R>(which: &Which, tell: impl FnOnce(&Listing) -> R) -> Option<R> {
    let loaded = loaded()?;
    let snapshot = loaded.snapshot()?;
    let own = loaded.own();
    let sources = loaded.sources()?;
    let places = Places::new(&sources);
    let configuration = configuration::read(&sources);
    let sections = &configuration.sections.phoneprov;
    Some(configuration.interpret(|interpreted| {
        let Interpreted { context, groups, mut problems, .. } = interpreted;
        problems.extend(snapshot.found_out().cloned());
        let told = by_section(&problems);
        let mut list = List {
            own: &own,
            loaded: &loaded,
            snapshot: &snapshot,
            context,
            names: HashSet::new(),
            phones: Vec::new(),
        };
        groups.iter().for_each(|group| list.add(View::new(group, context, &told)));
        for problem in problems.iter().filter(|problem| problem.fault == Fault::MissingMac) {
            // In order of id.
            let at = sections.binary_search_by(|section| section.id().cmp(&problem.section));
            if let Some(content) = at.ok().map(|at| &sections[at]) {
                let section: Section = (content.id(), content.variables());
                list.add(View::without_mac(section, problem));
            }
        }
        let there: HashSet<&CStr> = groups.iter().map(|group| group.mac).collect();
        list.add_gone(&there);

        let mut phones = list.phones;
        phones.retain(|phone| phone.is_wanted(which));
        phones.sort_by(|one, other| one.rank().cmp(&other.rank()));
        let others = match which {
            Which::All => others(&loaded, &snapshot, &phones, &problems, configuration.profiles.as_ref()),
            _ => Vec::new(),
        };
        let (held_back, totals_yet) = (Arc::clone(&snapshot.held_back), Totals::default());
        let mut listing = Listing { loaded: &loaded, places: &places, phones, held_back, others, totals: totals_yet };
        listing.totals = totals(&listing);
        tell(&listing)
    }))
}

/// A list that is being made.
struct List<'l, 'a, D> {
    loaded: &'l Loaded,
    own: &'l Own,
    snapshot: &'l Snapshot,
    context: &'l Context<'a, D>,
    /// The names of profiles, each once.
    names: HashSet<Rc<CStr>>,
    phones: Vec<Listed<'l>>,
}

impl<'l, 'a: 'l, D: Directory> List<'l, 'a, D> {
    fn add(&mut self, mut view: View<'a>) {
        let held = view.mac.and_then(|mac| self.snapshot.applied.get(mac));
        let is_held_back = view.mac.is_some_and(|mac| self.snapshot.holds_back(mac));
        let state = match state(&mut view, self.context, self.own.known_profiles(), held) {
            _ if is_held_back => State::HeldBack,
            state => state,
        };
        let profile = view.profile(self.context).map(|name| match self.names.get(name) {
            Some(name) => Rc::clone(name),
            None => {
                let name: Rc<CStr> = name.into();
                self.names.insert(Rc::clone(&name));
                name
            }
        });
        self.phones.push(Listed {
            mac: view.mac,
            profile,
            lines: view.phone.as_ref().map_or(0, |phone| phone.lines.len()),
            sections: view.sections.iter().map(|(id, _)| *id).collect(),
            state,
            held,
            has: view.mac.and_then(|mac| self.loaded.notify.inbox.state(mac)),
            last: view.mac.and_then(|mac| self.loaded.http.record.last(mac)),
            problems: view.problems,
        });
    }

    /// Adds phones that are still served and that no section names any more.
    fn add_gone(&mut self, there: &HashSet<&CStr>) {
        for (mac, held) in self.snapshot.applied.iter().filter(|(mac, _)| !there.contains(mac.as_ref())) {
            self.phones.push(Listed {
                mac: Some(mac),
                profile: held.evaluated.profile.as_ref().map(|profile| profile.name.as_c_str().into()),
                lines: held.sections.len(),
                sections: held.sections.iter().map(|id| id.as_c_str()).collect(),
                state: if self.snapshot.holds_back(mac) { State::HeldBack } else { State::Pending },
                held: Some(held),
                has: self.loaded.notify.inbox.state(mac),
                last: self.loaded.http.record.last(mac),
                problems: Vec::new(),
            });
        }
    }
}

/// What is wrong with sections that are no phone's, with the templates of the phones' profiles, and with the HTTP server.
fn others(
    loaded: &Arc<Loaded>,
    snapshot: &Snapshot,
    phones: &[Listed],
    problems: &[Problem],
    file: Option<&Profiles>,
) -> Vec<Problem> {
    let held = || phones.iter().filter_map(|phone| phone.held);
    let mut known = HashSet::new();
    let profiles = held().filter_map(|held| held.evaluated.profile.as_ref());
    let profiles: Vec<Arc<Profile>> = profiles.filter(|profile| known.insert(Arc::as_ptr(profile))).cloned().collect();
    let of_others = problems.iter().filter(|problem| problem.object != ObjectType::Phoneprov);
    // What files say that nobody reads.
    let is_of_files = |problem: &&Problem| matches!(problem.fault, Fault::UnreadPart(_) | Fault::NoType);
    let of_others = of_others.chain(snapshot.problems.iter().filter(is_of_files)).cloned();
    let halt = stopped::problem(loaded).or_else(|| phoneprov_conf::problem(file));
    of_others.chain(templates::unusable(loaded, profiles)).chain(few_sessions(held().count())).chain(halt).collect()
}

fn totals(listing: &Listing) -> Totals {
    let phones = &listing.phones;
    let count = |is: fn(&Listed) -> bool| phones.iter().filter(|phone| is(phone)).count();
    Totals {
        phones: phones.len(),
        lines: phones.iter().map(|phone| phone.lines).sum(),
        served: count(|phone| phone.held.is_some()),
        refused: count(|phone| phone.state == State::Refused),
        held_back: count(|phone| phone.state == State::HeldBack),
        pending: count(|phone| phone.state == State::Pending),
        missed: count(|phone| phone.is_in_vain()),
        // What is held back is for a person to look at, too.
        problems: listing.problems().count() + listing.held_back.causes.len(),
    }
}

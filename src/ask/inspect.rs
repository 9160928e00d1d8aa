//! What is so right now, for whoever asks: the configuration as sorcery has it, and what `res_phoneprov` holds of it.
//!
//! Nothing is kept for this: each question reads and resolves what it needs, and sees what is served as the last sync left it. No
//! question waits for a sync, nor for Asterisk's list of modules.

use super::templates;
use crate::http::table::Table;
use crate::http::{Fetch, Trace, preview};
use crate::phone::configuration::{Content as _, Interpreted};
use crate::phone::diff::Held;
use crate::phone::directory::Directory;
use crate::phone::evaluated::Evaluated;
use crate::phone::fingerprint::Fingerprint;
use crate::phone::fleet::Section;
use crate::phone::held_back::why::HeldBack;
use crate::phone::line::{self, Context, Line, Origin, Variable, line_number};
use crate::phone::mac;
use crate::phone::object_type::ObjectType;
use crate::phone::phoneprov_conf::profiles::{Profile, Profiles};
use crate::phone::place::Place;
use crate::phone::problem::at_fault;
use crate::phone::problem::{Fault, Problem};
use crate::phone::secrets::mask;
use crate::phone::standard;
use crate::phone::view::{View, is_mac};
use crate::serve::loaded::{Loaded, loaded};
use crate::serve::served::Snapshot;
use crate::sources::directory::PjsipDirectory;
use crate::sources::places::Places;
use crate::sources::{configuration, phoneprov_conf, sections};
use crate::text::Shown;
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// Whether a phone gets what its configuration says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// All of it.
    Served,
    /// Some of its lines.
    Partly,
    /// What it said before: the change is about to be followed.
    Pending,
    /// What it said before its sections were gone from a file: nobody believes yet that they are.
    HeldBack,
    /// Nothing.
    Refused,
}

impl State {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            State::Served => "served",
            State::Partly => "partly",
            State::Pending => "pending",
            State::HeldBack => "held",
            State::Refused => "refused",
        }
    }
}

/// A phone, and what is known of it beside its configuration.
#[derive(Debug)]
pub struct Seen<'a> {
    /// Its MAC; none where a section has none.
    pub mac: Option<CString>,
    /// Its configuration.
    pub view: View<'a>,
    /// Whether it gets that.
    pub state: State,
    /// When what it gets was applied.
    pub since: Option<SystemTime>,
    /// What its templates see, if it is served.
    pub evaluated: Option<Arc<Evaluated>>,
    /// The sections of the lines in that.
    served: Vec<CString>,
    /// Its requests, as far as they are known to be its own.
    pub fetch: Option<Fetched>,
}

/// A phone's requests: the last one, and what they came to.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The last one.
    pub last: Asked,
    /// The last one that was answered 404, if it is another one.
    pub missed: Option<Asked>,
    /// How many were answered with a file, or that it has not changed.
    pub given: u64,
    /// How many were answered 404.
    pub misses: u64,
    /// How many were answered otherwise.
    pub failures: u64,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// When it was.
    pub at: SystemTime,
    /// Where it came from.
    pub from: IpAddr,
    /// What it asked for.
    pub file: CString,
    /// The status that it was answered with.
    pub status: u16,
    /// How many bytes it got.
    pub bytes: u64,
    /// Its User-Agent, if it had one, fit to be shown.
    pub agent: Option<String>,
}

/// What there is to see.
pub struct Sight<'a, 'c, D> {
    /// What the module has.
    pub loaded: &'c Loaded,
    /// What resolving needs.
    pub context: &'c Context<'a, D>,
    /// The phones that were asked for, in order of their first section's id; those that are about to go come last.
    pub phones: Vec<Seen<'a>>,
    /// What is wrong with sections that are no phone's, with the templates of the phones' profiles, and with files.
    pub problems: Vec<Problem>,
    /// Where sections are written.
    pub places: &'c Places<'c>,
    /// Phones that are held back.
    pub held_back: Arc<HeldBack>,
}

impl<D> Sight<'_, '_, D> {
    /// What is wrong with the templates of a phone's files.
    pub fn of_files(&self, phone: &Seen) -> impl Iterator<Item = &Problem> {
        let profile = phone.evaluated.as_ref().and_then(|evaluated| evaluated.profile.clone());
        let of_profiles = self.problems.iter().filter(|problem| problem.object == ObjectType::Profile);
        of_profiles.filter(move |problem| profile.as_ref().is_some_and(|profile| profile.name == problem.section))
    }

    /// Where a section begins, if that is known.
    pub fn place_of_section(&self, (_, section): Section) -> Option<Place> {
        Some(self.places.named(ObjectType::Phoneprov, section, at_fault::of_section(section)?))
    }

    /// Where a value of a section's line is written, if it comes from a section and that is known.
    pub fn place_of_value(&self, (_, section): Section, variable: &Variable) -> Option<Place> {
        match variable.origin {
            Origin::Section => Some(self.places.named(ObjectType::Phoneprov, section, variable.written?)),
            Origin::Default(id) => self.places.of_default(id, variable.written?),
            _ => None,
        }
    }
}

/// The phone that is asked for: the one with that MAC, in whatever spelling, or with a section of that id.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a>(pub &'a CStr);

impl Wanted<'_> {
    fn takes<'b>(self, mac: Option<&CStr>, ids: impl IntoIterator<Item = &'b CStr>) -> bool {
        mac.is_some_and(|mac| is_mac(mac, self.0)) || ids.into_iter().any(|id| id == self.0)
    }
}

/// Looks, and hands what is seen to `tell`. `None` if the module is off.
pub fn look<R>(wanted: Wanted, tell: impl FnOnce(Sight<PjsipDirectory>) -> R) -> Option<R> {
    let loaded = loaded()?;
    let snapshot = loaded.snapshot()?;
    let sources = loaded.sources()?;
    let places = Places::new(&sources);
    let configuration = configuration::of_phone(&sources, wanted.0);
    let sections = &configuration.sections.phoneprov;
    Some(configuration.interpret(|interpreted| {
        let Interpreted { context, groups, mut problems, .. } = interpreted;
        problems.extend(snapshot.found_out().cloned());
        let told = by_section(&problems);
        let mut phones = Vec::new();
        for group in &groups {
            if wanted.takes(Some(group.mac), group.sections.iter().map(|(id, _)| *id)) {
                phones.push(seen(&loaded, View::new(group, context, &told), context, &snapshot));
            }
        }
        for problem in problems.iter().filter(|problem| problem.fault == Fault::MissingMac) {
            let id = problem.section.as_c_str();
            // In order of id.
            let at = sections.binary_search_by(|section| section.id().cmp(id));
            if let Some(content) = at.ok().map(|at| &sections[at]).filter(|_| wanted.takes(None, [id])) {
                let section: Section = (content.id(), content.variables());
                phones.push(seen(&loaded, View::without_mac(section, problem), context, &snapshot));
            }
        }
        let there: HashSet<&CStr> = groups.iter().map(|group| group.mac).collect();
        // Others may have the MAC of one that was asked for by the id of a section, which has another MAC now.
        let others_have = |mac: &CStr| {
            let others = sections::of_phone(&sources, mac).unwrap_or_default();
            others.iter().any(|section| section.variables().macs().any(|each| each == mac))
        };
        phones.extend(gone(&loaded, &snapshot, |mac| there.contains(mac) || others_have(mac), wanted));
        problems.retain(|problem| problem.object != ObjectType::Phoneprov);
        problems.extend(templates::unusable(&loaded, profiles(&phones)));
        let is_stopped = loaded.http.place.has_lost_res_phoneprov();
        problems.extend(phoneprov_conf::problem(configuration.profiles.as_ref()).filter(|_| !is_stopped));
        problems.extend(snapshot.unread().cloned());
        let held_back = Arc::clone(&snapshot.held_back);
        tell(Sight { loaded: &loaded, context, phones, problems, places: &places, held_back })
    }))
}

/// What was found without resolving phones, for [`View::new`].
pub(super) fn by_section(problems: &[Problem]) -> HashMap<&CStr, Vec<&Problem>> {
    let mut told: HashMap<&CStr, Vec<&Problem>> = HashMap::new();
    for problem in problems {
        told.entry(problem.section.as_c_str()).or_default().push(problem);
    }
    told
}

/// The profiles that these phones are served with, each once, in order.
fn profiles(phones: &[Seen]) -> Vec<Arc<Profile>> {
    let mut known = HashSet::new();
    let profiles = phones.iter().filter_map(|phone| phone.evaluated.as_ref()?.profile.as_ref());
    profiles.filter(|profile| known.insert(Arc::as_ptr(profile))).cloned().collect()
}

fn seen<'a, D: Directory>(
    loaded: &Loaded,
    mut view: View<'a>,
    context: &Context<'a, D>,
    snapshot: &Snapshot,
) -> Seen<'a> {
    let held = view.mac.and_then(|mac| snapshot.applied.get(mac));
    let is_held_back = view.mac.is_some_and(|mac| snapshot.holds_back(mac));
    let state = match state(&mut view, context, loaded.own().known_profiles(), held) {
        _ if is_held_back => State::HeldBack,
        state => state,
    };
    Seen {
        mac: view.mac.map(CStr::to_owned),
        state,
        since: held.map(|held| held.since),
        evaluated: held.map(|held| held.evaluated.clone()),
        served: held.map(|held| held.sections.to_vec()).unwrap_or_default(),
        fetch: view.mac.and_then(|mac| loaded.http.record.trace(mac)).map(|trace| fetched_of(&view, trace)),
        view,
    }
}

/// Whether a phone gets what its configuration says; adds what is wrong with its profiles to its problems. `profiles` are those
/// that `res_phoneprov` has, if that is known.
pub(super) fn state<'a, D: Directory>(
    view: &mut View<'a>,
    context: &Context<'a, D>,
    profiles: Option<&Profiles>,
    held: Option<&Held>,
) -> State {
    view.note_refused_profiles(context, profiles, |section| {
        held.is_some_and(|held| held.sections.iter().any(|id| id.as_c_str() == section))
    });
    let refused = view.sections.iter().filter(|(id, _)| view.refusal(id).is_some()).count();
    if refused == view.sections.len() {
        return State::Refused;
    }
    // Of a phone that is served in part, the rest is as it should be.
    let taken = || {
        let lines = view.phone.iter().flat_map(|phone| &phone.lines);
        Fingerprint::of(lines.filter(|line| refused == 0 || view.refusal(line.section).is_none()))
    };
    match held {
        Some(held) if held.fingerprint.is_none_or(|held| held == taken()) => {
            if refused > 0 {
                State::Partly
            } else {
                State::Served
            }
        }
        _ => State::Pending,
    }
}

/// Phones that are still served and that no section names any more.
fn gone<'a>(loaded: &Loaded, snapshot: &Snapshot, is_there: impl Fn(&CStr) -> bool, wanted: Wanted) -> Vec<Seen<'a>> {
    let held: Vec<_> = match mac::digits(wanted.0) {
        // One of twenty thousand is found and not looked for; that no id looks like a MAC is taken for granted.
        Some(digits) => {
            let table = loaded.http.table();
            let phones = table.phones_with(&digits);
            phones.filter_map(|phone| snapshot.applied.get_key_value(&*phone.mac)).collect()
        }
        None => snapshot.applied.iter().collect(),
    };
    let held = held
        .into_iter()
        .filter(|(mac, held)| wanted.takes(Some(mac), held.sections.iter().map(CString::as_c_str)) && !is_there(mac));
    held.map(|(mac, held)| Seen {
        mac: Some(mac.to_owned().into()),
        view: View::default(),
        state: if snapshot.holds_back(mac) { State::HeldBack } else { State::Pending },
        since: Some(held.since),
        evaluated: Some(held.evaluated.clone()),
        served: held.sections.to_vec(),
        fetch: loaded.http.record.trace(mac).map(|trace| fetched_of(&View::default(), trace)),
    })
    .collect()
}

/// A phone's requests; the names of files without a secret that they may be made of.
fn fetched_of(view: &View, trace: Trace) -> Fetched {
    let lines: Vec<&Line> = view.phone.iter().flat_map(|phone| &phone.lines).collect();
    fetched(trace, |file| mask::without(file, lines.iter().copied()))
}

/// A phone's requests; `shown` takes secrets out of the names of files.
pub(super) fn fetched(trace: Trace, shown: impl Fn(&CStr) -> CString) -> Fetched {
    let Trace { last, missed, given, misses, failures, .. } = trace;
    let asked = |Fetch { at, from, status, bytes, file, agent }: Fetch| Asked {
        at: SystemTime::now() - Instant::now().duration_since(at),
        from,
        file: shown(&CString::new(file).unwrap_or_default()),
        status,
        bytes,
        agent: (!agent.is_empty()).then(|| Shown(&CString::new(agent).unwrap_or_default()).to_string()),
    };
    let missed = missed.filter(|missed| *missed != last).map(asked);
    Fetched { last: asked(last), missed, given, misses, failures }
}

/// A phone's sections in the order of their lines; of those with one number, in order of id.
pub fn by_line<'a, D: Directory>(sight: &Sight<'a, '_, D>, phone: &Seen<'a>) -> Vec<Section<'a>> {
    let number = |&(id, variables): &Section<'a>| {
        let line = line::explain(id, variables, sight.context);
        line.get(standard::LINE).map_or(1, |text| line_number(text).0)
    };
    let mut sections = phone.view.sections.clone();
    sections.sort_by_cached_key(number);
    sections
}

/// A phone's line as its templates see it: what is configured, and of a line that is served what `res_phoneprov` adds, as it
/// came out when it was applied. Secrets are masked, and what is made of them is made again of masks, unless `unmask`.
pub fn whole_line<'s, 'a: 's, D: Directory>(
    sight: &Sight<'a, '_, D>,
    phone: &'s Seen<'a>,
    section: Section<'a>,
    unmask: bool,
) -> Line<'s> {
    let (id, variables) = section;
    let context = sight.context;
    let lines = phone.view.phone.as_ref().map(|phone| phone.lines.as_slice()).unwrap_or_default();
    let resolved = lines.iter().find(|line| line.section == id);
    let resolved: Line<'s> = resolved.cloned().unwrap_or_else(|| line::explain(id, variables, context));
    let mut line = resolved.clone();
    let place = phone.served.iter().position(|served| served.as_c_str() == id);
    let evaluated = phone.evaluated.as_ref().zip(place).and_then(|(phone, at)| Some((phone, phone.lines.get(at)?)));
    if let Some((phone, evaluated)) = evaluated {
        let profile = phone.profile.as_deref();
        let given = |name| profile.and_then(|profile| profile.variables.get(name).map(|value| (profile, value)));
        let masked = (!unmask).then(|| {
            let table = sight.loaded.http.table();
            sight.loaded.http.studio(&table).masked_lines(phone)
        });
        let shown = masked.as_ref().zip(place).and_then(|(lines, at)| lines.get(at)).unwrap_or(evaluated);
        let added = evaluated.iter().zip(shown.iter()).filter(|((name, _), _)| resolved.get(name).is_none());
        for ((name, _), (_, value)) in added {
            let origin = given(name).map_or(Origin::ResPhoneprov, |(profile, _)| Origin::Profile(&profile.name));
            line.offer(name, value.to_owned(), origin);
        }
        for (name, _) in resolved.variables.iter().map(|variable| (variable.name, &variable.value)) {
            // What another source hides is shown as it is written.
            if let Some((profile, value)) = given(name) {
                line.offer(name, value, Origin::Profile(&profile.name));
            }
        }
    }
    line.offer(standard::SERVER, preview::SERVER, Origin::ResPhoneprov);
    if !unmask {
        mask::mask(&mut line);
    }
    line
}

/// Whether other phones have all of a phone's files, too: then nobody knows which of them asks for one.
pub fn shares_all_files(phone: &Seen, table: &Table) -> bool {
    let files = phone.evaluated.as_ref().map(|phone| &*phone.files).unwrap_or_default();
    !files.is_empty() && files.iter().all(|name| table.is_shared(name))
}

/// The names of a phone's files, as they are served, without secrets.
pub fn files(phone: &Seen) -> Vec<CString> {
    let lines = phone.view.phone.iter().flat_map(|phone| &phone.lines);
    let names = phone.evaluated.iter().flat_map(|phone| phone.files.iter());
    let lines: Vec<&Line> = lines.collect();
    names.filter_map(|name| Some(mask::without(&CString::new(&**name).ok()?, lines.iter().copied()))).collect()
}

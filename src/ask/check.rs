//! What a reload would change: the configuration files as they are now, against the configuration as sorcery has it.
//! Nothing is applied, and sorcery makes no objects.

use super::directory::{FileDirectory, Objects, Taken};
use super::planned_places::{InFiles, PlannedPlaces};
use super::status::data_since;
use super::{holding, profiles, templates};
use crate::asterisk::config;
use crate::asterisk::sorcery::Wizard;
use crate::asterisk::sorcery::section::SectionType;
use crate::phone::belief;
use crate::phone::compare::{Difference, differences};
use crate::phone::conf_files::{self, File, Source};
use crate::phone::configuration::{Configuration, Content as _, Interpreted, Sections};
use crate::phone::diff::Applied;
use crate::phone::fingerprint::Fingerprint;
use crate::phone::fleet::{self, Group, Phone};
use crate::phone::held_back::why::HeldBack;
use crate::phone::line::Context;
use crate::phone::object_type::ObjectType;
use crate::phone::problem::{Fault, Problem};
use crate::phone::profiles::Profiles;
use crate::phone::reread::{Reread, reread};
use crate::phone::rows::Fall;
use crate::phone::shared::{Finder, NOWHERE};
use crate::phone::standard;
use crate::phone::variables::Variables;
use crate::phone::view::View;
use crate::serve::loaded::{Loaded, loaded};
use crate::serve::served::Snapshot;
use crate::serve::stopped;
use crate::sources::directory::PjsipDirectory;
use crate::sources::moment::Sources;
use crate::sources::places::{MODULES_OF_SECTIONS, Places, SORCERY_CONF};
use crate::sources::sections::{Found, Phoneprov, PhoneprovDefault, PhoneprovGlobal};
use crate::sources::{conf_file, conf_texts, configuration, database, http_conf, phoneprov_conf, refused};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::time::SystemTime;

/// What a reload would do to a phone.
pub enum Plan<'a> {
    /// It is new.
    Add(&'a Phone<'a>),
    /// These variables of it change.
    Change(&'a Phone<'a>, Vec<Difference<'a>>),
    /// It goes.
    Remove(&'a Phone<'a>),
    /// Its sections, which are these, have gone already.
    RemoveOf(&'a CStr, &'a [CString]),
    /// It would go, and is held back: MAC and sections.
    Hold(&'a CStr, &'a [CString]),
}

/// What a reload would do.
pub struct Findings<'a> {
    /// To which phones, in order of their first section's id; those that go come last.
    pub plans: Vec<Plan<'a>>,
    /// What a reload of `res_phoneprov` would take from phoneprov.conf.
    pub profiles: Vec<Reread>,
    /// How many phones stay as they are.
    pub unchanged: usize,
    /// Phones that are not what they will be before `res_pjsip` has read its endpoints, auths and transports again.
    by_res_pjsip: HashSet<&'a CStr>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Whether `res_phoneprov` has stopped, so that phones wait until it runs again.
    pub is_stopped: bool,
    /// Whether the database did not answer, so that its rows are taken as they were last.
    pub is_stale: bool,
    /// When those were read; `None` if there are none.
    pub rows_since: Option<SystemTime>,
    /// What the database has lost, which a reload would hold back.
    pub fall: Option<Fall>,
    /// Finds where what is wrong is written.
    pub place: Finder<'a>,
    /// Why phones would be held back, if any would be.
    pub held_back: HeldBack,
}

impl<'a> Plan<'a> {
    /// The phone's MAC.
    pub fn mac(&self) -> &'a CStr {
        match self {
            Plan::Add(phone) | Plan::Change(phone, _) | Plan::Remove(phone) => phone.mac,
            Plan::RemoveOf(mac, _) | Plan::Hold(mac, _) => mac,
        }
    }

    /// The ids of its sections.
    pub fn sections(&self) -> Vec<&'a CStr> {
        match self {
            Plan::Add(phone) | Plan::Change(phone, _) | Plan::Remove(phone) => {
                phone.lines.iter().map(|line| line.section).collect()
            }
            Plan::RemoveOf(_, sections) | Plan::Hold(_, sections) => sections.iter().map(|id| id.as_c_str()).collect(),
        }
    }
}

impl Findings<'_> {
    /// Whether it takes a reload of `res_pjsip` to bring all of that: one of this module reads no more than its sections.
    pub fn needs_res_pjsip(&self, plan: &Plan) -> bool {
        self.by_res_pjsip.contains(plan.mac())
    }

    /// How many phones that is so of.
    pub fn need_res_pjsip(&self) -> usize {
        self.plans.iter().filter(|plan| self.needs_res_pjsip(plan)).count()
    }
}

/// The last line of a check: what a script looks at.
pub fn verdict(findings: &Findings) -> String {
    // What is held back is for a person to look at, too.
    match findings.problems.len() + findings.held_back.causes.len() {
        0 => "OK".to_owned(),
        1 => "1 problem".to_owned(),
        problems => format!("{problems} problems"),
    }
}

/// Checks, and hands what was found to `tell`. `None` if the module is off.
pub fn check<R>(tell: impl FnOnce(&Findings) -> R) -> Option<R> {
    let loaded = loaded()?;
    let sources = loaded.sources()?;
    let wizards = Arc::clone(&sources.wizards);
    let config_wizards = |kind| {
        let of_type = wizards.of(kind).iter();
        of_type.filter(|wizard| wizard.name() == c"config").collect::<Vec<&Wizard>>()
    };
    let snapshot = loaded.snapshot()?;
    let live = configuration::read(&sources);
    // A reload reads the database again, too. What it says is not believed by this.
    let seen = loaded.database.get().and_then(|database| database.peek(database::PATIENCE));
    let is_stale = seen.is_none() && loaded.database.get().is_some();
    let known = loaded.believed.rows();
    // What would not be believed at once stays as it is.
    let (rows, fall) = match (seen, known) {
        (Some(seen), Some(known)) => {
            let (rows, fall) = belief::at_once(seen, &known);
            (Some(rows), fall)
        }
        (seen, known) => (seen.or(known), None),
    };
    let mut files = Files::default();
    let mut problems = Vec::new();

    let [phoneprov, phoneprov_default, phoneprov_global] = [
        (ObjectType::Phoneprov, Phoneprov::FILE, &live.sections.phoneprov),
        (ObjectType::PhoneprovDefault, PhoneprovDefault::FILE, &live.sections.phoneprov_default),
        (ObjectType::PhoneprovGlobal, PhoneprovGlobal::FILE, &live.sections.phoneprov_global),
    ]
    .map(|(name, file, live)| {
        let wizards = config_wizards(name);
        let (mut sections, taken) = files.objects(MODULES_OF_SECTIONS, name, file, &mut problems);
        sections.extend(copies(live, |section| match taken {
            _ if section.is_row() => false,
            Taken::All => !wizards.iter().any(|wizard| wizard.has(section.id())),
            Taken::NotAll => true,
        }));
        sections.extend(rows.iter().flat_map(|rows| rows.table(name)).flatten().cloned());
        sections.sort_by(|(one, _), (other, _)| one.cmp(other));
        sections.dedup_by(|(one, _), (other, _)| one == other);
        sections
    });
    let known = sources.refused.known();
    let mut objects = |(kind, default): (ObjectType, &CStr)| {
        let (objects, taken) = files.objects(refused::MODULES, kind, default, &mut problems);
        Objects {
            kind,
            in_files: objects.into_iter().collect(),
            changed: files.changed(kind),
            loaded: sources.refused.loaded(kind),
            refused: Arc::clone(&known),
            ports: sources.refused.ports(),
            taken,
            wizards: config_wizards(kind),
            sorcery: sources.sorcery,
            options: RefCell::default(),
            kept: RefCell::default(),
        }
    };
    let [endpoints, auths, transports] = refused::TYPES.map(&mut objects);
    let planned = Configuration {
        sections: Sections { phoneprov, phoneprov_default, phoneprov_global },
        names: live.names.clone(),
        directory: FileDirectory {
            endpoints,
            auths,
            transports,
            live: PjsipDirectory::new(Sources { rows: rows.clone(), ..sources.clone() }),
        },
        profiles: files.get(phoneprov_conf::FILE).cloned().map(Profiles::new),
    };
    let stopped = stopped::problem(&loaded);
    let is_stopped = stopped.is_some();
    problems.extend(stopped.or_else(|| phoneprov_conf::problem(planned.profiles.as_ref())));
    problems.extend(planned.directory.kept_ports());
    problems.extend(files.unreadable());
    problems.extend(files.misspelt_types());
    problems.extend(files.untyped());
    let texts = conf_texts::read();
    problems.extend(conf_texts::problems(&texts));

    let places = PlannedPlaces::new(&planned.sections, &files.read, Places::new(&sources));
    let place = |problem: &Problem| places.of(problem);

    Some(planned.interpret(|interpreted| {
        let Interpreted { settings, context, groups, problems: told } = interpreted;
        let refusal = |section: &CStr| snapshot.refusals().find(|problem| problem.section.as_c_str() == section);
        problems.extend(told);
        let own = loaded.own();
        let macs_of_users_conf: HashSet<&CStr> =
            own.users.iter().filter_map(|(_, variables)| variables.get(standard::MAC)).collect();
        // Leaves what res_phoneprov will take of a phone, and tells whether that is anything.
        let is_taken = |phone: &mut Phone<'_>, problems: &mut Vec<Problem>| {
            let served = snapshot.sections(phone.mac);
            let is_of_users_conf = macs_of_users_conf.contains(phone.mac);
            phone.lines.retain(|line| {
                let is_served = served.iter().any(|id| id.as_c_str() == line.section);
                // What res_phoneprov has read counts, and not what phoneprov.conf says by now.
                let has_profile = line.get(standard::PROFILE).is_none_or(|profile| own.profiles.has(profile));
                if !has_profile || (!is_served && is_of_users_conf) {
                    problems.extend(line.has_profile(context).then(|| fleet::refused(line, context)));
                    return false;
                }
                if is_served {
                    return true;
                }
                // What was refused is tried again, and there is nothing that will make it work.
                let refusal = refusal(line.section).filter(|_| line.has_profile(context));
                problems.extend(refusal.cloned());
                refusal.is_none() && line.has_profile(context)
            });
            !phone.lines.is_empty()
        };
        let (mut wanted, mut names): (Vec<Phone>, Vec<CString>) = (Vec::new(), Vec::new());
        for group in &groups {
            let mut view = View::new(group, context, &HashMap::new());
            view.note_unknown_profiles(context, |_| false);
            problems.append(&mut view.problems);
            if let Some(mut phone) = view.phone {
                names.extend(templates::profile_of(&phone).map(CStr::to_owned));
                wanted.extend(is_taken(&mut phone, &mut problems).then_some(phone));
            }
        }
        let seen = holding::Planned { sections: &planned.sections.phoneprov, texts: &texts };
        let (before, after) = (&snapshot.held_back.since, settings.confirm_after);
        let held_back = holding::foresee(seen, &snapshot.applied, &wanted, &problems, before, after);
        let sections: HashSet<&CStr> = wanted.iter().flat_map(|phone| &phone.lines).map(|line| line.section).collect();
        problems
            .extend(snapshot.found_in_serving().filter(|found| sections.contains(found.section.as_c_str())).cloned());
        let mut by_res_pjsip: HashSet<&CStr> = HashSet::new();
        if planned.directory.is_newer() {
            let live = Context {
                defaults: context.defaults,
                names: context.names,
                directory: &planned.directory.live,
                profiles: context.profiles,
            };
            let with_all: HashMap<&CStr, Fingerprint> =
                wanted.iter().map(|phone| (phone.mac, phone.fingerprint())).collect();
            let differs = |group: &&Group| {
                let phone = group.resolve(&live, &mut Vec::new());
                let phone = phone.and_then(|mut phone| is_taken(&mut phone, &mut Vec::new()).then_some(phone));
                phone.map(|phone| phone.fingerprint()) != with_all.get(group.mac).copied()
            };
            by_res_pjsip.extend(groups.iter().filter(differs).map(|group| group.mac));
        }
        problems.extend(planned.directory.kept());
        problems.extend(few_sessions(wanted.len()));
        let served = |mac: &CStr| snapshot.applied.get(mac).map(|held| &held.evaluated);
        let examples = context.profiles.map(|profiles| templates::examples(&loaded, &wanted, profiles, served));
        problems.extend(templates::odd(&loaded, examples.unwrap_or_default()));
        let profiles = context.profiles.map(|profiles| {
            let shown = wanted.iter().filter_map(templates::profile_of).map(CStr::to_owned).collect();
            let file = files.read.get(phoneprov_conf::FILE).and_then(Option::as_ref);
            file.into_iter().for_each(|file| profiles::add_problems(&mut problems, &loaded, file, profiles, &shown));
            reread(&own.profiles, profiles, &names)
        });
        // Where there is none, nothing is taken.
        let profiles = profiles.filter(|_| context.profiles.is_some_and(|all| !all.is_empty())).unwrap_or_default();
        live.interpret(|interpreted| {
            let Interpreted { context, groups, .. } = interpreted;
            let resolved = groups.iter().filter_map(|group| group.resolve(context, &mut Vec::new()));
            let served = resolved.filter_map(|mut phone| {
                let served = snapshot.sections(phone.mac);
                phone.lines.retain(|line| served.iter().any(|id| id.as_c_str() == line.section));
                (!phone.lines.is_empty()).then_some(phone)
            });
            let served: Vec<Phone> = served.collect();
            let database = loaded.database.get().filter(|_| is_stale);
            let rows_since = database.and_then(|one| data_since(&one.record(), one.known_good_since()));
            let compared = compare(&served, &wanted, problems, &snapshot.applied, held_back);
            let by = by_res_pjsip;
            let mut findings = Findings {
                profiles,
                is_stopped,
                is_stale,
                rows_since,
                fall,
                by_res_pjsip: by,
                place: &place,
                ..compared
            };
            if is_stopped {
                add_waiting(&mut findings, &wanted, &snapshot);
            }
            tell(&findings)
        })
    }))
}

/// Whether the HTTP server lets fewer clients in at once than there will be phones.
pub(super) fn few_sessions(phones: usize) -> Option<Problem> {
    let limit = http_conf::session_limit();
    let fault = Fault::FewSessions { limit, phones };
    (limit < phones).then(|| Problem { object: ObjectType::Phoneprov, section: CString::default(), fault })
}

/// How many phones a reload of this module alone leaves to one of `res_pjsip`. The files are looked into only if they are newer
/// than what `res_pjsip` has read.
pub fn left_to_res_pjsip(loaded: &Loaded) -> usize {
    let is_newer = loaded.sources().is_some_and(|sources| sources.refused.is_outdated(&sources.wizards));
    if is_newer { check(|findings| findings.need_res_pjsip()).unwrap_or_default() } else { 0 }
}

/// What keeps sorcery from taking our sections as they stand in its files, in words.
pub fn not_taken() -> Vec<String> {
    let (mut files, mut problems) = (Files::default(), Vec::new());
    for (object, file) in [
        (ObjectType::Phoneprov, Phoneprov::FILE),
        (ObjectType::PhoneprovDefault, PhoneprovDefault::FILE),
        (ObjectType::PhoneprovGlobal, PhoneprovGlobal::FILE),
    ] {
        files.objects(MODULES_OF_SECTIONS, object, file, &mut problems);
    }
    problems.extend(files.unreadable());
    let places = InFiles::new(&files.read);
    problems.iter().map(|problem| problem.told(places.of(problem).as_ref())).collect()
}

fn compare<'a>(
    served: &'a [Phone<'a>],
    wanted: &'a [Phone<'a>],
    problems: Vec<Problem>,
    applied: &'a Applied,
    held_back: HeldBack,
) -> Findings<'a> {
    let by_mac = |phones: &'a [Phone<'a>]| phones.iter().map(|phone| (phone.mac, phone)).collect::<HashMap<_, _>>();
    let (before, after) = (by_mac(served), by_mac(wanted));
    let mut findings = Findings {
        plans: Vec::new(),
        profiles: Vec::new(),
        unchanged: 0,
        by_res_pjsip: HashSet::new(),
        problems,
        is_stopped: false,
        is_stale: false,
        rows_since: None,
        fall: None,
        place: NOWHERE,
        held_back: HeldBack::default(),
    };
    let stays = |phone: &&Phone| !held_back.since.contains_key(phone.mac);
    for phone in wanted.iter().filter(stays) {
        // What is served of a phone that was held back is its own, whatever sorcery has.
        let is_as_applied = applied.get(phone.mac).is_some_and(|held| held.fingerprint == Some(phone.fingerprint()));
        match before.get(phone.mac) {
            None if is_as_applied => findings.unchanged += 1,
            None if applied.contains_key(phone.mac) => findings.plans.push(Plan::Change(phone, Vec::new())),
            None => findings.plans.push(Plan::Add(phone)),
            Some(old) if old.fingerprint() == phone.fingerprint() => findings.unchanged += 1,
            Some(old) => findings.plans.push(Plan::Change(phone, differences(old, phone))),
        }
    }
    let gone = served.iter().filter(|phone| !after.contains_key(phone.mac)).filter(stays);
    findings.plans.extend(gone.map(Plan::Remove));
    let mut held: Vec<_> = applied.iter().filter(|(mac, _)| held_back.since.contains_key(*mac)).collect();
    held.sort_by(|(_, one), (_, other)| one.sections.cmp(&other.sections));
    findings.plans.extend(held.into_iter().map(|(mac, held)| Plan::Hold(mac, &held.sections)));
    Findings { held_back, ..findings }
}

/// Adds what sorcery has read already, and waits for `res_phoneprov`.
fn add_waiting<'a>(findings: &mut Findings<'a>, wanted: &'a [Phone<'a>], snapshot: &'a Snapshot) {
    let planned: HashSet<&CStr> = findings.plans.iter().map(Plan::mac).collect();
    let waits = |phone: &&Phone| {
        let held = snapshot.applied.get(phone.mac).and_then(|held| held.fingerprint);
        !planned.contains(phone.mac) && held.is_some_and(|held| held != phone.fingerprint())
    };
    let changed: Vec<Plan> = wanted.iter().filter(waits).map(|phone| Plan::Change(phone, Vec::new())).collect();
    let macs: HashSet<&CStr> = wanted.iter().map(|phone| phone.mac).collect();
    let gone = snapshot.applied.iter().filter(|(mac, _)| !macs.contains(&***mac) && !planned.contains(&***mac));
    let gone: Vec<Plan> = gone.map(|(mac, held)| Plan::RemoveOf(mac, &held.sections)).collect();
    findings.unchanged -= changed.len();
    findings.plans.extend(changed.into_iter().chain(gone));
}

fn copies(live: &[Found], is_wanted: impl Fn(&Found) -> bool) -> Vec<(CString, Variables)> {
    let wanted = live.iter().filter(|section| is_wanted(section));
    wanted.map(|section| (section.id().to_owned(), section.variables().clone())).collect()
}

/// The configuration files, each read once; `None` is one that cannot be read.
#[derive(Default)]
struct Files {
    read: BTreeMap<CString, Option<File>>,
    /// When they were changed.
    changed: BTreeMap<CString, SystemTime>,
    /// Where objects have been looked for.
    sources: Vec<(ObjectType, Source)>,
}

impl Files {
    fn get(&mut self, name: &CStr) -> Option<&File> {
        let Files { read, changed, .. } = self;
        let read_it = || {
            let file = conf_file::read(name)?;
            changed.insert(name.to_owned(), file.changed);
            Some(file.sections)
        };
        read.entry(name.to_owned()).or_insert_with(read_it).as_ref()
    }

    /// When the files that a type is read from were changed last, as far as they can be read.
    fn changed(&self, kind: ObjectType) -> SystemTime {
        let files = self.sources.iter().filter(|(of, _)| *of == kind).map(|(_, source)| &source.file);
        files.filter_map(|file| self.changed.get(file)).max().copied().unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// The objects of a type in its files, in order of id.
    fn objects(
        &mut self,
        modules: &[&CStr],
        object: ObjectType,
        default: &CStr,
        problems: &mut Vec<Problem>,
    ) -> (Vec<(CString, Variables)>, Taken) {
        // Asterisk does without a sorcery.conf.
        let sorcery_conf =
            self.read.entry(SORCERY_CONF.to_owned()).or_insert_with(|| config::load(SORCERY_CONF).or(Some(Vec::new())));
        let sources =
            conf_files::sources(sorcery_conf.as_ref().unwrap_or(&Vec::new()), modules, object.name(), default);
        let (mut objects, mut taken) = (Vec::new(), Taken::All);
        for source in sources {
            match self.get(&source.file).map(|file| conf_files::objects(file, &source)) {
                Some(Ok(mut found)) => {
                    let ours = found.iter_mut().filter(|_| object.is_ours());
                    ours.for_each(|(_, options)| options.own_first());
                    objects.extend(found);
                }
                Some(Err(twice)) => {
                    problems.push(Problem { object, section: twice, fault: Fault::DuplicateId(source.file.clone()) });
                    taken = Taken::NotAll;
                }
                None => taken = Taken::NotAll,
            }
            self.sources.push((object, source));
        }
        (objects, taken)
    }

    /// The files that cannot be read.
    fn unreadable(&self) -> Vec<Problem> {
        // What phoneprov.conf does is told apart: sorcery keeps nothing of it.
        let unreadable =
            self.read.iter().filter(|(name, file)| file.is_none() && name.as_c_str() != phoneprov_conf::FILE);
        let problem = |(name, _): (&CString, _)| Problem {
            object: ObjectType::Phoneprov,
            section: CString::default(),
            fault: Fault::UnreadableFile { file: name.clone(), line: conf_texts::why_refused(name) },
        };
        unreadable.map(problem).collect()
    }

    /// Sections in the files whose type was probably meant to be ours.
    fn misspelt_types(&self) -> Vec<Problem> {
        let ours = [Phoneprov::NAME, PhoneprovDefault::NAME, PhoneprovGlobal::NAME];
        let found = self.read.values().flatten().flat_map(|file| conf_files::misspelt_types(file, &ours));
        let problem = |(section, given, meant): (&CStr, &CStr, &CStr)| Problem {
            object: ObjectType::Phoneprov,
            section: section.into(),
            fault: Fault::MisspeltType { given: given.into(), meant: meant.into() },
        };
        found.map(problem).collect()
    }

    /// Sections that were probably meant to be ours, where a section must say so.
    fn untyped(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (name, file) in self.read.iter().filter_map(|(name, file)| Some((name, file.as_ref()?))) {
            let sources = self.sources.iter().map(|(_, source)| source).filter(|source| source.file == *name);
            let sources: Vec<&Source> = sources.collect();
            let is_taken = |id: &CStr, options| sources.iter().any(|source| source.takes(id, options));
            for (id, _) in
                conf_files::untyped(file).filter(|(id, options)| !sources.is_empty() && !is_taken(id, options))
            {
                problems.push(Problem { object: ObjectType::Phoneprov, section: id.into(), fault: Fault::NoType });
            }
        }
        problems
    }
}

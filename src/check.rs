//! What a reload would change: the configuration files as they are now, against the configuration as sorcery has it.
//! Nothing is applied, and sorcery makes no objects.

use crate::asterisk::res_pjsip::{self, PjsipDirectory};
use crate::asterisk::sorcery::Wizard;
use crate::asterisk::sorcery::section::SectionType;
use crate::asterisk::{MODULE_NAME, callerid, config, module};
use crate::phone::compare::{Difference, differences};
use crate::phone::configuration::{Configuration, Content as _, Interpreted, Sections};
use crate::phone::directory::{Auth, Directory, Endpoint, Transport};
use crate::phone::files::{self, File};
use crate::phone::fleet::Phone;
use crate::phone::problem::{self, Fault, Problem};
use crate::phone::variables::Variables;
use crate::phone::view::View;
use crate::sections::{Found, Phoneprov, PhoneprovDefault, PhoneprovGlobal};
use crate::{database, sync};
use std::collections::HashMap;
use std::ffi::{CStr, CString};

/// What a reload would do to a phone.
pub enum Plan<'a> {
    /// It is new.
    Add(&'a Phone<'a>),
    /// These variables of it change.
    Change(&'a Phone<'a>, Vec<Difference<'a>>),
    /// It goes.
    Remove(&'a Phone<'a>),
}

/// What a reload would do.
pub struct Findings<'a> {
    /// To which phones, in order of their first section's id; those that go come last.
    pub plans: Vec<Plan<'a>>,
    /// How many phones stay as they are.
    pub unchanged: usize,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// Checks, and hands what was found to `tell`. `None` if the module is off.
pub fn check<R>(tell: impl FnOnce(&Findings) -> R) -> Option<R> {
    let sorcery = res_pjsip::sorcery()?;
    let config_wizards = |object_type| {
        let of_type = module::with_list_locked(|| sorcery.wizards(object_type)).unwrap_or_default();
        of_type.into_iter().filter(|wizard| wizard.name() == c"config").collect::<Vec<Wizard>>()
    };
    sync::is_on().then_some(())?;
    let live = sync::read(sorcery);
    let mut files = Files::default();
    let mut problems = Vec::new();

    let [phoneprov, phoneprov_default, phoneprov_global] = [
        (Phoneprov::NAME, Phoneprov::FILE, &live.sections.phoneprov),
        (PhoneprovDefault::NAME, PhoneprovDefault::FILE, &live.sections.phoneprov_default),
        (PhoneprovGlobal::NAME, PhoneprovGlobal::FILE, &live.sections.phoneprov_global),
    ]
    .map(|(name, file, live)| {
        let wizards = config_wizards(name);
        let mut sections = files.objects(&[MODULE_NAME, c"res_pjsip"], name, file, &mut problems, || {
            // Sorcery keeps what it has of a file with a duplicate.
            copies(live, |section| wizards.iter().any(|wizard| wizard.has(section.id())))
        });
        sections.extend(copies(live, |section| !wizards.iter().any(|wizard| wizard.has(section.id()))));
        sections.sort_by(|(one, _), (other, _)| one.cmp(other));
        sections.dedup_by(|(one, _), (other, _)| one == other);
        sections
    });
    problems.extend(files.misspelt_types());

    let mut objects = |name, file| {
        let wizards = config_wizards(name);
        let objects = files.objects(&[c"res_pjsip"], name, file, &mut Vec::new(), Vec::new);
        Objects { in_files: objects.into_iter().collect(), wizards }
    };
    let planned = Configuration {
        sections: Sections { phoneprov, phoneprov_default, phoneprov_global },
        names: live.names.clone(),
        directory: FileDirectory {
            endpoints: objects(c"endpoint", c"pjsip.conf,criteria=type=endpoint"),
            auths: objects(c"auth", c"pjsip.conf,criteria=type=auth"),
            transports: objects(c"transport", c"pjsip.conf,criteria=type=transport"),
            live: PjsipDirectory::new(sorcery, database::current()),
        },
        profiles: sync::profiles(),
    };

    Some(planned.interpret(|interpreted| {
        let Interpreted { context, groups, problems: told, .. } = interpreted;
        problems.extend(told);
        let mut wanted: Vec<Phone> = Vec::new();
        for group in &groups {
            let mut view = View::new(group, context, &[]);
            view.note_unknown_profiles(context, |_| false);
            problems.append(&mut view.problems);
            if let Some(mut phone) = view.phone {
                phone.lines.retain(|line| line.has_profile(context));
                wanted.extend((!phone.lines.is_empty()).then_some(phone));
            }
        }
        live.interpret(|interpreted| {
            let Interpreted { context, groups, .. } = interpreted;
            let resolved = groups.iter().filter_map(|group| group.resolve(context, &mut Vec::new()));
            let served = resolved.filter(|phone| phone.lines.iter().all(|line| line.has_profile(context)));
            let served: Vec<Phone> = served.collect();
            tell(&compare(&served, &wanted, problems))
        })
    }))
}

fn compare<'a>(served: &'a [Phone<'a>], wanted: &'a [Phone<'a>], problems: Vec<Problem>) -> Findings<'a> {
    let by_mac = |phones: &'a [Phone<'a>]| phones.iter().map(|phone| (phone.mac, phone)).collect::<HashMap<_, _>>();
    let (before, after) = (by_mac(served), by_mac(wanted));
    let mut findings = Findings { plans: Vec::new(), unchanged: 0, problems };
    for phone in wanted {
        match before.get(phone.mac) {
            None => findings.plans.push(Plan::Add(phone)),
            Some(old) if old.fingerprint() == phone.fingerprint() => findings.unchanged += 1,
            Some(old) => findings.plans.push(Plan::Change(phone, differences(old, phone))),
        }
    }
    let gone = served.iter().filter(|phone| !after.contains_key(phone.mac));
    findings.plans.extend(gone.map(Plan::Remove));
    findings
}

fn copies(live: &[Found], is_wanted: impl Fn(&Found) -> bool) -> Vec<(CString, Variables)> {
    let wanted = live.iter().filter(|section| is_wanted(section));
    wanted.map(|section| (section.id().to_owned(), section.variables().clone())).collect()
}

/// The configuration files, each read once.
#[derive(Default)]
struct Files {
    read: HashMap<CString, File>,
}

impl Files {
    fn get(&mut self, name: &CStr) -> &File {
        self.read.entry(name.to_owned()).or_insert_with(|| config::load(name).unwrap_or_default())
    }

    /// The objects of a type in its files, in order of id; `instead` where one of the files has two of one id.
    fn objects(
        &mut self,
        modules: &[&CStr],
        object_type: &CStr,
        default: &CStr,
        problems: &mut Vec<Problem>,
        instead: impl Fn() -> Vec<(CString, Variables)>,
    ) -> Vec<(CString, Variables)> {
        let sources = files::sources(self.get(c"sorcery.conf"), modules, object_type, default);
        let mut objects = Vec::new();
        for source in sources {
            match files::objects(self.get(&source.file), &source) {
                Ok(found) => objects.extend(found),
                Err(twice) => {
                    let object = problem::SectionType::named(object_type).unwrap_or(problem::SectionType::Phoneprov);
                    problems.push(Problem { object, section: twice, fault: Fault::DuplicateId(source.file) });
                    objects.extend(instead());
                }
            }
        }
        objects
    }

    /// Sections in the files read so far whose type was probably meant to be ours.
    fn misspelt_types(&self) -> Vec<Problem> {
        let ours = [Phoneprov::NAME, PhoneprovDefault::NAME, PhoneprovGlobal::NAME];
        let found = self.read.values().flat_map(|file| files::misspelt_types(file, &ours));
        let problem = |(section, given, meant): (&CStr, &CStr, &CStr)| Problem {
            object: problem::SectionType::Phoneprov,
            section: section.into(),
            fault: Fault::MisspeltType { given: given.into(), meant: meant.into() },
        };
        found.map(problem).collect()
    }
}

/// The objects of one type: those in files, and through which wizards files are read.
struct Objects {
    in_files: HashMap<CString, Variables>,
    wizards: Vec<Wizard>,
}

impl Objects {
    /// Whether an object that no file has comes from elsewhere, and so stays.
    fn is_elsewhere(&self, id: &CStr) -> bool {
        !self.wizards.iter().any(|wizard| wizard.has(id))
    }

    fn find<T>(&self, id: &CStr, read: impl Fn(&Variables) -> T, live: impl Fn() -> Option<T>) -> Option<T> {
        match self.in_files.get(id) {
            Some(options) => Some(read(options)),
            None => self.is_elsewhere(id).then(live).flatten(),
        }
    }
}

/// Endpoints, auths and transports as they would be after a reload.
struct FileDirectory {
    endpoints: Objects,
    auths: Objects,
    transports: Objects,
    live: PjsipDirectory,
}

impl Directory for FileDirectory {
    fn endpoint(&self, id: &CStr) -> Option<Endpoint> {
        self.endpoints.find(id, |options| files::endpoint(options, callerid::split), || self.live.endpoint(id))
    }

    fn auth(&self, id: &CStr) -> Option<Auth> {
        self.auths.find(id, files::auth, || self.live.auth(id))
    }

    fn transport(&self, id: &CStr) -> Option<Transport> {
        self.transports.find(id, files::transport, || self.live.transport(id))
    }
}

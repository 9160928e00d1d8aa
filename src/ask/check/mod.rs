//! What a reload would change: the configuration files as they are now, against the configuration as sorcery has it.
//! Nothing is applied, and sorcery makes no objects.

mod compare;
mod directory;
mod files;
mod findings;
mod holding;
mod places;
mod planned;
mod profiles;
mod taking;

pub use self::findings::{Findings, Plan, verdict};

use self::compare::{add_waiting, compare};
use self::directory::FileDirectory;
use self::files::Files;
use self::places::{InFiles, PlannedPlaces};
use self::planned::RowsThen;
use self::taking::Taking;
use super::status::data_since;
use super::templates;
use crate::asterisk::sorcery::section::SectionType as _;
use crate::phone::configuration::Interpreted;
use crate::phone::fingerprint::Fingerprint;
use crate::phone::fleet::{Group, Phone};
use crate::phone::line::Context;
use crate::phone::object_type::ObjectType;
use crate::phone::phoneprov_conf::reread::reread;
use crate::phone::problem::{Fault, Problem};
use crate::phone::view::View;
use crate::serve::loaded::{Loaded, loaded};
use crate::serve::stopped;
use crate::sources::places::{MODULES_OF_SECTIONS, Places};
use crate::sources::sections::{Phoneprov, PhoneprovDefault, PhoneprovGlobal};
use crate::sources::{conf_texts, configuration, http_conf, phoneprov_conf, refused};
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString};

/// Checks, and hands what was found to `tell`. `None` if the module is off. Any thread that holds no lock.
pub fn check<R>(tell: impl FnOnce(&Findings) -> R) -> Option<R> {
    let loaded = loaded()?;
    let sources = loaded.sources()?;
    let snapshot = loaded.snapshot()?;
    let live = configuration::read(&sources);
    let RowsThen { rows, fall, is_stale } = RowsThen::peek(&loaded);
    let (mut files, mut problems) = (Files::default(), Vec::new());
    let planned = planned::read(&mut files, &sources, &live, rows, &mut problems);
    let stopped = stopped::problem(&loaded);
    let is_stopped = stopped.is_some();
    problems.extend(stopped.or_else(|| phoneprov_conf::problem(planned.profiles.as_ref())));
    problems.extend(planned.directory.kept_transports());
    problems.extend(files.problems());
    let texts = conf_texts::read();
    problems.extend(conf_texts::problems(&texts));

    let places = PlannedPlaces::new(&planned.sections, &files.read, Places::new(&sources));
    let place = |problem: &Problem| places.of(problem);
    let own = loaded.own();
    let taking = Taking::new(&snapshot, &own);

    Some(planned.interpret(|interpreted| {
        let Interpreted { settings, context, groups, problems: told } = interpreted;
        problems.extend(told);
        let (mut wanted, mut names): (Vec<Phone>, Vec<CString>) = (Vec::new(), Vec::new());
        for group in &groups {
            let mut view = View::new(group, context, &HashMap::new());
            view.note_unknown_profiles(context, |_| false);
            problems.append(&mut view.problems);
            if let Some(mut phone) = view.phone {
                names.extend(templates::profile_of(&phone).map(CStr::to_owned));
                wanted.extend(taking.leave(&mut phone, context, &mut problems).then_some(phone));
            }
        }
        let seen = holding::Planned { sections: &planned.sections.phoneprov, texts: &texts };
        let (before, after) = (&snapshot.held_back.since, settings.confirm_after);
        let held_back = holding::foresee(seen, &snapshot.applied, &wanted, &problems, before, after);
        let sections: HashSet<&CStr> = wanted.iter().flat_map(|phone| &phone.lines).map(|line| line.section).collect();
        problems
            .extend(snapshot.found_in_serving().filter(|found| sections.contains(found.section.as_c_str())).cloned());
        let by_res_pjsip = by_res_pjsip(&groups, &wanted, context, &taking);
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
            let mut findings =
                Findings { profiles, is_stopped, is_stale, rows_since, fall, by_res_pjsip, place: &place, ..compared };
            if is_stopped {
                add_waiting(&mut findings, &wanted, &snapshot);
            }
            tell(&findings)
        })
    }))
}

/// The phones that are something else than `wanted` while `res_pjsip` has not read its files again.
fn by_res_pjsip<'a>(
    groups: &[Group<'a>],
    wanted: &[Phone<'a>],
    context: &Context<'a, FileDirectory>,
    taking: &Taking,
) -> HashSet<&'a CStr> {
    if !context.directory.is_newer() {
        return HashSet::new();
    }
    let live = Context {
        defaults: context.defaults,
        names: context.names,
        directory: &context.directory.live,
        profiles: context.profiles,
    };
    let with_all: HashMap<&CStr, Fingerprint> = wanted.iter().map(|phone| (phone.mac, phone.fingerprint())).collect();
    let differs = |group: &&Group| {
        let phone = group.resolve(&live, &mut Vec::new());
        let phone = phone.and_then(|mut phone| taking.leave(&mut phone, context, &mut Vec::new()).then_some(phone));
        phone.map(|phone| phone.fingerprint()) != with_all.get(group.mac).copied()
    };
    groups.iter().filter(differs).map(|group| group.mac).collect()
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
    let is_newer = loaded.sources().is_some_and(|sources| refused::is_outdated(&sources));
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

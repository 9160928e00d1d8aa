//! What is wrong with the files of profiles: templates that cannot be used, and what comes of the others.

use super::aside::{Answers, aside};
use crate::asterisk::logger::error;
use crate::http::preview::{Preview, Sight};
use crate::http::render::path_of;
use crate::http::templates::Fault as Unusable;
use crate::phone::evaluated::{Evaluated, Evaluator, Prepared};
use crate::phone::fleet::Phone;
use crate::phone::object_type::ObjectType;
use crate::phone::phoneprov_conf::profiles::{PhoneFile, Profile, Profiles};
use crate::phone::problem::fault::Oddity;
use crate::phone::problem::{Fault, Problem};
use crate::phone::standard;
use crate::phone::xml::{self, NotWellFormed, Place};
use crate::serve::loaded::Loaded;
use crate::serve::world::Now;
use crate::template::line::NamePool;
use crate::text::fit;
use std::collections::HashSet;
use std::ffi::CStr;
use std::sync::Arc;
use std::time::Duration;

/// How long a question waits for templates to be read: a little longer than one that is slow is given.
pub const PATIENCE_FOR_READING: Duration = Duration::from_millis(1500);
/// How long it waits for files to be made.
pub const PATIENCE_FOR_MAKING: Duration = Duration::from_secs(10);

/// A file of a profile.
struct Item {
    profile: Arc<Profile>,
    number: usize,
    /// Whose it is, if it is to be made.
    phone: Option<Arc<Evaluated>>,
}

/// The files of these profiles whose templates cannot be used. Templates that have changed are read. Any thread that holds no
/// lock.
pub fn unusable(loaded: &Arc<Loaded>, profiles: impl IntoIterator<Item = Arc<Profile>>) -> Vec<Problem> {
    let items = profiles.into_iter().flat_map(|profile| items(&profile, None));
    look_at(loaded, items.collect(), PATIENCE_FOR_READING)
}

/// The profile whose files a phone has: its first line's.
pub fn profile_of<'p>(phone: &'p Phone) -> Option<&'p CStr> {
    phone.lines.first().and_then(|line| line.get(standard::PROFILE))
}

/// The first phone of each profile, as it would be made; `served` has the phones as they are, by MAC.
pub fn examples<'s>(
    loaded: &Loaded,
    phones: &[Phone],
    profiles: &Profiles,
    served: impl Fn(&CStr) -> Option<&'s Arc<Evaluated>>,
) -> Vec<Arc<Evaluated>> {
    let mut known = HashSet::new();
    let firsts =
        phones.iter().filter(|phone| profile_of(phone).is_some_and(|profile| known.insert(profile.to_owned())));
    let (pool, prepared) = (NamePool::default(), Prepared::default());
    let mut world = Now::new(&loaded.http.warnings);
    let mut evaluator = Evaluator { profiles, world: &mut world, pool: &pool, prepared: &prepared, is_hasty: false };
    firsts.map(|phone| evaluator.evaluate(phone, phone.fingerprint(), served(phone.mac)).evaluated).collect()
}

/// What is wrong with the files of these phones, which need not be served yet; each stands for its profile. The files are made,
/// as they would be for the phone. Any thread that holds no lock.
pub fn odd(loaded: &Arc<Loaded>, phones: impl IntoIterator<Item = Arc<Evaluated>>) -> Vec<Problem> {
    let of_phone = |phone: Arc<Evaluated>| phone.profile.clone().map(|profile| items(&profile, Some(&phone)));
    let items = phones.into_iter().filter_map(of_phone).flatten();
    look_at(loaded, items.collect(), PATIENCE_FOR_MAKING)
}

fn items(profile: &Arc<Profile>, phone: Option<&Arc<Evaluated>>) -> Vec<Item> {
    let item = |number| Item { profile: Arc::clone(profile), number, phone: phone.cloned() };
    (0..profile.files.len()).map(item).collect()
}

/// Looks at one after the other. One that takes too long is a problem, and those that come after it are not looked at.
fn look_at(loaded: &Arc<Loaded>, items: Vec<Item>, patience: Duration) -> Vec<Problem> {
    if items.is_empty() {
        return Vec::new();
    }
    let (items, all) = (Arc::new(items), Arc::clone(loaded));
    let theirs = Arc::clone(&items);
    let answers = aside(patience, move |tell| {
        for problems in theirs.iter().map(|item| item.problems(&all)) {
            // Nobody may be waiting any more.
            if tell.send(problems).is_err() {
                return;
            }
        }
    });
    match answers {
        Ok(Answers { all, is_complete }) => {
            let late = items.get(all.len()).filter(|_| !is_complete).map(Item::is_slow);
            all.into_iter().flatten().chain(late).collect()
        }
        Err(error) => {
            error!("phones' templates are not looked at: no thread for it ({error})");
            Vec::new()
        }
    }
}

impl Item {
    fn file(&self) -> Option<&PhoneFile> {
        self.profile.files.get(self.number)
    }

    /// Where its template lies, for people.
    fn path(&self) -> String {
        let name = self.file().map(|file| file.file.template.as_slice()).unwrap_or_default();
        path_of(name).to_string_lossy().chars().map(fit).collect()
    }

    fn problem(&self, fault: Fault) -> Problem {
        Problem { object: ObjectType::Profile, section: self.profile.name.clone(), fault }
    }

    fn unusable(&self, reason: String) -> Problem {
        let file = self.file().map(|file| file.name.written.clone()).unwrap_or_default();
        self.problem(Fault::UnusableTemplate { file, path: self.path(), reason })
    }

    fn odd(&self, oddity: Oddity) -> Problem {
        let file = self.file().map(|file| file.name.written.clone()).unwrap_or_default();
        self.problem(Fault::OddFile { file, path: self.path(), oddity })
    }

    fn is_slow(&self) -> Problem {
        match self.phone {
            None => self.unusable(Unusable::Slow.to_string()),
            Some(_) => {
                self.unusable("making the file takes too long; look at its functions and its file system".into())
            }
        }
    }

    fn problems(&self, loaded: &Loaded) -> Vec<Problem> {
        let Some(file) = self.file() else { return Vec::new() };
        let fault = match &self.phone {
            None => loaded.http.templates.load(&file.file.template, &path_of(&file.file.template)).err(),
            Some(phone) => {
                let table = loaded.http.table();
                match loaded.http.studio(&table).preview(phone, &file.file, Sight::Whole) {
                    Ok(preview) => return self.oddities(phone, file, preview),
                    Err(fault) => Some(fault),
                }
            }
        };
        fault.map(|fault| self.unusable(fault.to_string())).into_iter().collect()
    }

    fn oddities(&self, phone: &Evaluated, file: &PhoneFile, preview: Preview) -> Vec<Problem> {
        let Preview { content, warnings } = preview;
        let mac = || phone.mac.to_owned().into();
        let mut oddities: Vec<Oddity> = warnings.into_iter().map(Oddity::Warned).collect();
        if let Some(at) = content.windows(2).position(|part| part == b"${") {
            let Place { line, column } = Place::of(&content, at);
            oddities.push(Oddity::LeftOver { mac: mac(), line, column });
        }
        let name = phone.files.get(self.number).map(|name| &**name).unwrap_or_default();
        let fault = xml::is_meant(name, &file.file.mime).then(|| xml::check(&content).err()).flatten();
        if let Some(NotWellFormed { place: Place { line, column }, what }) = fault {
            oddities.push(Oddity::NotWellFormed { mac: mac(), line, column, what: what.to_owned() });
        }
        oddities.into_iter().map(|oddity| self.odd(oddity)).collect()
    }
}

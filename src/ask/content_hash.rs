//! Whether nodes serve the same, in one number that all who do have alike: of phones, of their profiles and of the templates that
//! these name. Static files are not looked into; they may be large.

use super::aside::aside;
use crate::http::render::path_of;
use crate::phone::content_hash::{HashKey, of_template};
use crate::phone::phoneprov_conf::profiles::Profile;
use crate::serve::loaded::Loaded;
use crate::serve::served::Snapshot;
use crate::template::parse::Template;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// How long a question waits for templates that have changed to be read.
const PATIENCE: Duration = Duration::from_millis(120);
/// So many templates of one profile are looked into: they name each other.
const MOST: usize = 256;

/// A template of a profile's, by both names.
type Names = (Arc<Profile>, Vec<u8>);
/// What is in it, or that there is none.
type Found = Result<Arc<Template>, &'static str>;

/// What is served, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentHash {
    /// Without secrets, for everybody.
    pub public: u64,
    /// All of it, for those who may see secrets; `None` without a key.
    pub whole: Option<u64>,
}

/// Makes it. `None` if templates take too long to be read. Any thread that holds no lock.
pub fn content_hash(loaded: &Arc<Loaded>, snapshot: &Snapshot, key: Option<HashKey>) -> Option<ContentHash> {
    let sums = loaded.hashes.of(&snapshot.applied, key);
    let templates = templates(loaded, &sums.profiles)?;
    let with_templates = |sum: u64, key: Option<HashKey>| {
        templates.iter().fold(sum, |sum, ((profile, name), found)| {
            let text = found.as_ref().map(|template| template.whole()).map_err(|reason| *reason);
            sum.wrapping_add(of_template(&profile.name, name, text, key))
        })
    };
    let public = with_templates(sums.public, None);
    Some(ContentHash { public, whole: sums.whole.map(|whole| with_templates(whole, key)) })
}

/// The templates of these profiles, and those that they name.
fn templates(loaded: &Arc<Loaded>, profiles: &Arc<[Arc<Profile>]>) -> Option<Vec<(Names, Found)>> {
    if profiles.is_empty() {
        return Some(Vec::new());
    }
    let (loaded, profiles) = (Arc::clone(loaded), Arc::clone(profiles));
    let answers = aside(PATIENCE, move |tell| {
        for profile in &*profiles {
            for (name, found) in of_profile(&loaded, profile) {
                // Nobody may be waiting any more.
                if tell.send(((Arc::clone(profile), name), found)).is_err() {
                    return;
                }
            }
        }
    });
    answers.ok().filter(|answers| answers.is_complete).map(|answers| answers.all)
}

fn of_profile(loaded: &Loaded, profile: &Profile) -> Vec<(Vec<u8>, Found)> {
    let mut to_read: Vec<Vec<u8>> = profile.files.iter().map(|each| each.file.template.clone()).collect();
    let (mut known, mut all) = (BTreeSet::new(), Vec::new());
    while let Some(name) = to_read.pop() {
        if known.len() == MOST || !known.insert(name.clone()) {
            continue;
        }
        // Why it cannot be read has this machine's words.
        let found = loaded.http.templates.load(&name, &path_of(&name)).map_err(|_| "nothing");
        to_read.extend(found.iter().flat_map(|template| template.included()).map(<[u8]>::to_vec));
        all.push((name, found));
    }
    all
}

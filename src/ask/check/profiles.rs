//! What is wrong with phoneprov.conf as it stands there, and what a reload of `res_phoneprov` would take from it.

use super::super::aside::aside;
use super::super::templates;
use crate::asterisk::logger::error;
use crate::asterisk::{options, pbx};
use crate::http::render::path_of;
use crate::http::templates::open;
use crate::phone::conf::conf_files::File;
use crate::phone::object_type::ObjectType;
use crate::phone::phoneprov_conf::profile_rules;
use crate::phone::phoneprov_conf::profiles::{Profile, Profiles};
use crate::phone::problem::{Fault, Problem};
use crate::serve::loaded::Loaded;
use crate::text::fit;
use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::sync::Arc;

/// Adds what is wrong with the file's sections, which come to these profiles; templates of the `shown` ones have been looked at.
/// Any thread that holds no lock.
pub fn add_problems(
    problems: &mut Vec<Problem>,
    loaded: &Arc<Loaded>,
    file: &File,
    profiles: &Profiles,
    shown: &HashSet<CString>,
) {
    // While Asterisk boots, functions come after us.
    let is_function = |name: &CStr| !options::is_fully_booted() || pbx::missing_function(name).is_none();
    let odd = profile_rules::all(file, profiles, is_function);
    let others = profiles.iter().filter(|profile| !shown.contains(&profile.name));
    problems.extend(templates::unusable(loaded, others.cloned()));
    problems.extend(unusable_static_files(profiles));
    // What is no file has no template, either.
    let is_no_file = |of: &Problem, name: &CStr| {
        odd.iter()
            .any(|odd| odd.section == of.section && odd.fault.takes_for_a_file().is_some_and(|other| other == name))
    };
    problems.retain(|problem| match &problem.fault {
        Fault::UnusableTemplate { file, .. } => !is_no_file(problem, file),
        _ => true,
    });
    problems.extend(odd);
}

/// Static files that cannot be given to anybody; each is opened, and not read.
fn unusable_static_files(profiles: &Profiles) -> Vec<Problem> {
    let profiles: Vec<Arc<Profile>> = profiles.iter().cloned().collect();
    let looked = aside(templates::PATIENCE_FOR_READING, move |tell| {
        for profile in profiles {
            for (name, file) in &profile.static_files {
                let path = path_of(&file.template);
                let fault = open(&path).err().map(|fault| Fault::UnusableTemplate {
                    file: CString::new(&**name).unwrap_or_default(),
                    path: path.to_string_lossy().chars().map(fit).collect(),
                    reason: fault.to_string(),
                });
                let problem =
                    fault.map(|fault| Problem { object: ObjectType::Profile, section: profile.name.clone(), fault });
                // Nobody may be waiting any more.
                if tell.send(problem).is_err() {
                    return;
                }
            }
        }
    });
    match looked {
        Ok(answers) => answers.all.into_iter().flatten().collect(),
        Err(error) => {
            error!("static files are not looked at: no thread for it ({error})");
            Vec::new()
        }
    }
}

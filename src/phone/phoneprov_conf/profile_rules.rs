//! The rules by which phoneprov.conf is looked at as it is written. `res_phoneprov` takes all of it and says nothing: an option that
//! it does not know is the name of a file.

use super::super::object_type::ObjectType;
use super::super::problem::{Fault, Problem};
use super::super::variables::Variables;
use super::profile_fault::ProfileFault;
use super::profiles::{File, Profile, Profiles, Text, file_and_type, split_setvar};
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString};
use std::sync::Arc;

/// All that is wrong with the sections of phoneprov.conf, which come to these profiles, in order.
pub fn all(
    sections: &[(CString, Variables)],
    profiles: &Profiles,
    is_function: impl Fn(&CStr) -> bool,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let general = sections.iter().find(|(name, _)| is(name, b"general"));
    let default = general.and_then(|(_, options)| options.iter().find(|(name, _)| is(name, b"default_profile")));
    if let Some((_, profile)) = default.filter(|(_, profile)| !profiles.has(profile)) {
        problems.push(problem(c"general", ProfileFault::UnknownDefault(profile.to_owned())));
    }
    for (name, options) in sections.iter().filter(|(name, _)| !is(name, b"general")) {
        problems.extend(
            options.iter().filter_map(|(option, value)| of_option(option, value)).map(|fault| problem(name, fault)),
        );
    }
    let mut known: HashSet<&CStr> = HashSet::new();
    let statics = statics(profiles);
    for profile in profiles.iter() {
        let name = profile.name.as_c_str();
        if !known.insert(name) {
            problems.push(problem(name, ProfileFault::Twice));
        }
        problems.extend(of_names(profile, &statics).into_iter().map(|fault| problem(name, fault)));
        let texts = profile.files.iter().map(|file| &file.name).chain(profile.setvars.iter().map(|(_, value)| value));
        problems.extend(texts.flat_map(|text| missing(text, &is_function)).map(|fault| problem(name, fault)));
    }
    problems
}

fn problem(section: &CStr, fault: ProfileFault) -> Problem {
    Problem { object: ObjectType::Profile, section: section.to_owned(), fault: Fault::OddProfile(fault) }
}

fn is(name: &CStr, option: &[u8]) -> bool {
    name.to_bytes().eq_ignore_ascii_case(option)
}

/// The options that a profile has, and how many letters may be wrong in what is taken for one.
const OPTIONS: [(&CStr, usize); 4] = [(c"mime_type", 2), (c"setvar", 1), (c"static_file", 2), (c"staticdir", 2)];
/// Those of `general`.
const GENERAL: [&CStr; 4] = [c"default_profile", c"serveraddr", c"serveriface", c"serverport"];

fn of_option(option: &CStr, value: &CStr) -> Option<ProfileFault> {
    let (template, own) = file_and_type(value);
    let odd = |file: &CStr, mime: &[u8]| {
        let mime = CString::new(mime).unwrap_or_default();
        (!is_type(mime.to_bytes())).then(|| ProfileFault::OddType { file: file.to_owned(), mime })
    };
    if is(option, b"mime_type") {
        return odd(c"", value.to_bytes());
    }
    if is(option, b"setvar") {
        return split_setvar(value).is_none().then(|| ProfileFault::NoSetvar(value.to_owned()));
    }
    if is(option, b"staticdir") {
        return None;
    }
    if !is(option, b"static_file") {
        if let Some(misplaced) = GENERAL.iter().find(|name| is(option, name.to_bytes())) {
            return Some(ProfileFault::Misplaced((*misplaced).to_owned()));
        }
        if let Some(meant) = meant(option) {
            return Some(ProfileFault::Misspelt { given: option.to_owned(), meant });
        }
    }
    if template.is_empty() {
        return Some(ProfileFault::NoTemplate(option.to_owned()));
    }
    // One that is empty is not given.
    let file = if is(option, b"static_file") { CString::new(template).unwrap_or_default() } else { option.to_owned() };
    (!own.is_empty()).then(|| odd(&file, &own)).flatten()
}

/// The option that a file's name was probably meant to be.
fn meant(name: &CStr) -> Option<&'static CStr> {
    let text = name.to_str().ok()?.to_lowercase().replace('-', "_");
    let letters = text.chars().all(|each| each.is_ascii_alphabetic() || each == '_');
    let near = |(option, most): &(&'static CStr, usize)| {
        strsim::damerau_levenshtein(&text, &option.to_string_lossy()) <= *most
    };
    OPTIONS.iter().filter(|_| letters).find(|option| near(option)).map(|(option, _)| *option)
}

/// Whether it has the form of a content type: `type/subtype`, and perhaps parameters.
fn is_type(text: &[u8]) -> bool {
    let text = text.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    let is_token = |part: &[u8]| {
        !part.is_empty() && part.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
    };
    let mut parts = text.splitn(2, |&byte| byte == b'/');
    parts.next().is_some_and(is_token) && parts.next().is_some_and(is_token)
}

/// The static file that is served of each name, and whose it is.
type Statics<'a> = HashMap<&'a [u8], (&'a Profile, &'a Arc<File>)>;

fn statics(profiles: &Profiles) -> Statics<'_> {
    let mut statics = Statics::new();
    for profile in profiles.iter() {
        for (name, file) in &profile.static_files {
            statics.entry(name).or_insert((profile, file));
        }
    }
    statics
}

/// Names that several files have.
fn of_names(profile: &Profile, statics: &Statics) -> Vec<ProfileFault> {
    let (mut faults, mut known) = (Vec::new(), HashSet::new());
    let hidden = |name: &[u8], by: &Profile| ProfileFault::Hidden {
        file: CString::new(name).unwrap_or_default(),
        by: by.name.clone(),
    };
    for file in &profile.files {
        let name = file.name.written.to_bytes();
        if !known.insert(name) {
            faults.push(ProfileFault::SameName(file.name.written.clone()));
        } else if let Some((by, _)) = statics.get(name) {
            faults.push(hidden(name, by));
        }
    }
    for (name, file) in &profile.static_files {
        // What is the same file, whichever profile gives it, does no harm.
        if let Some((by, _)) = statics.get(&**name).filter(|(_, served)| **served != *file) {
            faults.push(hidden(name, by));
        }
    }
    faults
}

/// The functions that a text calls and nobody has registered.
fn missing(text: &Text, is_function: impl Fn(&CStr) -> bool) -> Vec<ProfileFault> {
    let mut missing: Vec<ProfileFault> = Vec::new();
    for function in calls(text.written.to_bytes()).filter(|name| !is_function(name)) {
        let fault = ProfileFault::NoFunction { function, text: text.written.clone() };
        if !missing.contains(&fault) {
            missing.push(fault);
        }
    }
    missing
}

/// The names of functions that are called in a text, as far as they are written out.
fn calls(text: &[u8]) -> impl Iterator<Item = CString> {
    let starts = text.windows(2).enumerate().filter(|(_, two)| *two == b"${");
    starts.filter_map(|(at, _)| {
        let rest = &text[at + 2..];
        let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')?;
        (end > 0 && rest[end] == b'(').then(|| CString::new(&rest[..end]).ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Options<'a> = &'a [(&'a CStr, &'a CStr)];

    fn told(sections: &[(&CStr, Options)]) -> Vec<String> {
        let sections: Vec<_> = sections
            .iter()
            .map(|(name, options)| ((*name).to_owned(), options.iter().copied().collect::<Variables>()))
            .collect();
        let profiles = Profiles::new(sections.clone());
        let problems = all(&sections, &profiles, |name| name == c"TOLOWER");
        problems.iter().map(Problem::to_string).collect()
    }

    fn of(options: Options) -> Vec<String> {
        told(&[(c"desk", options)])
    }

    #[test]
    fn a_profile_in_order_is_no_problem() {
        let options: Options = &[
            (c"Mime_Type", c"text/xml; charset=utf-8"),
            (c"setvar", c"A=b=c"),
            (c"staticdir", c"fw/"),
            (c"static_file", c"f.ld, application/octet-stream"),
            (c"${TOLOWER(${MAC})}.cfg", c"t.cfg"),
            (c"server", c"t.cfg"),
            (c"${MAC}.xml", c"x.xml,text/xml"),
        ];
        assert_eq!(told(&[(c"general", &[(c"default_profile", c"desk")]), (c"desk", options)]), [""; 0]);
        assert_eq!(told(&[(c"one", &[(c"static_file", c"f")]), (c"two", &[(c"static_file", c"f")])]), [""; 0]);
    }

    #[test]
    fn each_oddity_is_told() {
        let cases: [(Options, &str); 11] = [
            (&[(c"setvar", c"A")], "has setvar = 'A', which gives nothing; write setvar = NAME=VALUE"),
            (&[(c"mime-type", c"text/xml")], "taken for the name of a file; write mime_type if that is meant"),
            (&[(c"staticfile", c"a.cfg")], "write static_file if"),
            (&[(c"serveraddr", c"192.0.2.1")], "it belongs into [general]"),
            (&[(c"a.cfg", c",text/xml")], "names no template for the file 'a.cfg'"),
            (&[(c"mime_type", c"text")], "gives mime_type the type 'text', which is none"),
            (&[(c"a.cfg", c"t,text plain/x")], "gives the file 'a.cfg' the type 'text plain/x', which is none"),
            (&[(c"static_file", c"f.ld,octets")], "gives the file 'f.ld' the type 'octets'"),
            (&[(c"a.cfg", c"t"), (c"a.cfg", c"u")], "has two files 'a.cfg', and phones get the first"),
            (&[(c"static_file", c"a"), (c"a", c"u")], "the static file of that name in profile 'desk' is served"),
            (&[(c"${LEN(${TOUPPER(${MAC})})}", c"t")], "calls the function LEN in '${LEN(${TOUPPER(${MAC})})}'"),
        ];
        for (options, text) in cases {
            let told = of(options);
            assert!(
                told.iter().any(|line| line.starts_with("profile 'desk': ") && line.contains(text)),
                "{text}: {told:?}"
            );
        }
        assert_eq!(of(&[(c"${LEN(${TOUPPER(${MAC})})}", c"t")]).len(), 2, "each function is one problem");
        assert!(of(&[(c"setvar", c"A=${NO(x)}")])[0].contains("calls the function NO in '${NO(x)}'"));
    }

    #[test]
    fn what_sections_say_of_each_other_is_looked_at() {
        let twice = told(&[(c"desk", &[]), (c"desk", &[])]);
        assert!(twice.len() == 1 && twice[0].starts_with("profile 'desk': is there twice"), "{twice:?}");
        let default = told(&[(c"general", &[(c"default_profile", c"sofa")]), (c"desk", &[])]);
        assert!(
            default.len() == 1 && default[0].starts_with("phoneprov.conf has default_profile = 'sofa'"),
            "{default:?}"
        );
        let (one, two): (Options, Options) =
            (&[(c"static_file", c"f.ld")], &[(c"staticdir", c"two/"), (c"static_file", c"f.ld")]);
        let statics = told(&[(c"one", one), (c"two", two)]);
        assert!(
            statics.len() == 1 && statics[0].starts_with("profile 'two': has a file 'f.ld', in whose place"),
            "{statics:?}"
        );
    }

    proptest! {
        #[test]
        fn any_sections_are_looked_at(
            sections in prop::collection::vec(("[a-z]{0,3}", prop::collection::vec(("[ -~]{1,14}", "[ -~]{0,20}"), 0..6)), 0..4)
        ) {
            let text = |text: String| CString::new(text).unwrap();
            let sections: Vec<(CString, Variables)> = sections
                .into_iter()
                .map(|(name, options)| {
                    let options: Vec<(CString, CString)> =
                        options.into_iter().map(|(name, value)| (text(name), text(value))).collect();
                    (text(name), options.iter().map(|(name, value)| (name.as_c_str(), value.as_c_str())).collect())
                })
                .collect();
            let profiles = Profiles::new(sections.clone());
            for problem in all(&sections, &profiles, |_| false) {
                problem.to_string();
            }
        }
    }
}

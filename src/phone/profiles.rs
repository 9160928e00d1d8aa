//! What phoneprov.conf says: which profiles there are, and what their templates use.

use super::variables::Variables;
use std::collections::HashSet;
use std::ffi::{CStr, CString};

/// The profiles of phoneprov.conf, as the file says now.
#[derive(Debug, Default)]
pub struct Profiles(Vec<Profile>);

#[derive(Debug)]
struct Profile {
    name: CString,
    options: Variables,
    /// What its `setvar` options give to every line.
    variables: Variables,
}

impl Profiles {
    /// Takes the file's sections; all but `general` are profiles (res_phoneprov.c, `load_common`).
    pub fn new(sections: Vec<(CString, Variables)>) -> Self {
        let is_profile = |name: &CStr| !name.to_bytes().eq_ignore_ascii_case(b"general");
        let profiles = sections.into_iter().filter(|(name, _)| is_profile(name)).map(|(name, options)| {
            let given = options.iter().filter(|(name, _)| name.to_bytes().eq_ignore_ascii_case(b"setvar"));
            let variables = given.filter_map(|(_, value)| split_setvar(value)).collect();
            Profile { name, options, variables }
        });
        Profiles(profiles.collect())
    }

    /// Whether there is none: `res_phoneprov` does not survive a reload then.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is a profile of exactly that name.
    pub fn has(&self, name: &CStr) -> bool {
        self.0.iter().any(|profile| profile.name.as_c_str() == name)
    }

    /// The profile of exactly that name, with the variables that it gives to every line.
    pub fn variables_of(&self, name: &CStr) -> Option<(&CStr, &Variables)> {
        let profile = self.0.iter().find(|profile| profile.name.as_c_str() == name)?;
        Some((&profile.name, &profile.variables))
    }

    /// The names of the files that are every phone's.
    pub fn static_files(&self) -> impl Iterator<Item = &[u8]> {
        let options = self.0.iter().flat_map(|profile| profile.options.iter());
        options
            .filter(|(name, _)| name.to_bytes().eq_ignore_ascii_case(b"static_file"))
            .map(|(_, value)| file_name(value))
    }

    /// The names of the files that each phone of that profile has, with `${…}` in them.
    pub fn phone_files(&self, name: &CStr) -> impl Iterator<Item = &CStr> {
        let profile = self.0.iter().filter(move |profile| profile.name.as_c_str() == name);
        let names = profile.flat_map(|profile| profile.options.iter().map(|(name, _)| name));
        let is_setting =
            |name: &CStr| SETTINGS.iter().any(|setting| name.to_bytes().eq_ignore_ascii_case(setting.as_bytes()));
        names.filter(move |name| !is_setting(name))
    }

    /// Whether any phone's file may be made with the function `PP_EACH_USER`. `read` gives a template's content by its name,
    /// `None` if there is no such file.
    ///
    /// Excluding a phone in that function leaks a reference to it (res_phoneprov.c, `pp_each_user_helper`): its routes, with
    /// its old content, come before those of the phone that is added in its place, until `res_phoneprov` is reloaded.
    pub fn use_each_user(&self, mut read: impl FnMut(&CStr) -> Option<Vec<u8>>) -> bool {
        let mut seen = HashSet::new();
        let mut templates: Vec<CString> = Vec::new();
        for (name, value) in self.0.iter().flat_map(|profile| profile.options.iter()) {
            match name.to_bytes().to_ascii_lowercase().as_slice() {
                b"mime_type" | b"staticdir" | b"static_file" => {}
                b"setvar" => {
                    if names_each_user(value.to_bytes()) {
                        return true;
                    }
                }
                // The file's name is made from the option's name, its content from the template that the value names.
                _ => {
                    if names_each_user(name.to_bytes()) {
                        return true;
                    }
                    templates.extend(CString::new(file_name(value)).ok());
                }
            }
        }
        while let Some(template) = templates.pop() {
            if !seen.insert(template.clone()) {
                continue;
            }
            let Some(content) = read(&template) else { continue };
            if names_each_user(&content) {
                return true;
            }
            for argument in nested_templates(&content) {
                // Which template that is depends on the phone.
                if argument.contains(&b'$') {
                    return true;
                }
                templates.extend(CString::new(argument).ok());
            }
        }
        false
    }
}

/// The options of a profile that are no phone's file (res_phoneprov.c, `build_profile`).
const SETTINGS: [&str; 4] = ["mime_type", "staticdir", "static_file", "setvar"];

/// Name and value in `NAME=value`, neither of them empty (res_phoneprov.c, `build_profile`).
fn split_setvar(text: &CStr) -> Option<(CString, CString)> {
    let mut parts = text.to_bytes().splitn(2, |&byte| byte == b'=').map(<[u8]>::trim_ascii);
    let (name, value) = (parts.next()?, parts.next()?);
    let given = !name.is_empty() && !value.is_empty();
    given.then(|| Some((CString::new(name).ok()?, CString::new(value).ok()?))).flatten()
}

/// The file in an option's value; behind a comma comes its MIME type.
fn file_name(value: &CStr) -> &[u8] {
    value.to_bytes().split(|&byte| byte == b',').next().unwrap_or_default().trim_ascii()
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn names_each_user(text: &[u8]) -> bool {
    find(text, b"PP_EACH_USER").is_some()
}

/// The second arguments of `PP_EACH_EXTENSION(mac,template)`.
fn nested_templates(mut text: &[u8]) -> Vec<&[u8]> {
    let mut templates = Vec::new();
    while let Some(at) = find(text, b"PP_EACH_EXTENSION(") {
        text = &text[at + b"PP_EACH_EXTENSION(".len()..];
        let arguments = &text[..text.iter().position(|&byte| byte == b')').unwrap_or(text.len())];
        templates.extend(arguments.split(|&byte| byte == b',').nth(1).map(<[u8]>::trim_ascii));
    }
    templates
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn profiles(options: &[(&CStr, &CStr)]) -> Profiles {
        Profiles::new(vec![
            (c"General".into(), Variables::default()),
            (c"desk".into(), options.iter().copied().collect()),
        ])
    }

    fn uses(options: &[(&CStr, &CStr)], files: &[(&CStr, &[u8])]) -> bool {
        profiles(options)
            .use_each_user(|name| files.iter().find(|(file, _)| *file == name).map(|(_, content)| content.to_vec()))
    }

    #[test]
    fn general_is_no_profile() {
        assert!(profiles(&[]).has(c"desk"));
        assert!(!profiles(&[]).has(c"Desk"));
        assert!(!profiles(&[]).has(c"General"));
        assert!(Profiles::new(vec![(c"GENERAL".into(), Variables::default())]).is_empty());
    }

    #[test]
    fn the_function_is_found_wherever_it_can_stand() {
        let file = [(c"${MAC}.cfg", c"a.cfg, text/plain")];
        assert!(uses(&file, &[(c"a.cfg", b"x${PP_EACH_USER(y)}")]));
        assert!(uses(&file, &[(c"a.cfg", b"${PP_EACH_EXTENSION(${MAC}, b.cfg)}"), (c"b.cfg", b"${PP_EACH_USER(y)}")]));
        assert!(uses(&file, &[(c"a.cfg", b"${PP_EACH_EXTENSION(${MAC},${KIND}.cfg)}")]));
        assert!(uses(&[(c"setvar", c"X=${PP_EACH_USER(y)}")], &[]));
    }

    #[test]
    fn elsewhere_it_does_not_count() {
        let file = [(c"${MAC}.cfg", c"a.cfg"), (c"static_file", c"s.bin")];
        assert!(!uses(&file, &[(c"a.cfg", b"${PP_EACH_EXTENSION(${MAC},a.cfg)}"), (c"s.bin", b"PP_EACH_USER")]));
        assert!(!uses(&file, &[]));
    }

    proptest! {
        #[test]
        fn any_template_is_read_to_its_end(content in prop::collection::vec(
            prop::sample::select(vec![&b"PP_EACH_EXTENSION("[..], b"${MAC}", b",", b")", b"a.cfg", b"PP_EACH_", b"\xff"]), 0..20)
        ) {
            uses(&[(c"f", c"a.cfg")], &[(c"a.cfg", &content.concat())]);
        }
    }
}

//! What phoneprov.conf says: which profiles there are, and what each gives to its phones.

use super::super::variables::Variables;
use crate::template::arguments;
use crate::template::parse::Template;
use std::ffi::{CStr, CString};
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// The profiles of phoneprov.conf.
#[derive(Clone, Debug, Default)]
pub struct Profiles(Vec<Arc<Profile>>);

/// One profile (res_phoneprov.c, `build_profile`).
#[derive(Debug)]
pub struct Profile {
    /// Its name.
    pub name: CString,
    /// What its `setvar` options give to every line that has no such variable, in order.
    pub variables: Variables,
    /// The same, taken apart.
    pub setvars: Vec<(CString, Text)>,
    /// The files that each phone has, in order.
    pub files: Vec<PhoneFile>,
    /// The files that are every phone's, in order.
    pub static_files: Vec<(Arc<[u8]>, Arc<File>)>,
    /// Tells it from another content of it.
    pub hash: u64,
}

impl Profile {
    /// Whether making a phone of this profile calls functions, which may take their time.
    pub fn asks_the_host(&self) -> bool {
        let names = self.files.iter().map(|file| &file.name);
        self.setvars.iter().map(|(_, value)| value).chain(names).any(Text::asks_the_host)
    }
}

/// A file that each phone of a profile has.
#[derive(Debug)]
pub struct PhoneFile {
    /// What its name is made of.
    pub name: Text,
    /// What it is made of.
    pub file: Arc<File>,
}

/// What a file is made of.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// Its template, or the file itself, behind `DATADIR/phoneprov/`.
    pub template: Vec<u8>,
    /// Its content type.
    pub mime: Vec<u8>,
}

/// A text with `${…}` in it.
#[derive(Debug)]
pub struct Text {
    /// As it is written.
    pub written: CString,
    /// Taken apart; `None` if it goes beyond a bound, so that it gives nothing.
    pub template: Option<Template>,
}

impl Text {
    fn new(written: &CStr) -> Self {
        Text { written: written.into(), template: Template::parse(written.to_bytes()).ok() }
    }

    /// Whether anything but the line's own variables goes into it.
    pub fn asks_the_host(&self) -> bool {
        let text = self.written.to_bytes();
        text.contains(&b'(') || text.windows(2).any(|two| two == b"$[")
    }

    /// Whether it is the same for every phone.
    pub fn is_constant(&self) -> bool {
        !self.written.to_bytes().contains(&b'$')
    }
}

impl Profiles {
    /// Takes the file's sections; all but `general` are profiles (res_phoneprov.c, `load_common`).
    pub fn new(sections: Vec<(CString, Variables)>) -> Self {
        let is_profile = |name: &CStr| !is(name, b"general");
        let profiles = sections.into_iter().filter(|(name, _)| is_profile(name));
        Profiles(profiles.map(|(name, options)| Arc::new(Profile::new(name, &options))).collect())
    }

    /// Whether there is none: `res_phoneprov` does not survive a reload then.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Their names, in order of the file.
    pub fn names(&self) -> impl Iterator<Item = &CStr> {
        self.0.iter().map(|profile| profile.name.as_c_str())
    }

    /// The profile of exactly that name.
    pub fn get(&self, name: &CStr) -> Option<&Arc<Profile>> {
        self.0.iter().find(|profile| profile.name.as_c_str() == name)
    }

    /// Whether there is a profile of exactly that name.
    pub fn has(&self, name: &CStr) -> bool {
        self.get(name).is_some()
    }

    /// Whether making a phone calls functions, which may take their time.
    pub fn ask_the_host(&self) -> bool {
        self.0.iter().any(|profile| profile.asks_the_host())
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Profile>> {
        self.0.iter()
    }
}

impl Profile {
    fn new(name: CString, options: &Variables) -> Self {
        let (mut mime, mut static_dir) = (c"", c"");
        let (mut variables, mut files, mut static_files) = (Variables::default(), Vec::new(), Vec::new());
        let mut hash = Xxh3::new();
        hash.update(name.as_bytes_with_nul());
        for (option, value) in options.iter() {
            hash.update(option.to_bytes_with_nul());
            hash.update(value.to_bytes_with_nul());
            if is(option, b"mime_type") {
                mime = value;
            } else if is(option, b"setvar") {
                split_setvar(value).into_iter().for_each(|(name, value)| variables.push(&name, &value));
            } else if is(option, b"staticdir") {
                static_dir = value;
            } else {
                let (template, own) = arguments::two(value.to_bytes());
                // The type that counts is the one written above.
                let mime = [own, mime.to_bytes(), b"text/plain"].into_iter().find(|mime| !mime.is_empty());
                let mime = mime.unwrap_or_default().to_vec();
                if is(option, b"static_file") {
                    let path = [static_dir.to_bytes(), &template].concat();
                    static_files.push((template.into(), Arc::new(File { template: path, mime })));
                } else {
                    files.push(PhoneFile { name: Text::new(option), file: Arc::new(File { template, mime }) });
                }
            }
        }
        let setvars = variables.iter().map(|(name, value)| (name.to_owned(), Text::new(value))).collect();
        Profile { name, variables, setvars, files, static_files, hash: hash.digest() }
    }
}

fn is(name: &CStr, option: &[u8]) -> bool {
    name.to_bytes().eq_ignore_ascii_case(option)
}

/// The template, or the static file, that the value of a file's option names, and the content type that it may give.
pub(super) fn file_and_type(value: &CStr) -> (Vec<u8>, Vec<u8>) {
    let (template, mime) = arguments::two(value.to_bytes());
    (template, mime.to_vec())
}

/// Name and value in `NAME=value`, neither of them empty (res_phoneprov.c, `build_profile`). Quotes around either are taken
/// away and a backslash keeps what follows it, as `AST_NONSTANDARD_APP_ARGS` does.
pub(super) fn split_setvar(text: &CStr) -> Option<(CString, CString)> {
    let (name, value) = arguments::two_at(text.to_bytes(), b'=');
    let strip = |text: &[u8]| CString::new(text.trim_ascii()).ok().filter(|text| !text.is_empty());
    Some((strip(&name)?, strip(value)?))
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

    /// The files of the profile: name, template, content type.
    fn files(options: &[(&CStr, &CStr)]) -> (Vec<String>, Vec<String>) {
        let profiles = profiles(options);
        let profile = profiles.get(c"desk").unwrap();
        let show = |name: &[u8], file: &File| {
            let texts = [name, &file.template, &file.mime].map(|text| String::from_utf8_lossy(text).into_owned());
            texts.join(" | ")
        };
        let own = profile.files.iter().map(|each| show(each.name.written.to_bytes(), &each.file));
        (own.collect(), profile.static_files.iter().map(|(name, file)| show(name, file)).collect())
    }

    #[test]
    fn general_is_no_profile() {
        assert!(profiles(&[]).has(c"desk"));
        assert!(!profiles(&[]).has(c"Desk"));
        assert!(!profiles(&[]).has(c"General"));
        assert!(Profiles::new(vec![(c"GENERAL".into(), Variables::default())]).is_empty());
    }

    #[test]
    fn a_files_type_is_its_own_or_the_one_written_above_or_plain_text() {
        let (own, statics) = files(&[
            (c"a.cfg", c"t.cfg"),
            (c"mime_type", c"text/xml"),
            (c"${MAC}.xml", c"dir/t.xml"),
            (c"b.bin", c"b, application/octet-stream"),
            (c"Static_File", c"s.bin"),
            (c"staticdir", c"fw/"),
            (c"static_file", c"f.ld,a/b"),
        ]);
        assert_eq!(
            own,
            [
                "a.cfg | t.cfg | text/plain",
                "${MAC}.xml | dir/t.xml | text/xml",
                "b.bin | b |  application/octet-stream"
            ]
        );
        assert_eq!(statics, ["s.bin | s.bin | text/xml", "f.ld | fw/f.ld | a/b"]);
    }

    #[test]
    fn a_profile_is_another_one_when_anything_of_it_differs() {
        let hash = |options: &[(&CStr, &CStr)]| profiles(options).get(c"desk").unwrap().hash;
        assert_eq!(hash(&[(c"a", c"b")]), hash(&[(c"a", c"b")]));
        assert_ne!(hash(&[(c"a", c"b")]), hash(&[(c"a", c"c")]));
        assert_ne!(hash(&[(c"a", c"b")]), hash(&[]));
    }

    #[test]
    fn setvars_are_read_as_res_phoneprov_reads_them() {
        let setvars = |text| {
            let profiles = profiles(&[(c"setvar", text)]);
            let variables = &profiles.get(c"desk").unwrap().variables;
            variables.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
        };
        assert_eq!(setvars(c" A = b=c "), [(c"A".to_owned(), c"b=c".to_owned())]);
        assert_eq!(setvars(c"\"QN\"=v"), [(c"QN".to_owned(), c"v".to_owned())]);
        assert_eq!(setvars(c"A="), []);
        assert_eq!(setvars(c"=b"), []);
        assert_eq!(setvars(c"A"), []);
    }

    proptest! {
        #[test]
        fn any_options_are_read(options in prop::collection::vec(("[ -~]{1,12}", "[ -~]{1,20}"), 0..8)) {
            let texts: Vec<_> =
                options.into_iter().map(|(n, v)| (CString::new(n).unwrap(), CString::new(v).unwrap())).collect();
            let options: Vec<_> = texts.iter().map(|(n, v)| (n.as_c_str(), v.as_c_str())).collect();
            files(&options);
        }
    }
}

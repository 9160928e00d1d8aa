//! A phone as `res_phoneprov` completes it: what its profile and its time zone add to its lines, and the names of its files.

use super::fingerprint::Fingerprint;
use super::fleet::Phone;
use super::line::Line as Resolved;
use super::phoneprov_conf::profiles::{Profile, Profiles, Text};
use super::remembered::Remembered;
use super::standard;
use crate::template::bounds::Limits;
use crate::template::host::{Given, Host};
use crate::template::line::{Line, NamePool, Variables};
use crate::template::phones::Elsewhere;
use crate::template::render::{Scope, render};
use crate::template::warning::Warning;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::{CStr, CString};
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// What `res_phoneprov` adds to a line for its time zone.
#[derive(Debug)]
pub struct ZoneVariables {
    pairs: Vec<(&'static CStr, CString)>,
    hash: u64,
}

impl ZoneVariables {
    /// Those names with these values.
    pub fn new(pairs: Vec<(&'static CStr, CString)>) -> Self {
        let mut hash = Xxh3::new();
        for (name, value) in &pairs {
            hash.update(name.to_bytes_with_nul());
            hash.update(value.to_bytes_with_nul());
        }
        ZoneVariables { pairs, hash: hash.digest() }
    }
}

/// What evaluating asks of the world.
pub trait World: Host {
    /// What that time zone adds today; Asterisk's own where none is named.
    fn zone(&mut self, name: Option<&CStr>) -> Arc<ZoneVariables>;
}

/// A phone, completed.
#[derive(Debug)]
pub struct Evaluated {
    /// The MAC, to the letter.
    pub mac: Box<CStr>,
    /// Its lines, in order, with all that templates see but SERVER. Never empty.
    pub lines: Box<[Line]>,
    /// The names of its files, in the order of its profile.
    pub files: Box<[Arc<[u8]>]>,
    /// The profile that its first line names; `None` if `res_phoneprov` has none of that name, as far as is known.
    pub profile: Option<Arc<Profile>>,
    /// Tells it from another content of it.
    pub hash: u64,
    /// See [`super::content_hash`].
    pub(super) public_hash: Remembered,
    /// How many variables of each line were given; what follows them was added.
    given: Box<[u32]>,
    basis: Basis,
}

/// What it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Basis {
    fingerprint: Fingerprint,
    zones: u64,
    /// Whether the host was asked for anything, which may answer otherwise the next time.
    is_volatile: bool,
}

/// Evaluates phones, for the length of one sync.
pub struct Evaluator<'a, W> {
    /// The profiles as `res_phoneprov` has them.
    pub profiles: &'a Profiles,
    /// Whom to ask.
    pub world: W,
    /// The names of variables that lines share.
    pub pool: &'a NamePool,
    /// What was made beforehand, with nothing locked.
    pub prepared: &'a Prepared,
    /// Whether what is prepared is better than calling functions, though it was made of a profile as it was: a sync follows that
    /// makes it anew with nothing locked.
    pub is_hasty: bool,
}

/// Phones that were made before anything was locked, because functions may take their time; by MAC.
pub type Prepared = HashMap<Box<CStr>, Outcome>;

/// A phone, completed, and what of it cannot be relied on.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The phone.
    pub evaluated: Arc<Evaluated>,
    /// Variables and names of files that came out differently when they were evaluated twice: a clock, a random number.
    pub unsteady: Vec<CString>,
}

impl<W: World> Evaluator<'_, W> {
    /// Completes a phone. `before` is what was made of it last: it is kept where nothing can have changed, and where all that
    /// changed does so by itself, as it shows when it is made twice: the second time as if a second had passed.
    pub fn evaluate(&mut self, phone: &Phone, fingerprint: Fingerprint, before: Option<&Arc<Evaluated>>) -> Outcome {
        let profile = phone.lines.first().and_then(|line| self.profiles.get(line.get(standard::PROFILE)?)).cloned();
        let zones = self.zones(phone);
        let basis = |evaluated: &Evaluated| {
            let hash = evaluated.profile.as_ref().map(|profile| profile.hash);
            (evaluated.basis.fingerprint, evaluated.basis.zones, hash)
        };
        let wanted = (fingerprint, zones, profile.as_ref().map(|profile| profile.hash));
        let is_hasty = self.is_hasty && profile.as_ref().is_some_and(|profile| profile.asks_the_host());
        let is_good = |prepared: &&Outcome| {
            let basis = basis(&prepared.evaluated);
            basis == wanted || (is_hasty && basis.0 == wanted.0)
        };
        if let Some(prepared) = self.prepared.get(phone.mac).filter(is_good) {
            return prepared.clone();
        }
        let like = before.filter(|before| basis(before) == wanted);
        let steady = |evaluated: &Arc<Evaluated>| Outcome { evaluated: Arc::clone(evaluated), unsteady: Vec::new() };
        if let Some(like) = like.filter(|like| !like.basis.is_volatile) {
            return steady(like);
        }
        let first = self.make(phone, &profile, fingerprint, zones, Moment::Now);
        if !first.basis.is_volatile {
            return steady(&Arc::new(first));
        }
        if let Some(like) = like.filter(|like| like.hash == first.hash) {
            return steady(like);
        }
        let second = self.make(phone, &profile, fingerprint, zones, Moment::Later);
        if first.hash == second.hash {
            return steady(&Arc::new(first));
        }
        let unsteady = first.differences(&second);
        let like = like.filter(|like| like.differences(&first).iter().all(|name| unsteady.contains(name)));
        let evaluated = like.map_or_else(|| Arc::new(first), Arc::clone);
        Outcome { evaluated, unsteady }
    }

    /// Tells whether the zones of a phone's lines are what they were.
    fn zones(&mut self, phone: &Phone) -> u64 {
        let zones = phone.lines.iter().map(|line| self.world.zone(line.get(standard::TIMEZONE)).hash);
        zones.fold(0, |all, zone| all.rotate_left(1) ^ zone)
    }

    fn make(
        &mut self,
        phone: &Phone,
        profile: &Option<Arc<Profile>>,
        fingerprint: Fingerprint,
        zones: u64,
        moment: Moment,
    ) -> Evaluated {
        let mut asked = Asked { world: &mut self.world, is_asked: false, moment, text: Vec::new() };
        let lines: Box<[Line]> =
            phone.lines.iter().map(|line| complete(line, profile.as_deref(), &mut asked, self.pool)).collect();
        let files: Box<[Arc<[u8]>]> = match (lines.first(), profile) {
            (Some(first), Some(profile)) => {
                profile.files.iter().map(|file| name_of(&file.name, first, &mut asked).into()).collect()
            }
            _ => Box::default(),
        };
        let basis = Basis { fingerprint, zones, is_volatile: asked.is_asked };
        let mut hash = Xxh3::new();
        hash.update(&profile.as_ref().map_or(0, |profile| profile.hash).to_le_bytes());
        for (name, value) in lines.iter().flat_map(Line::iter) {
            hash.update(name.to_bytes_with_nul());
            hash.update(value.to_bytes_with_nul());
        }
        for name in &files {
            hash.update(name);
            hash.update(b"\0");
        }
        let given = phone.lines.iter().map(|line| line.variables.len() as u32).collect();
        Evaluated {
            mac: phone.mac.into(),
            lines,
            files,
            profile: profile.clone(),
            hash: hash.digest(),
            public_hash: Remembered::default(),
            given,
            basis,
        }
    }
}

/// A line with all that `res_phoneprov` adds to it (res_phoneprov.c, `build_extension` and `add_user_extension`).
fn complete<W: World>(resolved: &Resolved, profile: Option<&Profile>, asked: &mut Asked<W>, pool: &NamePool) -> Line {
    let zone = asked.world.zone(resolved.get(standard::TIMEZONE));
    let given = resolved.variables.iter().map(|variable| (variable.name, variable.value.as_ref()));
    let mut pairs: Vec<(&CStr, &CStr)> = given.collect();
    let added = [(standard::LINE, c"1"), (standard::LINEKEYS, c"1")];
    for (name, value) in added.into_iter().chain(zone.pairs.iter().map(|(name, value)| (*name, value.as_c_str()))) {
        if !pairs.iter().any(|(each, _)| *each == name) {
            pairs.push((name, value));
        }
    }
    let mut line = pool.line(pairs.iter().copied());
    for (name, value) in profile.map(|profile| profile.setvars.as_slice()).unwrap_or_default() {
        if line.get(name.to_bytes()).is_some() {
            continue;
        }
        let value = CString::new(rendered(value, &line, asked)).unwrap_or_default();
        line = pool.with_made(&line, name, &value);
    }
    line
}

/// The name of a file; as it is written, if nothing comes of it.
fn name_of<W: World>(name: &Text, line: &Line, asked: &mut Asked<W>) -> Vec<u8> {
    let made = rendered(name, line, asked);
    if made.is_empty() { name.written.to_bytes().to_vec() } else { made }
}

/// What a text of a profile's gives for a line. While phones are being made there are no others.
pub(super) fn rendered<H: Host>(text: &Text, line: &Line, host: &mut H) -> Vec<u8> {
    let Some(template) = &text.template else { return Vec::new() };
    let scope = Scope { host, phones: &Elsewhere, server: None, limits: Limits::USUAL };
    let mut made = render(template, line, scope).unwrap_or_default();
    // It becomes a C string.
    made.truncate(made.iter().position(|&byte| byte == 0).unwrap_or(made.len()));
    made
}

impl Evaluated {
    /// The names of variables that the two have with different values in a line of one number, or that only one has, and the
    /// names of files that differ; in order. What is given now and was added before, or the other way round, differs; what
    /// comes and goes with a line by itself is not named.
    pub fn differences(&self, other: &Self) -> Vec<CString> {
        let (before, after) = (self.values(), other.values());
        let mut names = BTreeSet::new();
        for (one, another) in [(&before, &after), (&after, &before)] {
            for ((number, name), (value, is_given)) in one {
                let their_line = another.range((number.clone(), CString::default())..).next();
                let has_line = their_line.is_some_and(|((theirs, _), _)| theirs == number);
                let same = another.get(&(number.clone(), name.clone())) == Some(&(value.clone(), *is_given));
                if !same && (*is_given || has_line) {
                    names.insert(name.clone());
                }
            }
        }
        let [before, after] = [self, other].map(|phone| {
            let formats = phone.profile.iter().flat_map(|profile| profile.files.iter().map(|file| &file.name.written));
            phone.files.iter().zip(formats)
        });
        names.extend(
            before.zip(after).filter(|((one, _), (other, _))| one != other).map(|((_, format), _)| format.clone()),
        );
        names.into_iter().collect()
    }

    /// What was given of each of its lines.
    pub fn given(&self) -> impl Iterator<Item = impl Iterator<Item = (&CStr, &CStr)>> {
        self.lines.iter().zip(&self.given).map(|(line, &given)| line.iter().take(given as usize))
    }

    /// Tells what was configured from other values, what functions made of it left out.
    pub fn configured(&self) -> u64 {
        let mut hash = Xxh3::new();
        hash.update(&self.basis.fingerprint.number().to_le_bytes());
        hash.update(&self.basis.zones.to_le_bytes());
        for (name, value) in self.profile.iter().flat_map(|profile| profile.variables.iter()) {
            hash.update(name.to_bytes_with_nul());
            hash.update(value.to_bytes_with_nul());
        }
        hash.digest()
    }

    /// All values, by their line's number and their name, and whether each was given or added by `res_phoneprov`.
    fn values(&self) -> BTreeMap<(Vec<u8>, CString), (CString, bool)> {
        let mut values = BTreeMap::new();
        for (line, &given) in self.lines.iter().zip(&self.given) {
            let number = line.get(standard::LINE.to_bytes()).unwrap_or_default();
            for (index, (name, value)) in line.iter().enumerate() {
                let entry = values.entry((number.to_vec(), name.to_owned()));
                // The first of a name counts.
                entry.or_insert_with(|| (value.to_owned(), index < given as usize));
            }
        }
        values
    }
}

/// For which moment a phone is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moment {
    Now,
    /// A second after it: clocks that show seconds show others.
    Later,
}

/// Passes questions on, and remembers whether there were any.
struct Asked<'a, W> {
    world: &'a mut W,
    is_asked: bool,
    moment: Moment,
    /// The last answer that is not the world's own.
    text: Vec<u8>,
}

impl<W: World> Asked<'_, W> {
    /// A second after `EPOCH`, if the world has that.
    fn next_second(&mut self) -> Option<Vec<u8>> {
        let now: u64 = std::str::from_utf8(self.world.variable(c"EPOCH")?).ok()?.parse().ok()?;
        Some((now + 1).to_string().into_bytes())
    }
}

impl<W: World> Host for Asked<'_, W> {
    fn function(&mut self, variables: Variables<'_>, call: &CStr) -> Option<Given<'_>> {
        self.is_asked = true;
        // Without a time of its own it is a clock.
        let clock = call.to_bytes().strip_prefix(b"STRFTIME(").filter(|rest| matches!(rest.first(), Some(b',' | b')')));
        if let Some(rest) = clock.filter(|_| self.moment == Moment::Later) {
            let later = self.next_second().map(|second| [b"STRFTIME(", second.as_slice(), rest].concat());
            if let Some(later) = later.and_then(|call| CString::new(call).ok()) {
                return self.world.function(variables, &later);
            }
        }
        self.world.function(variables, call)
    }

    fn expression(&mut self, text: &CStr) -> &[u8] {
        self.is_asked = true;
        self.world.expression(text)
    }

    fn variable(&mut self, name: &CStr) -> Option<&[u8]> {
        self.is_asked = true;
        if self.moment == Moment::Later && name == c"EPOCH" {
            if let Some(second) = self.next_second() {
                self.text = second;
                return Some(&self.text);
            }
        }
        self.world.variable(name)
    }

    fn warn(&mut self, warning: Warning<'_>) {
        self.world.warn(warning);
    }
}

/// A world without functions and time zones.
#[cfg(test)]
pub struct Nowhere;

#[cfg(test)]
impl Host for Nowhere {
    fn function(&mut self, _variables: Variables<'_>, _call: &CStr) -> Option<Given<'_>> {
        None
    }

    fn expression(&mut self, _text: &CStr) -> &[u8] {
        b""
    }

    fn variable(&mut self, _name: &CStr) -> Option<&[u8]> {
        None
    }

    fn warn(&mut self, _warning: Warning<'_>) {}
}

#[cfg(test)]
impl World for Nowhere {
    fn zone(&mut self, _name: Option<&CStr>) -> Arc<ZoneVariables> {
        Arc::new(ZoneVariables::new(Vec::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::Origin;
    use super::super::variables::Variables as Options;
    use super::*;

    /// A host with one function, which counts its calls, and one time zone.
    #[derive(Default)]
    struct Fake {
        calls: u32,
        answer: Option<&'static [u8]>,
        /// What `DB` answers, if not the same.
        note: Option<&'static [u8]>,
        has_clock: bool,
        zone: &'static str,
        text: Vec<u8>,
    }

    impl Host for Fake {
        fn function(&mut self, _variables: Variables<'_>, call: &CStr) -> Option<Given<'_>> {
            self.calls += 1;
            let fixed = if call.to_bytes().starts_with(b"DB(") { self.note.or(self.answer) } else { self.answer };
            let call = call.to_bytes();
            self.text = match call.strip_prefix(b"STRFTIME(") {
                // The day, or the second that is given or is now.
                Some(_) if call.ends_with(b"%d)") => b"28".to_vec(),
                Some(rest) if rest.starts_with(b",") => b"100".to_vec(),
                Some(rest) => rest.split(|&byte| byte == b',').next().unwrap_or_default().to_vec(),
                None => fixed.map_or_else(|| self.calls.to_string().into_bytes(), <[u8]>::to_vec),
            };
            Some(Given { text: &self.text, used: self.text.len() })
        }

        fn expression(&mut self, _text: &CStr) -> &[u8] {
            b""
        }

        fn variable(&mut self, name: &CStr) -> Option<&[u8]> {
            (self.has_clock && name == c"EPOCH").then_some(b"100")
        }

        fn warn(&mut self, _warning: Warning<'_>) {}
    }

    impl World for &mut Fake {
        fn zone(&mut self, _name: Option<&CStr>) -> Arc<ZoneVariables> {
            Arc::new(ZoneVariables::new(vec![(c"TZOFFSET", CString::new(self.zone).unwrap())]))
        }
    }

    impl Host for &mut Fake {
        fn function(&mut self, variables: Variables<'_>, call: &CStr) -> Option<Given<'_>> {
            (**self).function(variables, call)
        }

        fn expression(&mut self, text: &CStr) -> &[u8] {
            (**self).expression(text)
        }

        fn variable(&mut self, name: &CStr) -> Option<&[u8]> {
            (**self).variable(name)
        }

        fn warn(&mut self, warning: Warning<'_>) {
            (**self).warn(warning);
        }
    }

    fn phone(label: &'static CStr) -> Phone<'static> {
        let mut line = Resolved::new(c"s");
        for (name, value) in [(c"MAC", c"0004f2abcdef"), (c"PROFILE", c"p"), (c"LABEL", label)] {
            line.offer(name, value, Origin::Section);
        }
        Phone { mac: c"0004f2abcdef", lines: vec![line] }
    }

    fn evaluate(
        options: &[(&CStr, &CStr)],
        fake: &mut Fake,
        phone: &Phone,
        before: Option<&Arc<Evaluated>>,
    ) -> (Arc<Evaluated>, Vec<CString>) {
        let options: Options = options.iter().copied().collect();
        let profiles = Profiles::new(vec![(c"p".into(), options)]);
        let (pool, prepared) = (NamePool::default(), Prepared::default());
        let mut evaluator =
            Evaluator { profiles: &profiles, world: fake, pool: &pool, prepared: &prepared, is_hasty: false };
        let Outcome { evaluated, unsteady } = evaluator.evaluate(phone, phone.fingerprint(), before);
        (evaluated, unsteady)
    }

    fn names(evaluated: &Evaluated) -> Vec<&str> {
        evaluated.files.iter().map(|name| std::str::from_utf8(name).unwrap()).collect()
    }

    #[test]
    fn lines_and_names_are_completed_in_res_phoneprovs_order() {
        let options = [
            (c"setvar", c"A=${LABEL}-${LINE}"),
            (c"setvar", c"B=<${A}>"),
            (c"setvar", c"LABEL=never"),
            (c"${MAC}-${B}.cfg", c"t"),
            (c"common.cfg", c"t"),
            (c"${NOTHING}", c"t"),
        ];
        let (evaluated, unsteady) =
            evaluate(&options, &mut Fake { zone: "3600", ..Fake::default() }, &phone(c"x"), None);
        assert_eq!(names(&evaluated), ["0004f2abcdef-<x-1>.cfg", "common.cfg", "${NOTHING}"]);
        let get = |name: &[u8]| evaluated.lines[0].get(name).map(|value| std::str::from_utf8(value).unwrap());
        assert_eq!([get(b"LABEL"), get(b"LINEKEYS"), get(b"TZOFFSET")], [Some("x"), Some("1"), Some("3600")]);
        assert!(unsteady.is_empty());
    }

    #[test]
    fn what_cannot_have_changed_is_not_made_again() {
        let options = [(c"${MAC}.cfg", c"t")];
        let mut fake = Fake { zone: "0", ..Fake::default() };
        let (first, _) = evaluate(&options, &mut fake, &phone(c"x"), None);
        let (same, _) = evaluate(&options, &mut fake, &phone(c"x"), Some(&first));
        assert!(Arc::ptr_eq(&first, &same));
        let (other, _) = evaluate(&options, &mut fake, &phone(c"y"), Some(&first));
        assert_eq!(first.differences(&other), [c"LABEL".to_owned()]);
        let (other, _) = evaluate(&[(c"${MAC}.xml", c"t")], &mut fake, &phone(c"x"), Some(&first));
        assert_eq!(names(&other), ["0004f2abcdef.xml"]);
        fake.zone = "7200";
        let (other, _) = evaluate(&options, &mut fake, &phone(c"x"), Some(&first));
        assert_ne!(first.hash, other.hash);
        assert_eq!(first.differences(&other), [c"TZOFFSET".to_owned()]);
    }

    #[test]
    fn a_changed_functions_value_is_followed() {
        let options = [(c"setvar", c"NOTE=${DB(a/b)}"), (c"${MAC}.cfg", c"t")];
        let mut fake = Fake { answer: Some(b"old"), ..Fake::default() };
        let (first, _) = evaluate(&options, &mut fake, &phone(c"x"), None);
        let (same, _) = evaluate(&options, &mut fake, &phone(c"x"), Some(&first));
        assert!(Arc::ptr_eq(&first, &same));
        fake.answer = Some(b"new");
        let (other, unsteady) = evaluate(&options, &mut fake, &phone(c"x"), Some(&first));
        assert_eq!(other.lines[0].get(b"NOTE"), Some(&b"new"[..]));
        assert_eq!((first.differences(&other), unsteady), (vec![c"NOTE".to_owned()], vec![]));
    }

    #[test]
    fn what_changes_by_itself_is_told_and_changes_nothing() {
        let options = [(c"setvar", c"NOTE=${RAND()}"), (c"${RAND()}.cfg", c"t")];
        let mut fake = Fake::default();
        let (first, unsteady) = evaluate(&options, &mut fake, &phone(c"x"), None);
        assert_eq!(unsteady, [c"${RAND()}.cfg".to_owned(), c"NOTE".into()]);
        let (same, unsteady) = evaluate(&options, &mut fake, &phone(c"x"), Some(&first));
        assert!(Arc::ptr_eq(&first, &same));
        assert_eq!(unsteady.len(), 2);
        let (other, _) = evaluate(&options, &mut fake, &phone(c"y"), Some(&first));
        assert_eq!(other.lines[0].get(b"LABEL"), Some(&b"y"[..]));
    }

    #[test]
    fn a_changed_value_is_followed_beside_one_that_changes_by_itself() {
        let options = [(c"setvar", c"NOTE=${DB(a/b)}"), (c"setvar", c"X=${RAND()}"), (c"${MAC}.cfg", c"t")];
        let mut fake = Fake { note: Some(b"old"), ..Fake::default() };
        let (first, _) = evaluate(&options, &mut fake, &phone(c"x"), None);
        let (same, _) = evaluate(&options, &mut fake, &phone(c"x"), Some(&first));
        assert!(Arc::ptr_eq(&first, &same));
        fake.note = Some(b"new");
        let (other, unsteady) = evaluate(&options, &mut fake, &phone(c"x"), Some(&first));
        assert_eq!(other.lines[0].get(b"NOTE"), Some(&b"new"[..]));
        assert_eq!(unsteady, [c"X".to_owned()]);
    }

    #[test]
    fn a_clock_changes_by_itself_and_a_date_does_not() {
        for (clock, is_steady) in [
            (c"NOW=${EPOCH}", false),
            (c"NOW=${STRFTIME(,,%s)}", false),
            (c"NOW=${STRFTIME(${EPOCH},,%s)}", false),
            (c"NOW=${STRFTIME(,,%d)}", true),
            (c"NOW=${STRFTIME(0,,%s)}", true),
        ] {
            let options = [(c"setvar", clock), (c"${MAC}.cfg", c"t")];
            let (_, unsteady) =
                evaluate(&options, &mut Fake { has_clock: true, ..Fake::default() }, &phone(c"x"), None);
            assert_eq!(unsteady.is_empty(), is_steady, "{clock:?}: {unsteady:?}");
        }
    }

    #[test]
    fn in_haste_a_phone_is_taken_as_it_was() {
        let old = [(c"setvar", c"NOTE=${DB(a/b)}"), (c"${MAC}.cfg", c"t")];
        let new = [(c"setvar", c"NOTE=${DB(a/b)}"), (c"${MAC}.xml", c"t")];
        let (first, _) = evaluate(&old, &mut Fake { answer: Some(b"v"), ..Fake::default() }, &phone(c"x"), None);
        let profiles = Profiles::new(vec![(c"p".into(), new.into_iter().collect())]);
        let prepared: Prepared = [(first.mac.clone(), Outcome { evaluated: Arc::clone(&first), unsteady: Vec::new() })]
            .into_iter()
            .collect();
        let (pool, phone) = (NamePool::default(), phone(c"x"));
        for (is_hasty, name) in [(true, "0004f2abcdef.cfg"), (false, "0004f2abcdef.xml")] {
            let mut fake = Fake { answer: Some(b"v"), ..Fake::default() };
            let mut evaluator =
                Evaluator { profiles: &profiles, world: &mut fake, pool: &pool, prepared: &prepared, is_hasty };
            let made = evaluator.evaluate(&phone, phone.fingerprint(), None).evaluated;
            assert_eq!(names(&made), [name]);
            assert_eq!(fake.calls == 0, is_hasty, "no function is called in haste");
        }
    }
}

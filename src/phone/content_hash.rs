//! A phone's content as a number that may be shown: it tells whether two nodes serve the same.
//!
//! Whoever knows all of a phone but its password could try passwords until the number comes out. So there are two: one without
//! any secret, for everybody, and one that covers all and takes a key, without which nobody makes it.

use super::evaluated::Evaluated;
use super::phoneprov_conf::profiles::Profile;
use super::secrets::mask::Secrets;
use super::secrets::secret::is_secret;
use crate::template::line::Line;
use siphasher::sip::SipHasher24;
use siphasher::sip128::{Hasher128 as _, SipHasher24 as SipHasher128};
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::fmt;
use std::hash::Hasher;
use std::sync::Arc;
use xxhash_rust::xxh3::{Xxh3, xxh3_64_with_seed};

/// What the nodes share that compare secrets, too: made of the option `hash_key`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct HashKey(u64, u64);

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey")
    }
}

impl HashKey {
    /// So many characters it must have, so that it cannot be guessed itself.
    pub const SHORTEST: usize = 16;

    /// Of a text; `None` if that is too short.
    pub fn new(text: &CStr) -> Option<Self> {
        let text = text.to_bytes().trim_ascii();
        if text.len() < Self::SHORTEST {
            return None;
        }
        let mut hash = SipHasher128::new();
        hash.write(text);
        let key = hash.finish128();
        Some(HashKey(key.h1, key.h2))
    }

    fn hasher(self) -> SipHasher24 {
        SipHasher24::new_with_keys(self.0, self.1)
    }
}

/// A name or a text, kept apart from what follows.
fn write(hash: &mut impl Hasher, text: &[u8]) {
    hash.write(&(text.len() as u64).to_le_bytes());
    hash.write(text);
}

/// All of a phone, its secrets included.
pub fn whole(phone: &Evaluated, key: HashKey) -> u64 {
    let mut hash = key.hasher();
    write(&mut hash, phone.mac.to_bytes());
    hash.write(&phone.profile.as_ref().map_or(0, |profile| profile.hash).to_le_bytes());
    for line in &phone.lines {
        for (name, value) in line.iter() {
            write(&mut hash, name.to_bytes());
            write(&mut hash, value.to_bytes());
        }
        write(&mut hash, b""); // ends the line: no name is empty
    }
    phone.files.iter().for_each(|name| write(&mut hash, name));
    hash.finish()
}

/// A template of a profile's, or why there is none; for whoever has that key, or for everybody.
pub fn of_template(profile: &CStr, name: &[u8], text: Result<&[u8], &str>, key: Option<HashKey>) -> u64 {
    fn of(mut hash: impl Hasher, profile: &CStr, name: &[u8], text: Result<&[u8], &str>) -> u64 {
        write(&mut hash, profile.to_bytes());
        write(&mut hash, name);
        match text {
            Ok(text) => write(&mut hash, text),
            Err(reason) => hash.write(reason.as_bytes()),
        }
        hash.finish()
    }
    match key {
        Some(key) => of(key.hasher(), profile, name, text),
        None => of(Xxh3::new(), profile, name, text),
    }
}

/// Makes numbers for everybody: of a secret nothing goes into them, nor of what a profile makes of a phone's values, which may
/// be secrets. What its profile says does, and what of the phone is shown to whoever may not see secrets.
#[derive(Default)]
pub struct Public {
    are_secret: HashMap<CString, bool>,
    profiles: HashMap<*const Profile, u64>,
}

impl Public {
    /// A phone's. It is made once, and remembered with the phone.
    pub fn of(&mut self, phone: &Evaluated) -> u64 {
        phone.public_hash.get_or_make(|| self.make(phone))
    }

    fn make(&mut self, phone: &Evaluated) -> u64 {
        let all = phone.lines.iter().flat_map(Line::iter);
        let secrets = Secrets::of(all.filter(|(name, _)| self.is_secret(name)).map(|(_, value)| value));
        let mut hash = Xxh3::new();
        let profile = phone.profile.as_ref().map_or(0, |profile| self.of_profile(profile));
        hash.update(&profile.to_le_bytes());
        for line in &phone.lines {
            for (name, value) in line.given() {
                write(&mut hash, name.to_bytes());
                if !self.is_secret(name) {
                    write(&mut hash, &secrets.hidden_in_value(name, value));
                }
            }
            write(&mut hash, b""); // ends the line: no name is empty
        }
        xxh3_64_with_seed(phone.mac.to_bytes(), hash.digest())
    }

    /// The same name comes with every phone.
    fn is_secret(&mut self, name: &CStr) -> bool {
        if let Some(is_secret) = self.are_secret.get(name) {
            return *is_secret;
        }
        let is_secret = is_secret(name);
        self.are_secret.insert(name.to_owned(), is_secret);
        is_secret
    }

    /// What a profile says: its files, and what it gives, secrets left out. The profile must live as long as this.
    fn of_profile(&mut self, profile: &Arc<Profile>) -> u64 {
        if let Some(known) = self.profiles.get(&Arc::as_ptr(profile)) {
            return *known;
        }
        let secrets = Secrets::among(profile.variables.iter());
        let mut hash = Xxh3::new();
        write(&mut hash, profile.name.to_bytes());
        for (name, value) in profile.variables.iter() {
            write(&mut hash, name.to_bytes());
            if !is_secret(name) {
                write(&mut hash, &secrets.hidden_in(value.to_bytes()));
            }
        }
        let own = profile.files.iter().map(|each| (each.name.written.to_bytes(), &each.file));
        let statics = profile.static_files.iter().map(|(name, file)| (&**name, file));
        for (name, file) in own.chain(statics) {
            write(&mut hash, &secrets.hidden_in(name));
            write(&mut hash, &file.template);
            write(&mut hash, &file.mime);
        }
        let made = hash.digest();
        self.profiles.insert(Arc::as_ptr(profile), made);
        made
    }
}

#[cfg(test)]
mod tests {
    use super::super::evaluated::{Evaluator, Nowhere, Prepared};
    use super::super::fleet::Phone;
    use super::super::line::{Line as Resolved, Origin};
    use super::super::phoneprov_conf::profiles::Profiles;
    use super::*;
    use crate::template::line::NamePool;

    type Pairs<'a> = &'a [(&'a CStr, &'a CStr)];

    fn phone(profile: Pairs, variables: Pairs<'static>) -> Arc<Evaluated> {
        let profiles = Profiles::new(vec![(c"desk".into(), profile.iter().copied().collect())]);
        let mut line = Resolved::new(c"s");
        for (name, value) in [(c"MAC", c"0004f2000001"), (c"PROFILE", c"desk")].iter().chain(variables) {
            line.offer(name, *value, Origin::Section);
        }
        let phone = Phone { mac: c"0004f2000001", lines: vec![line] };
        let (pool, prepared) = (NamePool::default(), Prepared::default());
        let mut evaluator =
            Evaluator { profiles: &profiles, world: Nowhere, pool: &pool, prepared: &prepared, is_hasty: false };
        evaluator.evaluate(&phone, phone.fingerprint(), None).evaluated
    }

    fn public(profile: Pairs, variables: Pairs<'static>) -> u64 {
        Public::default().of(&phone(profile, variables))
    }

    const KEY: &CStr = c"correct horse battery";

    fn keyed(profile: Pairs, variables: Pairs<'static>, key: &CStr) -> u64 {
        whole(&phone(profile, variables), HashKey::new(key).unwrap())
    }

    #[test]
    fn whatever_is_shown_of_a_phone_tells_two_apart() {
        let profile: Pairs = &[(c"${MAC}.cfg", c"phone.cfg")];
        let base = public(profile, &[(c"LABEL", c"a")]);
        assert_eq!(base, public(profile, &[(c"LABEL", c"a")]));
        assert_ne!(base, public(profile, &[(c"LABEL", c"b")]));
        assert_ne!(base, public(profile, &[(c"LABEL", c"a"), (c"NOTE", c"x")]));
        assert_ne!(base, public(&[(c"${MAC}.cfg", c"other.cfg")], &[(c"LABEL", c"a")]));
        assert_ne!(base, public(&[(c"${MAC}.cfg", c"phone.cfg"), (c"setvar", c"A=b")], &[(c"LABEL", c"a")]));
        assert_ne!(base, public(&[(c"${MAC}.cfg", c"phone.cfg"), (c"static_file", c"f")], &[(c"LABEL", c"a")]));
    }

    /// Case 38.
    #[test]
    fn no_secret_goes_into_what_everybody_sees() {
        let profile: Pairs = &[(c"setvar", c"MADE=${SECRET}"), (c"setvar", c"TWICE=${MADE}"), (c"${SECRET}.cfg", c"t")];
        assert_eq!(public(profile, &[(c"SECRET", c"wonderland")]), public(profile, &[(c"SECRET", c"looking-glass")]));
        assert_eq!(
            public(profile, &[(c"PASS", c"hunter2"), (c"URL", c"x://a:hunter2@b")]),
            public(profile, &[(c"PASS", c"hunter3"), (c"URL", c"x://a:hunter3@b")]),
            "nor where it stands in another value"
        );
        assert_eq!(public(&[(c"setvar", c"ADMIN_PW=one1")], &[]), public(&[(c"setvar", c"ADMIN_PW=two2")], &[]));
        assert_ne!(public(profile, &[]), public(profile, &[(c"SECRET", c"x")]), "but that there is one");
    }

    #[test]
    fn all_of_it_goes_into_what_takes_a_key() {
        let profile: Pairs = &[(c"setvar", c"ADMIN_PW=one1")];
        let base = keyed(profile, &[(c"SECRET", c"wonderland")], KEY);
        assert_eq!(base, keyed(profile, &[(c"SECRET", c"wonderland")], KEY));
        assert_ne!(base, keyed(profile, &[(c"SECRET", c"looking-glass")], KEY));
        assert_ne!(base, keyed(&[(c"setvar", c"ADMIN_PW=two2")], &[(c"SECRET", c"wonderland")], KEY));
        assert_ne!(base, keyed(profile, &[(c"SECRET", c"wonderland")], c"another key than that"));
        assert_eq!(HashKey::new(c"fifteen letters"), None);
        assert_eq!(format!("{:?}", HashKey::new(KEY)), "Some(HashKey)");
    }

    #[test]
    fn a_templates_text_counts_and_that_there_is_none() {
        let of = |text, key| of_template(c"desk", b"t", text, key);
        let key = HashKey::new(KEY);
        for key in [None, key] {
            assert_eq!(of(Ok(b"one"), key), of(Ok(b"one"), key));
            assert_ne!(of(Ok(b"one"), key), of(Ok(b"two"), key));
            assert_ne!(of(Ok(b""), key), of(Err("missing"), key));
        }
        assert_ne!(of(Ok(b"one"), None), of(Ok(b"one"), key));
    }
}

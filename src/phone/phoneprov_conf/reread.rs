//! What a reload of `res_phoneprov` would take from phoneprov.conf: the profiles that it has read against those of the file.

use super::profiles::Profiles;
use std::collections::HashSet;
use std::ffi::CString;

/// What became of a profile in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It says something else.
    Changed,
    /// It is not there any more.
    Removed,
}

impl Change {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Change::Added => "Added",
            Change::Changed => "Changed",
            Change::Removed => "Removed",
        }
    }
}

/// A profile that a reload would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reread {
    /// Its name.
    pub profile: CString,
    /// What would become of it.
    pub change: Change,
    /// How many phones of ours name it.
    pub phones: usize,
}

/// The profiles that are read otherwise than they stand in the file, in its order; those that are gone come last. `names` are the
/// profiles that phones name, one for each phone.
pub fn reread(read: &Profiles, file: &Profiles, names: &[CString]) -> Vec<Reread> {
    let one = |profile: &CString, change| {
        let phones = names.iter().filter(|name| *name == profile).count();
        Reread { profile: profile.clone(), change, phones }
    };
    let mut known = HashSet::new();
    // Of two with one name the first counts.
    let mut firsts = |profiles: &Profiles| -> Vec<(CString, u64)> {
        let all = profiles.iter().map(|profile| (profile.name.clone(), profile.hash));
        all.filter(|(name, _)| known.insert(name.clone())).collect()
    };
    let mut found: Vec<Reread> = Vec::new();
    for (name, hash) in firsts(file) {
        match read.get(&name) {
            None => found.push(one(&name, Change::Added)),
            Some(before) if before.hash != hash => found.push(one(&name, Change::Changed)),
            Some(_) => {}
        }
    }
    found.extend(firsts(read).iter().map(|(name, _)| one(name, Change::Removed)));
    found
}

#[cfg(test)]
mod tests {
    use super::super::super::variables::Variables;
    use super::*;
    use std::ffi::CStr;

    fn profiles(all: &[(&CStr, &CStr)]) -> Profiles {
        let section = |(name, template): &(&CStr, &CStr)| {
            ((*name).to_owned(), [(c"a.cfg", *template)].into_iter().collect::<Variables>())
        };
        Profiles::new(all.iter().map(section).collect())
    }

    #[test]
    fn each_profile_that_differs_is_told_with_the_phones_that_it_touches() {
        let read = profiles(&[(c"same", c"1"), (c"old", c"1"), (c"desk", c"1")]);
        let file = profiles(&[(c"desk", c"2"), (c"desk", c"1"), (c"same", c"1"), (c"new", c"1")]);
        let names = [c"desk", c"new", c"desk", c"same"].map(CString::from);
        let told: Vec<(String, Change, usize)> = reread(&read, &file, &names)
            .into_iter()
            .map(|one| (one.profile.into_string().unwrap(), one.change, one.phones))
            .collect();
        let expected = [("desk", Change::Changed, 2), ("new", Change::Added, 1), ("old", Change::Removed, 0)];
        assert_eq!(told, expected.map(|(name, change, phones)| (name.to_owned(), change, phones)));
        assert_eq!(reread(&read, &read, &names), []);
    }
}

//! The table of files: which names are answered, and what each is made of. No Asterisk in here.

use crate::phone::bucket;
use crate::phone::evaluated::Evaluated;
use crate::phone::mac::{self, Digits};
use crate::phone::phoneprov_conf::profiles::{File, Profile, Profiles};
use crate::template::line::Line;
use once_cell::sync::OnceCell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString};
use std::sync::Arc;

/// What a file is made of.
#[derive(Clone, Debug)]
pub enum Content {
    /// The same for everybody.
    Static(Arc<File>),
    /// A template, filled by a phone: the file of that number of its profile.
    Of(Arc<Evaluated>, u32),
}

/// All files. It is never changed: another takes its place.
#[derive(Debug, Default)]
pub struct Table {
    files: HashMap<Arc<[u8]>, Content>,
    /// The names that several phones have.
    shared: HashSet<Arc<[u8]>>,
    /// In the order in which names are given away.
    phones: Box<[Arc<Evaluated>]>,
    /// The same, as numbers, each behind the hash of its MAC, in order: all in one place, so that a search waits for memory once
    /// or twice where a comparison of MACs would wait for each.
    by_mac: Box<[(u32, u32)]>,
    /// The same in the order of `res_phoneprov`; made when it is first wanted.
    in_order: OnceCell<Box<[u32]>>,
}

/// A phone, and where it comes among those that want one name.
#[derive(Clone, Copy, Debug)]
pub struct Entrant<'a> {
    /// The smallest id of its sections; `None` for those that `res_phoneprov` itself provides, which it adds first.
    pub section: Option<&'a CStr>,
    /// The phone.
    pub phone: &'a Arc<Evaluated>,
}

/// A phone's file whose name another phone has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The section of the phone that does not have it; `None` as for [`Entrant`].
    pub section: Option<CString>,
    /// The name.
    pub name: Vec<u8>,
    /// The section of the phone that has it.
    pub holder: Option<CString>,
}

impl Table {
    /// The table of these phones and of what the profiles have for everybody. Names of everybody's files win; a name that
    /// several phones have is the first one's, which is a fault of the others unless the profiles give it to all of their
    /// phones.
    pub fn new(mut entrants: Vec<Entrant>, profiles: &Profiles) -> (Self, Vec<Clash>) {
        entrants.sort_by_key(|entrant| entrant.section);
        let count = entrants.iter().map(|entrant| entrant.phone.files.len()).sum();
        let mut files: HashMap<Arc<[u8]>, Content> = HashMap::with_capacity(count);
        for (name, file) in profiles.iter().flat_map(|profile| &profile.static_files) {
            files.entry(Arc::clone(name)).or_insert_with(|| Content::Static(Arc::clone(file)));
        }
        let (mut shared, mut clashes) = (HashSet::new(), Vec::new());
        let mut common = Common { phones: &entrants, known: HashMap::new() };
        // Whose phones are whose; looked up after a clash only.
        let mut sections: HashMap<*const Evaluated, Option<&CStr>> = HashMap::new();
        for Entrant { section, phone } in &entrants {
            for (name, number) in phone.files.iter().zip(0..) {
                match files.entry(Arc::clone(name)) {
                    Entry::Vacant(place) => {
                        place.insert(Content::Of(Arc::clone(phone), number));
                    }
                    Entry::Occupied(taken) => {
                        let Content::Of(holder, of_holder) = taken.get() else { continue };
                        if Arc::ptr_eq(holder, phone) {
                            continue;
                        }
                        shared.insert(Arc::clone(name));
                        if common.is_for_all(holder, *of_holder) && common.is_for_all(phone, number) {
                            continue;
                        }
                        if sections.is_empty() {
                            sections.extend(entrants.iter().map(|each| (Arc::as_ptr(each.phone), each.section)));
                        }
                        let holder = sections.get(&Arc::as_ptr(holder)).copied().flatten();
                        clashes.push(Clash {
                            section: section.map(CStr::to_owned),
                            name: name.to_vec(),
                            holder: holder.map(CStr::to_owned),
                        });
                    }
                }
            }
        }
        let phones: Box<[_]> = entrants.iter().map(|entrant| Arc::clone(entrant.phone)).collect();
        let mut by_mac: Box<[_]> = phones.iter().map(|phone| mac::key(phone.mac.to_bytes()) as u32).zip(0..).collect();
        by_mac.sort_unstable();
        (Table { files, shared, phones, by_mac, in_order: OnceCell::new() }, clashes)
    }

    /// What the file of that name is made of.
    pub fn get(&self, name: &[u8]) -> Option<&Content> {
        self.files.get(name)
    }

    /// Whether several phones have a file of that name: then who asks for it is not known by it.
    pub fn is_shared(&self, name: &[u8]) -> bool {
        self.shared.contains(name)
    }

    /// The phones with that MAC, in whatever spelling.
    pub fn phones_with(&self, mac: &Digits) -> impl Iterator<Item = &Arc<Evaluated>> {
        let alike = self.alike(mac::key_of(mac)).map(|number| &self.phones[number]);
        alike.filter(move |phone| mac::digits(&phone.mac).as_ref() == Some(mac))
    }

    /// The numbers of phones that may have the MAC of that key; all that have it are among them.
    fn alike(&self, key: u64) -> impl Iterator<Item = usize> {
        let first = self.by_mac.partition_point(|&(each, _)| each < key as u32);
        let alike = self.by_mac[first..].iter().take_while(move |&&(each, _)| each == key as u32);
        alike.map(|&(_, number)| number as usize)
    }

    /// The phone with exactly this MAC.
    pub fn phone(&self, mac: &[u8]) -> Option<&Arc<Evaluated>> {
        self.phones.get(self.position(mac)?)
    }

    /// Its number among [`Table::phones`].
    pub fn position(&self, mac: &[u8]) -> Option<usize> {
        self.alike(mac::key(mac)).find(|&number| self.phones[number].mac.to_bytes() == mac)
    }

    /// All phones, in the order in which names are given away.
    pub fn phones(&self) -> &[Arc<Evaluated>] {
        &self.phones
    }

    /// The phones, as numbers, in the order of `res_phoneprov`'s container: by a hash of the MAC, and phones of one hash as they
    /// were added (astobj2_hash.c; res_phoneprov.c has 563 buckets).
    pub fn in_order(&self) -> &[u32] {
        self.in_order.get_or_init(|| {
            let mut order: Box<[u32]> = (0..self.phones.len() as u32).collect();
            order.sort_by_cached_key(|&each| bucket::of(&self.phones[each as usize].mac));
            order
        })
    }

    /// The MAC and the first line of each phone, in that order.
    pub fn first_lines(&self) -> impl Iterator<Item = (&[u8], &Line)> {
        let phones = self.in_order().iter().filter_map(|&each| self.phones.get(each as usize));
        phones.filter_map(|phone| Some((phone.mac.to_bytes(), phone.lines.first()?)))
    }
}

/// Which files are common: all phones of their profile have them under one name.
struct Common<'a> {
    phones: &'a [Entrant<'a>],
    known: HashMap<(*const Profile, u32), bool>,
}

impl Common<'_> {
    fn is_for_all(&mut self, phone: &Evaluated, number: u32) -> bool {
        let Some(profile) = &phone.profile else { return false };
        let name = profile.files.get(number as usize);
        if name.is_some_and(|file| file.name.is_constant()) {
            return true;
        }
        let phones = self.phones;
        *self.known.entry((Arc::as_ptr(profile), number)).or_insert_with(|| {
            let of_profile = |each: &&Entrant| each.phone.profile.as_ref().is_some_and(|its| Arc::ptr_eq(its, profile));
            let mut names = phones.iter().filter(of_profile).map(|each| each.phone.files.get(number as usize));
            let first = names.next();
            names.all(|name| Some(name) == first)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::evaluated::{Evaluator, Nowhere, Prepared};
    use crate::phone::fleet::Phone;
    use crate::phone::line::{Line as Resolved, Origin};
    use crate::phone::variables::Variables;
    use crate::template::line::NamePool;

    fn profiles(of: &[(&CStr, &[(&CStr, &CStr)])]) -> Profiles {
        Profiles::new(
            of.iter().map(|(name, options)| ((*name).into(), options.iter().copied().collect::<Variables>())).collect(),
        )
    }

    fn phone(profiles: &Profiles, mac: &'static CStr, profile: &'static CStr, model: &'static CStr) -> Arc<Evaluated> {
        let mut line = Resolved::new(c"s");
        for (name, value) in [(c"MAC", mac), (c"PROFILE", profile), (c"MODEL", model)] {
            line.offer(name, value, Origin::Section);
        }
        let phone = Phone { mac, lines: vec![line] };
        let (pool, prepared) = (NamePool::default(), Prepared::default());
        let mut evaluator = Evaluator { profiles, world: Nowhere, pool: &pool, prepared: &prepared, is_hasty: false };
        evaluator.evaluate(&phone, phone.fingerprint(), None).evaluated
    }

    fn holder(table: &Table, name: &str) -> String {
        match table.get(name.as_bytes()) {
            Some(Content::Of(phone, number)) => format!("{} {number}", phone.mac.to_str().unwrap()),
            Some(Content::Static(file)) => String::from_utf8(file.template.clone()).unwrap(),
            None => "none".to_owned(),
        }
    }

    #[test]
    fn a_common_name_is_the_first_sections_and_no_fault() {
        let profiles = profiles(&[
            (c"p", &[(c"y000.cfg", c"c"), (c"${MAC}.cfg", c"t"), (c"static_file", c"fw.bin")]),
            (c"q", &[(c"y000.cfg", c"c")]),
        ]);
        let [a, b, c] = [(c"aa", c"p"), (c"bb", c"p"), (c"cc", c"q")].map(|(mac, of)| phone(&profiles, mac, of, c"m"));
        let entrants = [(c"3", &a), (c"2", &b), (c"1", &c)];
        let entrants = entrants.map(|(section, phone)| Entrant { section: Some(section), phone });
        let (table, clashes) = Table::new(entrants.to_vec(), &profiles);
        assert_eq!(clashes, []);
        assert_eq!(
            ["y000.cfg", "aa.cfg", "bb.cfg", "fw.bin", "x"].map(|name| holder(&table, name)),
            ["cc 0", "aa 1", "bb 1", "fw.bin", "none"]
        );
        assert_eq!(["y000.cfg", "aa.cfg", "fw.bin"].map(|name| table.is_shared(name.as_bytes())), [true, false, false]);
        assert_eq!(table.phone(b"bb").unwrap().mac.as_ref(), c"bb");
        assert!(table.phone(b"dd").is_none());
    }

    #[test]
    fn a_name_that_only_some_phones_share_is_the_others_fault() {
        let profiles = profiles(&[(c"p", &[(c"${MODEL}.cfg", c"t")])]);
        let [a, b, c] =
            [(c"aa", c"x"), (c"bb", c"x"), (c"cc", c"y")].map(|(mac, model)| phone(&profiles, mac, c"p", model));
        let entrants = [(c"1", &a), (c"2", &b), (c"3", &c)];
        let entrants = entrants.map(|(section, phone)| Entrant { section: Some(section), phone });
        let (table, clashes) = Table::new(entrants.to_vec(), &profiles);
        let clash = Clash { section: Some(c"2".into()), name: b"x.cfg".to_vec(), holder: Some(c"1".into()) };
        assert_eq!(clashes, [clash]);
        assert_eq!(holder(&table, "x.cfg"), "aa 0");
        assert!(table.is_shared(b"x.cfg"));
        let (_, clashes) = Table::new(entrants[..2].to_vec(), &profiles);
        assert_eq!(clashes, [], "all phones of the profile have it");
    }

    #[test]
    fn phones_of_res_phoneprov_itself_keep_their_names() {
        let profiles = profiles(&[(c"p", &[(c"x${MODEL}.cfg", c"t")])]);
        let [a, b, c] =
            [(c"aa", c"1"), (c"bb", c"1"), (c"cc", c"2")].map(|(mac, model)| phone(&profiles, mac, c"p", model));
        let entrants =
            [(Some(c"1"), &a), (None, &b), (Some(c"2"), &c)].map(|(section, phone)| Entrant { section, phone });
        let (table, clashes) = Table::new(entrants.to_vec(), &profiles);
        assert_eq!(holder(&table, "x1.cfg"), "bb 0");
        assert_eq!((clashes.len(), &clashes[0].holder), (1, &None));
    }
}

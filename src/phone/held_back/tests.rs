use super::super::conf::conf_text::{Reason, Standing, Texts, Unread};
use super::super::object_type::ObjectType;
use super::super::problem::{Fault, Problem};
use super::keeper::{Keeper, Sight, Terms, Was};
use super::why::{Since, Why};
use std::cell::Cell;
use std::ffi::{CStr, CString};
use std::time::{Duration, Instant};

/// Phones of one section each: its id and its file.
struct Phones(Vec<(Vec<CString>, Option<&'static CStr>)>);

impl Phones {
    fn new(phones: impl IntoIterator<Item = (impl Into<Vec<u8>>, &'static CStr)>) -> Self {
        let phone = |(id, file)| (vec![CString::new(id).unwrap()], Some(file));
        Phones(phones.into_iter().map(phone).collect())
    }

    fn all(&self) -> impl Iterator<Item = Was<'_>> {
        self.0.iter().map(|(sections, file)| Was { mac: &sections[0], file: *file, sections })
    }

    fn get(&self, id: &CStr) -> Was<'_> {
        self.all().find(|was| was.mac == id).unwrap()
    }
}

const AFTER: Duration = Duration::from_secs(300);

#[derive(Default)]
struct Played {
    texts: Texts,
    /// Sections that there are, in that file.
    there: Vec<(CString, &'static CStr)>,
    looks: Cell<usize>,
}

impl Sight for &Played {
    fn texts(&self) -> Texts {
        self.looks.set(self.looks.get() + 1);
        self.texts.clone()
    }

    fn has(&self, id: &CStr) -> bool {
        self.there.iter().any(|(each, _)| each.as_c_str() == id)
    }

    fn has_any_in(&self, file: &CStr) -> bool {
        self.there.iter().any(|(_, each)| *each == file)
    }
}

/// Files that are whole, and one in which line 7 lacks a bracket.
fn texts(whole: &[&CStr], broken: Option<&CStr>) -> Texts {
    let unread = |file: &CStr| Unread { file: file.into(), line: 7, reason: Reason::NoBracket, further: 0 };
    Texts {
        whole: whole.iter().map(|file| (*file).to_owned()).collect(),
        unread: broken.map(unread).into_iter().collect(),
        ..Texts::default()
    }
}

fn terms(before: &Since) -> Terms<'_> {
    Terms { before, now: Instant::now(), after: AFTER, is_confirmed: false }
}

#[test]
fn what_a_file_had_that_was_not_read_to_its_end_stays() {
    let phones = Phones::new([("p1", c"a"), ("p2", c"b")]);
    let (played, before) = (Played { texts: texts(&[c"a"], Some(c"b")), ..Played::default() }, Since::new());
    let mut keeper = Keeper::new(&played, terms(&before));
    let mut keeps = |mac: &CStr| keeper.keeps(phones.get(mac), None, &[]);
    assert!(!keeps(c"p1"), "somebody removed it");
    assert!(keeps(c"p2"));
    let (held, _) = keeper.done();
    assert_eq!(
        held.to_string(),
        "1 phone is held back and served as before (p2), because Asterisk reads b only up to line 7"
    );
    assert_eq!(held.until, held.since.get(c"p2").map(|since| *since + AFTER));
    assert_eq!(played.looks.get(), 1, "files are read once");
}

#[test]
fn what_is_held_back_goes_when_it_has_lasted_or_is_confirmed() {
    let phones = Phones::new([("p2", c"b")]);
    let played = Played { texts: texts(&[], Some(c"b")), ..Played::default() };
    let keeps = |ago: Duration, is_confirmed| {
        let before = Since::from([(c"p2".into(), Instant::now() - ago)]);
        let terms = Terms { is_confirmed, ..terms(&before) };
        Keeper::new(&played, terms).keeps(phones.get(c"p2"), None, &[])
    };
    assert!(keeps(AFTER / 2, false));
    assert!(!keeps(AFTER, false) && !keeps(AFTER / 2, true));
}

#[test]
fn a_section_that_still_stands_in_a_file_has_not_been_removed() {
    let phones = Phones::new([("p1", c"a")]);
    let standing = |kind: Option<&CStr>, is_read| {
        let kind = kind.map(CStr::to_owned);
        let section = Standing { id: c"p1".into(), kind, file: Default::default(), is_read };
        Texts { sections: vec![section], ..texts(&[c"a"], None) }
    };
    let keeps = |texts| {
        let (played, before) = (Played { texts, ..Played::default() }, Since::new());
        Keeper::new(&played, terms(&before)).keeps(phones.get(c"p1"), None, &[])
    };
    assert!(keeps(standing(Some(c"phoneprov"), true)), "it has not been read yet");
    assert!(!keeps(standing(Some(c"endpoint"), true)), "another of that id");
    assert!(!keeps(standing(None, true)), "its type has been removed");
}

#[test]
fn what_stood_in_a_file_that_is_refused_or_missing_stays() {
    let phones = Phones::new([("p1", c"a"), ("p2", c"b")]);
    let texts = Texts { kept: [c"b".to_owned()].into(), ..texts(&[c"a"], None) };
    let (played, before) = (Played { texts, ..Played::default() }, Since::new());
    let mut keeper = Keeper::new(&played, terms(&before));
    assert!(!keeper.keeps(phones.get(c"p1"), None, &[]), "its own was read");
    assert!(keeper.keeps(phones.get(c"p2"), None, &[]));
}

#[test]
fn what_lacks_an_endpoint_stays_only_while_files_are_broken() {
    let phones = Phones::new([("p1", c"a")]);
    let told = |fault| [Problem { object: ObjectType::Phoneprov, section: c"p1".into(), fault }];
    let keeps = |broken, fault| {
        let there = vec![(c"p1".to_owned(), c"a")];
        let played = Played { texts: texts(&[c"a"], broken), there, ..Played::default() };
        let before = Since::new();
        Keeper::new(&played, terms(&before)).keeps(phones.get(c"p1"), None, &told(fault))
    };
    assert!(keeps(Some(c"b"), Fault::UnknownEndpoint(c"e".into())));
    assert!(!keeps(None, Fault::UnknownEndpoint(c"e".into())));
    assert!(!keeps(Some(c"b"), Fault::MissingMac));
}

#[test]
fn nobody_looks_where_sections_are_of_no_file() {
    let phones = Phones(vec![(vec![c"p1".to_owned()], None)]);
    let (played, before) = (Played::default(), Since::new());
    let mut keeper = Keeper::new(&played, terms(&before));
    assert!(!keeper.keeps(phones.get(c"p1"), None, &[]));
    assert_eq!(keeper.keep_of_emptied(phones.all(), &[phones.get(c"p1")]).len(), 0);
    assert_eq!(played.looks.get(), 0);
}

#[test]
fn a_file_that_had_many_and_has_nothing_is_not_believed() {
    let of = |file_of: fn(usize) -> &'static CStr| {
        Phones::new((0..12).map(|number| (format!("p{number:02}"), file_of(number))))
    };
    let kept = |phones: &Phones, going: usize, there: Vec<(CString, &'static CStr)>| {
        let (played, before) = (Played { there, ..Played::default() }, Since::new());
        let mut keeper = Keeper::new(&played, terms(&before));
        let going: Vec<Was> = phones.all().take(going).collect();
        let kept = keeper.keep_of_emptied(phones.all(), &going).len();
        (kept, keeper.done().0.causes.into_iter().map(|cause| cause.why).collect::<Vec<_>>())
    };
    let one_file = of(|_| c"a");
    let emptied = |file, sections| vec![Why::Emptied { file, sections }];
    assert_eq!(kept(&one_file, 12, vec![]), (12, emptied(Some(c"a".into()), 12)));
    assert_eq!(kept(&one_file, 11, vec![]), (0, vec![]), "one is left");
    assert_eq!(kept(&one_file, 12, vec![(c"new".into(), c"a")]), (0, vec![]), "there are others");
    let two_files = of(|number| if number < 9 { c"a" } else { c"b" });
    assert_eq!(kept(&two_files, 9, vec![]).0, 0, "few may go");
    assert_eq!(kept(&two_files, 12, vec![]), (12, emptied(None, 12)));
}

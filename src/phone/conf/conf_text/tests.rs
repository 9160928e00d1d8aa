use super::words::c_string;
use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ffi::CString;

/// Files by their names; a name that ends in `*` stands for all that begin so.
struct Played(BTreeMap<Vec<u8>, Vec<u8>>);

impl Disk for Played {
    fn expand(&self, name: &[u8]) -> Vec<CString> {
        let is_meant = |each: &&Vec<u8>| match name.strip_suffix(b"*") {
            Some(beginning) => each.starts_with(beginning),
            None => each.as_slice() == name,
        };
        self.0.keys().filter(is_meant).map(|name| c_string(name)).collect()
    }

    fn open(&self, path: &CString) -> Opened {
        match self.0.get(path.as_bytes()) {
            Some(text) if text == b"UNREADABLE" => Opened::Unreadable("forbidden".into()),
            Some(text) => Opened::Text(text.clone()),
            None => Opened::Nothing,
        }
    }

    fn is_elsewhere(&self, name: &[u8]) -> bool {
        name == b"elsewhere"
    }
}

fn texts(files: &[(&str, &[u8])]) -> Texts {
    read(b"main", &Played(files.iter().map(|(name, text)| (name.as_bytes().to_vec(), text.to_vec())).collect()))
}

/// What is not read, as `FILE:LINE`; sections that are read, and those that only stand there.
fn told(files: &[(&str, &[u8])]) -> (Vec<(String, Reason)>, String, String) {
    let texts = texts(files);
    let place = |unread: &Unread| format!("{}:{}", unread.file.to_str().unwrap(), unread.line);
    let names = |is_read| {
        let meant = texts.sections.iter().filter(|section| section.is_read == is_read);
        meant.map(|section| section.id.to_str().unwrap()).collect::<Vec<_>>().join(" ")
    };
    let unread = texts.unread.iter().map(|unread| (place(unread), unread.reason.clone())).collect();
    (unread, names(true), names(false))
}

/// An included file with that text between two sections of the main one.
fn included(text: &[u8]) -> (Vec<(String, Reason)>, String, String) {
    let main = b"[a]\nx=1\n#include \"phones\"\n[z]\n";
    let told = told(&[("main", main), ("phones", text)]);
    assert!(!texts(&[("main", main), ("phones", text)]).is_refused);
    told
}

#[test]
fn an_error_in_an_included_file_drops_the_rest_of_it() {
    type Case = (&'static [u8], usize, Reason, &'static str, &'static str);
    let cases: &[Case] = &[
        (b"[p1]\n[p2](typo)\n[p3]\n[t](!)\n", 2, Reason::NoTemplate(c"typo".into()), "a p1 z", "p2 p3"),
        (b"[p1]\n[p2](a, p1)\n", 2, Reason::NoTemplate(c" p1".into()), "a p1 z", "p2"),
        (b"[p1]\n[p2](+)\n[p3]", 2, Reason::NoSection(c"p2".into()), "a p1 z", "p2 p3"),
        (b"[p1]\ny=1\n[p2\nz=1\n[p3]", 3, Reason::NoBracket, "a p1 z", "p2 p3"),
        (b"[p1]\n[p2](a\n[p3]", 2, Reason::NoParenthesis, "a p1 z", "p2 p3"),
        (b"[p1]\n\\\nz=1\n[p3]", 2, Reason::Escape, "a p1 z", "p1 p3"),
        (b"[p1]\n#include nowhere\n[p3]", 2, Reason::NoFile(c"nowhere".into()), "a p1 z", "p3"),
        (b"[p1]\n#include phones\n[p3]", 2, Reason::TooDeep, "", ""),
        (b"[p1]\n;-- x\n[p2]\n; [p4]\n[p3]", 2, Reason::OpenComment, "a p1 z", "p2 p3"),
        (b"[p1]\nx = 1 --;\n[p2]\n[p3]", 2, Reason::StrayEnd, "a p1 z", "p2 p3"),
    ];
    for (text, line, reason, read, lost) in cases {
        let (unread, is_read, is_lost) = included(text);
        let last = unread.last().unwrap();
        assert_eq!(last, &(format!("phones:{line}"), reason.clone()), "{}", String::from_utf8_lossy(text));
        if *reason != Reason::TooDeep {
            assert_eq!((unread.len(), is_read.as_str(), is_lost.as_str()), (1, *read, *lost), "{unread:?}");
        }
    }
}

#[test]
fn an_error_in_the_main_file_refuses_all_of_it() {
    let texts = texts(&[("main", b"[a]\n#include none\n")]);
    assert!(texts.is_refused);
    assert_eq!(texts.unread[0].reason, Reason::NoFile(c"none".into()));
}

#[test]
fn lines_that_are_not_read_are_told_once_and_their_file_is_not_whole() {
    let long = [b"x = ".as_slice(), &[b'y'; 8191], b"\n[p2]\n"].concat();
    let cases: [(&[u8], Reason); 3] = [
        (&long, Reason::LongLine),
        (b"\0\0\0\n\0\n", Reason::Zero),
        (b"#inlcude other\n[p2]\n", Reason::Directive(c"inlcude".into())),
    ];
    for (text, reason) in cases {
        let (unread, ..) = included(text);
        assert_eq!(unread, [("phones:1".to_owned(), reason)]);
    }
    let marked: [(&str, &[u8]); 3] =
        [("main", b"#include p*"), ("p1", b"\xef\xbb\xbf[p1]\n"), ("p2", b"\xef\xbb\xbf[p2]\nx=1\n")];
    let (unread, read, _) = told(&marked);
    assert_eq!((unread, read.as_str()), (vec![("p2:1".to_owned(), Reason::ByteOrderMark)], "p1"));
    assert_eq!(texts(&marked).whole, [c"main".to_owned(), c"p1".to_owned()].into());
    // Nor is it taken for one behind an empty file.
    let empty: [(&str, &[u8]); 3] = [("main", b"#include p*"), ("p1", b""), ("p2", b"\xef\xbb\xbf[p2]\nx=1\n")];
    let (unread, read, _) = told(&empty);
    assert_eq!(unread[0], ("p2:1".to_owned(), Reason::ByteOrderMark));
    assert_eq!(read, "");
}

#[test]
fn files_behind_a_broken_one_of_the_same_include_are_not_read_either() {
    let files: [(&str, &[u8]); 4] =
        [("main", b"#include p*\n[z]\n"), ("p1", b"[p1]\n"), ("p2", b"[p2"), ("p3", b"[p3]\n#tryinclude q\n")];
    let (unread, read, lost) = told(&files);
    assert_eq!(unread, [("p2:1".to_owned(), Reason::NoBracket)]);
    assert_eq!((read.as_str(), lost.as_str(), texts(&files).unread[0].further), ("p1 z", "p2 p3", 1));
    // A comment goes on into the next file.
    let files: [(&str, &[u8]); 4] =
        [("main", b"#include p*\n[z]\n"), ("p1", b"[p1]\n;--\n[q]\n"), ("p2", b"[p2]\n--;\n"), ("p3", b"[p3]\n")];
    assert_eq!(told(&files), (vec![], "p1 p3 z".to_owned(), String::new()));
    let unreadable: [(&str, &[u8]); 3] = [("main", b"#include p*\n[z]\n"), ("p1", b"[p1]\n"), ("p2", b"UNREADABLE")];
    assert_eq!(told(&unreadable).0, [("p2:0".to_owned(), Reason::Unreadable("forbidden".into()))]);
}

#[test]
fn comments_are_none_where_asterisk_sees_none() {
    let text =
        b"[p1];x\n;--- [p2]\na = x\\;--\n[p3] ;-- [q] --; \n;-- a\n;-- b\n--; [q]\n--;[p4]\nb = 1;-- ; --;2\n[p5]";
    assert_eq!(included(text), (vec![], "a p1 p3 p4 p5 z".to_owned(), String::new()));
}

#[test]
fn a_type_is_inherited_and_the_first_one_counts() {
    let texts = texts(&[(
        "main",
        b"[t](!)\ntype = phoneprov\n[p1](t)\n[p2]\nType => endpoint\ntype = x\n[p1](+)\ntype = y\n[p3](bad)\n[p4]\ntype=z",
    )]);
    let kinds: Vec<_> =
        texts.sections.iter().map(|section| section.kind.as_deref().map(|k| k.to_str().unwrap())).collect();
    assert_eq!(kinds, [Some("phoneprov"), Some("endpoint"), None, Some("z")]);
}

#[test]
fn nothing_is_claimed_of_what_nobody_can_know() {
    let (unread, read, _) = told(&[("main", b"#include elsewhere\n[p1](t)\n[p2](+)\n")]);
    assert_eq!((unread, read.as_str()), (vec![], "p1 p2"));
    assert_eq!(told(&[("main", b"x = 1\n[p1]")]).0, [("main:1".to_owned(), Reason::OutsideSections)]);
}

#[test]
fn files_that_include_each_other_come_to_an_end() {
    let (unread, ..) = told(&[("main", b"[a]\n#include p*\n"), ("p1", b"[b]\n#include p*\n"), ("p2", b"#include p*")]);
    assert!(unread.iter().any(|(_, reason)| *reason == Reason::TooDeep), "{unread:?}");
    assert!(told(&[("main", &b";-- ".repeat(129))]).0 == [("main:1".to_owned(), Reason::Endless)]);
}

proptest! {
    #[test]
    fn any_bytes_come_to_an_end(
        files in prop::collection::btree_map(
            prop::sample::select(vec![b"main".to_vec(), b"p1".to_vec(), b"p2".to_vec()]),
            prop::collection::vec(
                prop_oneof![
                    prop::collection::vec(any::<u8>(), 0..20),
                    prop::sample::select(
                        vec![b"[a]".as_slice(), b"[b](", b"a", b"!", b")", b"+", b"\n", b";--", b"--;", b"\\;", b"\0",
                         b"\n#include p*\n", b"\n#tryinclude p1\n", b"type=x", b"\xef\xbb\xbf", b"[", b"\n\\"],
                    ).prop_map(<[u8]>::to_vec),
                ],
                0..30,
            ).prop_map(|parts| parts.concat()),
            0..4,
        ),
    ) {
        let texts = read(b"main", &Played(files));
        prop_assert!(!texts.is_refused || texts.unread.iter().any(|unread| unread.reason.stops()));
    }
}

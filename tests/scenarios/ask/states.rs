//! States that phones can be in, each with all who answer for them: none contradicts another, whatever is broken.

use super::voices::{Files, Voices};
use hosts::config::{account, section};
use hosts::databases::{Database, fill, settings, status};
use hosts::{Ami, Host, eventually};
use std::fs;

/// What a state needs beside pjsip.conf, and what it comes to.
struct State {
    name: &'static str,
    /// Behind the good phones in pjsip.conf.
    sections: fn() -> String,
    /// Done before the reload.
    prepare: fn(&Host),
    /// Done after it.
    then: fn(&Host),
    files: Files,
    /// How many phones get an answer other than 404.
    served: usize,
    /// What check says somewhere; the verdict OK where it is empty.
    check: &'static str,
}

const NOTHING: fn(&Host) = |_| ();
/// How many phones of [`good`] there are.
const GOOD: usize = 3;

impl State {
    const fn new(name: &'static str, served: usize, check: &'static str, sections: fn() -> String) -> Self {
        State { name, sections, prepare: NOTHING, then: NOTHING, files: Files::Loaded, served, check }
    }

    const fn prepared(self, prepare: fn(&Host)) -> Self {
        State { prepare, ..self }
    }

    /// What is done after the reload leaves files that nobody has loaded.
    const fn and_edited(self, then: fn(&Host)) -> Self {
        State { then, files: Files::Edited, ..self }
    }

    const fn and_then(self, then: fn(&Host)) -> Self {
        State { then, ..self }
    }
}

/// One of each kind: with an account, with two lines, with nothing.
fn good() -> String {
    account("1000")
        + &section("alice", "00aa00aa00a1", "endpoint = 1000")
        + &section("bob-1", "00aa00aa00a2", "endpoint = 1000\nLINE = 1")
        + &section("bob-2", "00aa00aa00a2", "LINE = 2\nLABEL = Second")
        + &section("bare", "00aa00aa00a3", "")
}

const MAC: &str = "0011223344aa";

fn one(lines: &str) -> String {
    section("one", MAC, lines)
}

fn many(lines: &str) -> String {
    (0..8).map(|number| section(&format!("many-{number}"), &format!("0011223344b{number}"), lines)).collect()
}

/// Two phones, and what stands between them.
fn two(between: &str) -> String {
    one("") + between + &section("two", "0011223344ab", "")
}

fn without(line: &str) -> String {
    one("").replace(line, "")
}

fn of_profile(profile: &str) -> String {
    one("").replace("PROFILE = desk", &format!("PROFILE = {profile}"))
}

/// Puts these profiles behind `desk` and has res_phoneprov read them.
fn add_profile(host: &Host, lines: &str) {
    host.write(
        "etc/phoneprov.conf",
        host.read("etc/phoneprov.conf") + "\n[sofa]\nmime_type = text/plain\n" + lines + "\n",
    );
    host.cli("module reload res_phoneprov.so");
    host.settle();
}

const STATES: &[State] = &[
    State::new("all is well", GOOD, "", String::new),
    State::new("one phone more", GOOD + 1, "", || one("")),
    State::new("an unknown profile", GOOD, "PROFILE 'attic'", || of_profile("attic")),
    State::new("an unknown profile of many", GOOD, "each names PROFILE 'attic'", || {
        many("").replace("PROFILE = desk", "PROFILE = attic")
    }),
    State::new("no endpoint", GOOD, "names endpoint 'nobody'", || one("endpoint = nobody")),
    State::new("no endpoint for many", GOOD, "each names endpoint 'nobody'", || many("endpoint = nobody")),
    State::new("no auth", GOOD, "auth 'gone'", || {
        "[2000]\ntype = endpoint\nauth = gone\n\n".to_owned() + &one("endpoint = 2000")
    }),
    State::new("no transport", GOOD, "transport 'gone'", || {
        "[2000]\ntype = endpoint\ntransport = gone\n\n".to_owned() + &one("endpoint = 2000")
    }),
    State::new("two sections with one line", GOOD, "is line 1 of MAC", || section("twin", "00aa00aa00a3", "")),
    State::new("a second line", GOOD, "", || section("twin", "00aa00aa00a3", "LINE = 2")),
    State::new("no MAC", GOOD, "has no MAC", || without("MAC = 0011223344aa")),
    State::new("no profile", GOOD, "has no PROFILE", || without("PROFILE = desk")),
    State::new("no type", GOOD, "has MAC and PROFILE, and no type", || without("type = phoneprov")),
    State::new("a misspelt type", GOOD, "phoneprovv", || one("").replace("type = phoneprov", "type = phoneprovv")),
    State::new("warnings alone", GOOD + 1, "Europe/Berlim", || one("TIMEZONE = Europe/Berlim\nLINE = x")),
    State::new("one id twice", GOOD, "is there twice", || one("") + &one("LINE = 2")),
    State::new("a bracket that does not close", GOOD, "lacks a ']'", || "[broken\ntype = phoneprov\n".into()),
    State::new(
        "a file that is read in part",
        GOOD + 2,
        "phones.conf: Asterisk reads this file only up to line",
        || "#include \"phones.conf\"\n".into(),
    )
    .prepared(|host| host.write("etc/phones.conf", two("")))
    .and_then(|host| {
        host.write("etc/phones.conf", two("[x](typo)\n"));
        host.cli("module reload res_pjsip.so");
    }),
    State::new("edited, not reloaded", GOOD + 1, "would add 1 phone, change 1, remove 1", || one(""))
        .and_edited(|host| host.configure(good().replace("Second", "2nd") + &section("new", "0011223344ab", ""))),
    State::new("emptied, not reloaded", GOOD, "remove 3", String::new).and_edited(|host| host.configure("")),
    State::new("no file any more, not reloaded", GOOD, "cannot be read", String::new)
        .and_edited(|host| fs::remove_file(host.path("etc/pjsip.conf")).unwrap()),
    State::new("a template is missing", GOOD + 1, "none.cfg", || of_profile("sofa"))
        .prepared(|host| add_profile(host, "${MAC}.cfg = none.cfg")),
    State::new("a template is a directory", GOOD + 1, "of.d", || of_profile("sofa")).prepared(|host| {
        let _ = fs::create_dir(host.path("data/phoneprov/of.d"));
        add_profile(host, "${MAC}.cfg = of.d");
    }),
    State::new("a profile that nobody has read", GOOD, "attic", || of_profile("attic")).and_edited(|host| {
        let text = host.read("etc/phoneprov.conf") + "\n[attic]\n${MAC}.cfg = phone.cfg\n";
        host.write("etc/phoneprov.conf", text);
    }),
    State::new("a profile that is gone", GOOD, "PROFILE 'sofa'", || of_profile("sofa"))
        .prepared(|host| {
            add_profile(host, "${MAC}.cfg = phone.cfg");
        })
        .and_then(|host| {
            host.set_profile("${MAC}.cfg = phone.cfg");
            host.cli("module reload res_phoneprov.so");
        }),
    State::new("phoneprov.conf cannot be read", GOOD, "phoneprov.conf", String::new)
        .and_edited(|host| host.write("etc/phoneprov.conf", host.read("etc/phoneprov.conf") + "\n[sofa\n")),
    State::new("phoneprov.conf is empty", GOOD, "phoneprov.conf", String::new)
        .and_edited(|host| host.write("etc/phoneprov.conf", "")),
    State::new("another name is asked for", GOOD, "", String::new).and_then(|host| {
        assert_eq!(host.fetch("00AA00AA00A3.xml").status, 404);
    }),
    State::new("http.conf lets few in", GOOD, "sessionlimit", String::new)
        .prepared(|host| host.write("etc/http.conf", host.read("etc/http.conf") + "sessionlimit = 2\n"))
        .and_then(|host| drop(host.cli("module reload http"))),
];

fn assert_agree(host: &Host, ami: &mut Ami, name: &str, files: Files) -> Voices {
    let voices = Voices::of(host, ami);
    let contradictions = voices.contradictions(files);
    assert!(contradictions.is_empty(), "{name}:\n{}\n\n{}", contradictions.join("\n"), voices.check());
    voices
}

fn is_told(voices: &Voices, wanted: &str) -> bool {
    let text = hosts::unbroken(voices.check());
    if wanted.is_empty() { text.ends_with(" OK") } else { text.contains(wanted) && !text.ends_with(" 0 problems") }
}

pub fn nobody_contradicts_another(host: &mut Host) {
    let phoneprov_conf = host.read("etc/phoneprov.conf");
    let http_conf = host.read("etc/http.conf");
    host.configure(good());
    host.start();
    let mut ami = host.ami("all");
    for state in STATES {
        host.write("etc/http.conf", &http_conf);
        host.write("etc/phoneprov.conf", &phoneprov_conf);
        host.configure(good());
        host.cli("module reload res_pjsip.so");
        host.cli("module reload res_phoneprov.so");
        host.settle();
        (state.prepare)(host);
        host.configure(good() + &(state.sections)());
        host.cli("module reload res_pjsip.so");
        host.settle();
        (state.then)(host);
        host.settle();
        let voices = assert_agree(host, &mut ami, state.name, state.files);
        assert_eq!(voices.served(), state.served, "{}: served\n{}", state.name, voices.check());
        assert!(is_told(&voices, state.check), "{}: no '{}' in\n{}", state.name, state.check, voices.check());
    }
}

/// A phone of users.conf has the MAC already.
pub fn agree_beside_users_conf(host: &mut Host) {
    for file in ["etc/users.conf", "etc/phoneprov_users.conf"] {
        host.write(file, "[general]\n\n[3000]\nmacaddress = 0011223344aa\nautoprov = yes\nusername = 3000\n");
    }
    host.configure(good());
    host.start();
    let mut ami = host.ami("all");
    assert_agree(host, &mut ami, "beside users.conf", Files::Loaded);
    host.configure(good() + &one(""));
    host.cli("module reload res_pjsip.so");
    host.settle();
    let list = ami.action("PJSIPShowPhoneprovs", &[]);
    assert!(list.iter().any(|message| message.get("State") == Some("Refused")), "{list:?}");
}

/// Its rows are served as they were.
pub fn agree_while_the_database_is_silent(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let mut link = database.serve(host).unwrap();
    fill(&mut database, host, GOOD);
    host.configure(settings("refresh_interval = 1"));
    host.start();
    let mut ami = host.ami("all");
    let voices = assert_agree(host, &mut ami, "the database answers", Files::Loaded);
    assert_eq!(voices.served(), GOOD);
    link.silence();
    assert!(eventually(|| status(host, "Database").contains("has not answered for")));
    let voices = assert_agree(host, &mut ami, "the database is silent", Files::Loaded);
    assert_eq!(voices.served(), GOOD);
    link.restore();
}

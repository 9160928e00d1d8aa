//! What phones get of the makers' profiles in share/phoneprov, on real Asterisk: asked for by their names in their case, read
//! as the maker's phones would, and compared with what is in golden/, to the letter (`UPDATE_EXPECT=1` writes that anew). And a
//! SIP client registers with what they say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod case;
mod client;
mod maker;
mod syntax;

use case::{CASES, Case};
use expect_test::expect_file;
use hosts::{Host, Kind, top};
use libtest_mimic::{Arguments, Trial};
use maker::{MAKERS, Maker};
use std::fs;
use std::path::Path;

fn main() {
    let wanted = Kind::wanted();
    let mut trials = Vec::new();
    for &kind in Kind::REAL.iter().filter(|kind| wanted.contains(kind)) {
        trials.push(Trial::test(format!("{}::phones_get_what_they_understand", kind.label()), move || {
            let phones = MAKERS.iter().flat_map(|maker| CASES.iter().map(move |case| case.phone(maker)));
            let mut host = start(kind, &(case::ACCOUNTS.to_owned() + &phones.collect::<String>()), |_| {});
            MAKERS.iter().for_each(|maker| gives(&host, maker));
            nothing_is_wrong(&host);
            host.finish();
            Ok(())
        }));
        trials.push(Trial::test(format!("{}::registers_with_what_phones_get", kind.label()), move || {
            client::registers_with_what_phones_get(kind);
            Ok(())
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// An Asterisk with all profiles and these phones, prepared further.
fn start(kind: Kind, sections: &str, prepare: impl FnOnce(&Host)) -> Host {
    let mut host = Host::new(kind);
    prepare(&host);
    copy(&top().join("share/phoneprov"), &host.path("data/phoneprov"));
    let include = |maker: &Maker| format!("#include /mnt/data/phoneprov/{}.conf\n", maker.name);
    let includes: String = MAKERS.iter().map(include).collect();
    host.write(
        "etc/phoneprov.conf",
        format!("[general]\nserveraddr = 127.0.0.1\ndefault_profile = yealink\n{includes}"),
    );
    host.configure(sections);
    host.start();
    host.settle();
    host
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &to) } else { fs::copy(&path, &to).map(|_| ()).unwrap() }
    }
}

/// Each of the maker's phones gets all of its files.
fn gives(host: &Host, maker: &Maker) {
    for case in CASES {
        let mac = case.mac(maker).replace(':', "");
        let mut all = String::new();
        for file in (maker.files)(&mac) {
            let text = fetch(host, maker, &mac, &file.name, file.mime);
            // All phones get the same.
            if file.name.contains("directory") && case.name != CASES[0].name {
                continue;
            }
            let values = (maker.syntax)(&file.name, &text);
            if file.is_lines {
                says_what_was_configured(maker, case, &values);
            }
            all += &format!("==> {} ({})\n{text}", file.name, file.mime);
        }
        expect_file![golden(&format!("{}-{}.txt", maker.name, case.name))].assert_eq(&all);
    }
    for file in maker.common {
        let text = fetch(host, maker, &CASES[0].mac(maker), file.name, file.mime);
        if file.mime == "text/xml" {
            syntax::xml(file.name, &text);
        }
        expect_file![golden(&format!("{}-{}", maker.name, file.name.replace('/', "-")))].assert_eq(&text);
    }
}

fn golden(name: &str) -> std::path::PathBuf {
    top().join("tests/profiles/golden").join(name)
}

fn fetch(host: &Host, maker: &Maker, mac: &str, name: &str, mime: &str) -> String {
    let answer = host.fetch_as(&maker.user_agent.replace('#', mac), name);
    assert_eq!((answer.status, answer.content_type.as_str()), (200, mime), "{name}");
    let text = String::from_utf8(answer.body).unwrap_or_else(|error| panic!("{name}: {error}"));
    for left in ["${", "$[", "%{"] {
        assert!(!text.contains(left), "{name} has {left} left in it:\n{text}");
    }
    text
}

/// What the phone reads is what pjsip.conf says, whatever characters are in it.
fn says_what_was_configured(maker: &Maker, case: &Case, values: &syntax::Values) {
    for line in 1..=case.lines {
        for (what, value) in case.expected(line) {
            let Some(key) = (maker.key)(what, line) else { continue };
            let value = maker.word(what, value);
            assert_eq!(values.get(&key), Some(&value), "{}, {}: {key} is {what}", maker.name, case.name);
        }
    }
    let beyond = (maker.key)("user", case.lines + 1).unwrap();
    assert_eq!(values.get(&beyond), None, "{}, {}: there is no line more", maker.name, case.name);
}

fn nothing_is_wrong(host: &Host) {
    let check = host.cli("pjsip check phoneprovs");
    assert!(check.trim_end().ends_with("OK"), "{check}");
    let phones = MAKERS.len() * CASES.len();
    assert!(check.contains(&format!("leave {phones} as they are")), "{check}");
    assert_eq!(host.errors(), [""; 0]);
    // Each phone has asked, and none in vain.
    let list = host.cli("pjsip list phoneprovs");
    assert_eq!(list.matches(" served ").count(), phones, "{list}");
    for vain in ["!", " - "] {
        assert!(!list.contains(vain), "{list}");
    }
}

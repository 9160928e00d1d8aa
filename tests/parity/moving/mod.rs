//! Phones of users.conf that move to pjsip.conf by what `pjsip convert phoneprovs` says: `res_phoneprov` itself serves them
//! first, and every file of every phone is the same after, to the byte, but for what the comments tell.

mod cases;

use crate::served::fetch;
use cases::Before;
use hosts::{Host, Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Every variable that a phone of users.conf has, each in a line of its own.
const VARIABLES: [&str; 17] = [
    "MAC",
    "PROFILE",
    "USERNAME",
    "DISPLAY_NAME",
    "SECRET",
    "LABEL",
    "CALLERID",
    "TIMEZONE",
    "LINE",
    "LINEKEYS",
    "SERVER",
    "SERVER_PORT",
    "VOICEMAIL_EXTEN",
    "EXTENSION_LENGTH",
    "TZOFFSET",
    "DST_START_MONTH",
    "NOTE",
];

/// What moves on such an Asterisk, by its name.
type Move = (&'static str, fn(Kind));

pub fn all() -> [Move; 3] {
    [
        ("sample_phone", |kind| moves(kind, &cases::sample(kind))),
        ("phones_written_in_all_ways", |kind| moves(kind, &cases::written_in_all_ways())),
        ("any_values", |kind| moves(kind, &cases::any_values())),
    ]
}

/// A phone's files: what was sent for each.
type Files = BTreeMap<String, Vec<u8>>;

fn moves(kind: Kind, before: &Before) {
    let mut host = Host::with_c_module(kind);
    host.write("etc/phoneprov.conf", &before.phoneprov);
    host.write("etc/users.conf", &before.users);
    host.configure(before.pjsip);
    let line: String = VARIABLES.iter().map(|name| format!("{name}=[${{{name}}}]\n")).collect();
    host.set_template("line.cfg", &line);
    for template in [
        "phone.cfg",
        "000000000000.cfg",
        "000000000000-phone.cfg",
        "polycom.xml",
        "000000000000-directory.xml",
        "snom-mac.xml",
    ] {
        host.set_template(template, line.clone() + "${PP_EACH_EXTENSION(${MAC},line.cfg)}");
    }
    host.start();
    let theirs = files(&host, "sipusers");
    assert_eq!(theirs.len(), before.files, "res_phoneprov itself serves other phones: {:?}", theirs.keys());
    host.stop_gracefully();

    host.use_module(&kind.module());
    host.write("log/full", "");
    host.start();
    let text = host.cli_bytes("pjsip convert phoneprovs unmask");
    host.write("etc/pjsip_users.conf", &text);
    host.write("etc/pjsip.conf", host.read("etc/pjsip.conf") + "\n#include pjsip_users.conf\n");
    host.write("etc/users.conf", "[general]\n");
    let asked = theirs.keys().next().unwrap();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        // Whoever asks meanwhile gets what it always got.
        let asker = scope.spawn(|| {
            let mut answers: BTreeSet<Vec<u8>> = BTreeSet::new();
            while !is_done.load(Ordering::Relaxed) {
                answers.insert(fetch(host.address(), asked));
            }
            answers
        });
        host.cli("module reload res_pjsip.so");
        host.cli("module reload res_phoneprov.so");
        host.settle();
        is_done.store(true, Ordering::Relaxed);
        let answers = asker.join().unwrap();
        let others = answers.iter().filter(|answer| !answer.starts_with(b"HTTP/1.1 200 "));
        assert_eq!(others.count(), 0, "not all are answered with the file");
    });

    let log = host.log();
    assert!(!log.contains("Could not create an object"), "Asterisk refuses some of it:\n{log}");
    let ours = files(&host, "res_pjsip_phoneprov_provider");
    let text = String::from_utf8_lossy(&text).into_owned();
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>(), "{text}");
    for (name, theirs) in &theirs {
        let differing = differing(theirs, &ours[name]);
        assert_eq!(differing, told_of(&text, theirs), "{name} differs otherwise than told in\n{text}");
    }
    for (command, words) in before.accounts {
        let shown = host.cli(command);
        let shown: Vec<String> =
            shown.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        for word in *words {
            assert!(shown.iter().any(|line| line == word), "{command}: no '{word}' in {shown:#?}");
        }
    }
    // Once moved, there is nothing more to move.
    let again = host.cli("pjsip convert phoneprovs unmask");
    assert!(!again.lines().any(|line| line.starts_with("[")), "{again}");
    host.finish();
}

/// The files of phones of that provider: of the others some have names that the table's column cuts off.
fn files(host: &Host, provider: &str) -> Files {
    let listing = host.cli("phoneprov show routes");
    let (_, of_phones) = listing.split_once("Dynamic routes").expect("the answer has two tables");
    let rows = of_phones.lines().filter(|row| row.starts_with(&provider[..provider.len().min(20)]));
    let names = rows.map(|row| row[42..82].trim_end().to_owned());
    names.map(|name| (name.clone(), fetch(host.address(), &name))).collect()
}

/// Lines of a file that differ, as `USERNAME NAME`; the others must be as many and in the same order.
fn differing(theirs: &[u8], ours: &[u8]) -> BTreeSet<String> {
    let lines = |text: &[u8]| -> Vec<Vec<u8>> { text.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect() };
    let (theirs, ours) = (lines(theirs), lines(ours));
    let body = |lines: &[Vec<u8>]| lines.iter().position(|line| line.starts_with(b"MAC=")).unwrap_or(lines.len());
    let (theirs, ours) = (&theirs[body(&theirs)..], &ours[body(&ours)..]);
    assert_eq!(theirs.len(), ours.len(), "{} {}", shown(theirs), shown(ours));
    let mut user = String::new();
    let mut differing = BTreeSet::new();
    for (theirs, ours) in theirs.iter().zip(ours) {
        let line = String::from_utf8_lossy(theirs).into_owned();
        if let Some(of_line) = line.strip_prefix("USERNAME=") {
            user = of_line.to_owned();
        }
        if theirs != ours {
            differing.insert(format!("{user} {}", line.split('=').next().unwrap_or_default()));
        }
    }
    differing
}

fn shown(lines: &[Vec<u8>]) -> String {
    String::from_utf8_lossy(&lines.join(&b'\n')).into_owned()
}

/// The same as the comments tell it of the lines in that file.
fn told_of(text: &str, file: &[u8]) -> BTreeSet<String> {
    const NEWS: &str = "its templates see what users.conf does not give: ";
    let file = String::from_utf8_lossy(file);
    let users: BTreeSet<&str> = file.lines().filter_map(|line| line.strip_prefix("USERNAME=")).collect();
    let mut told = BTreeSet::new();
    for part in text.split("; --- ").skip(1) {
        let id = part.split(" ---").next().unwrap_or_default();
        let user = format!("[{id}]");
        if !users.contains(user.as_str()) {
            continue;
        }
        let part = part.replace("\n;   ", " ");
        for news in part.lines().filter_map(|line| line.split_once(NEWS)).flat_map(|(_, news)| news.split(", ")) {
            let name = news.split(" = ").next().unwrap_or_default();
            if VARIABLES.contains(&name) {
                told.insert(format!("{user} {name}"));
            }
        }
    }
    told
}

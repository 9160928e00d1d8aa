//! What a list tells first, what it leaves out, and whom it keeps waiting.

use hosts::config::{account, section};
use hosts::{Host, assert_current, eventually};
use regex_lite::Regex;
use std::io::{Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;

const MANY: usize = 1_991;

/// The MAC, or `<none>`, of each row.
fn rows(list: &str) -> Vec<&str> {
    let (_, rows) = list.split_once("==\n").unwrap_or_else(|| panic!("no rows in\n{list}"));
    let rows = rows.lines().take_while(|line| !line.is_empty()).filter(|line| !line.starts_with(' '));
    rows.filter_map(|row| row.split(' ').next()).collect()
}

fn list(host: &Host, words: &str) -> String {
    let text = host.cli(&format!("pjsip list phoneprovs {words}"));
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
    text
}

/// Phones with trouble of every kind, in no order.
fn office() -> String {
    account("1000")
        + &section("missing", "00:00:00:00:00:0c", "")
        + &section("c-good", "0000.0000.000B", "TIMEZONE = No/Where")
        + &section("a-good", "00000000000f", "")
        + &section("partly", "00000000000A", "")
        + &section("partly-2", "00000000000A", "LINE = 2\nendpoint = nobody")
        + &section("refused-2", "00-00-00-00-00-0e", "endpoint = nobody")
        + &section("refused-1", "00000000000d", "endpoint = nobody")
        + &section("no-mac", "", "").replace("MAC = ", "NOTE = x")
        + &section("no-mac-at-all", "", "").replace("MAC = ", "NOTE = x")
        + &section("fails", "000000000009", "").replace("desk", "sofa")
}

fn start_office(host: &mut Host) {
    host.write("etc/phoneprov.conf", host.read("etc/phoneprov.conf") + "\n[sofa]\n${MAC}.cfg = none.cfg\n");
    host.configure(office());
    host.start();
    for (file, status) in [("00000000000c.xml", 404), ("000000000009.cfg", 500), ("00000000000f.cfg", 200)] {
        assert_eq!(host.fetch(file).status, status, "{file}");
    }
    assert_current(host, 1);
}

/// A MAC counts as digits, whatever its spelling; sections without one come behind.
pub fn tells_trouble_first(host: &mut Host) {
    start_office(host);
    let text = Regex::new(r" \d+ s(!?) +").unwrap().replace_all(&list(host, ""), " N s$1  ").into_owned();
    let expected = "\
9 phones with 5 lines, 5 served, 4 refused, 2 asked in vain, 7 problems

MAC               Profile      Reg'd State   Has     Asked   Sections
===============================================================================
00000000000d      desk             0 refused -       -       refused-1
    'refused-1' (pjsip.conf:58) names endpoint 'nobody', which does not exist;
    add a type=endpoint section 'nobody' or correct endpoint=
00-00-00-00-00-0e desk             0 refused -       -       refused-2
    'refused-2' (pjsip.conf:52) names endpoint 'nobody', which does not exist;
    add a type=endpoint section 'nobody' or correct endpoint=
<none>            desk             0 refused -       -       no-mac
    'no-mac' (pjsip.conf:62) has no MAC; add MAC=<the phone's MAC>
<none>            desk             0 refused -       -       no-mac-at-all
    'no-mac-at-all' (pjsip.conf:68) has no MAC; add MAC=<the phone's MAC>
00000000000A      desk           0/1 partly  new     -       partly, partly-2
    'partly-2' (pjsip.conf:46) names endpoint 'nobody', which does not exist;
    add a type=endpoint section 'nobody' or correct endpoint=
000000000009      sofa           0/1 served  new     N s!  fails
00:00:00:00:00:0c desk           0/1 served  new     N s!  missing
0000.0000.000B    desk           0/1 served  new     -       c-good
    warning: 'c-good' (pjsip.conf:27) has TIMEZONE 'No/Where', which is no file
    in /usr/share/zoneinfo: its phone gets UTC; correct TIMEZONE=, or install
    that zone (tzdata)
00000000000f      desk           0/1 served  current N s  a-good
";
    let (told, rest) = text.split_at(text.find("\n! ").unwrap_or_else(|| panic!("nothing of the template in\n{text}")));
    assert_eq!(
        told,
        expected.replace("8 phones with 6 lines, 5 served", "9 phones with 5 lines, 5 served"),
        "\n{text}"
    );
    assert!(rest.contains("none.cfg"), "{text}");
    let first = text.lines().next().unwrap();
    assert!(rest.contains(&format!("\n\n{first}\n! asked in vain: ")), "the same totals below:\n{text}");
}

pub fn lists_what_is_asked_for(host: &mut Host) {
    start_office(host);
    for (words, wanted) in [
        ("refused", &["00000000000d", "00-00-00-00-00-0e", "<none>", "<none>", "00000000000A"][..]),
        ("MISSED", &["000000000009", "00:00:00:00:00:0c"]),
        ("silent", &["00000000000d", "00-00-00-00-00-0e", "<none>", "<none>", "00000000000A", "0000.0000.000B"]),
        ("profile sofa", &["000000000009"]),
        ("profile Sofa", &[]),
        ("like good$", &["0000.0000.000B", "00000000000f"]),
    ] {
        let text = list(host, words);
        assert_eq!(rows(&text), wanted, "{words}\n{text}");
        let totals = format!("{} phone{} with ", wanted.len(), if wanted.len() == 1 { "" } else { "s" });
        assert_eq!(text.matches(&totals).count(), 2, "above and below: {text}");
        assert!(!text.contains("none.cfg"), "what is no phone's is not asked for: {text}");
    }
    for wrong in ["served", "profile", "refused missed", "profile a b"] {
        assert!(list(host, wrong).trim_start().starts_with("Usage: pjsip list phoneprovs"), "{wrong}");
    }
}

/// What is said of phones at level ERROR: by this module, and by res_phoneprov.
fn errors(host: &Host) -> (Vec<String>, Vec<String>) {
    let log = host.log();
    let errors = log.lines().filter(|line| line.contains(" ERROR[") && line.contains("phoneprov"));
    errors.map(str::to_owned).partition(|line| line.contains("res_pjsip_phoneprov_provider/"))
}

/// Has res_pjsip read its file again and waits until that is followed.
fn reload_res_pjsip(host: &Host, round: usize, sections: &str) {
    let endpoint = format!("other-{round}");
    host.configure(format!("{sections}[{endpoint}]\ntype = endpoint\n\n"));
    host.cli("module reload res_pjsip.so");
    assert!(eventually(|| host.cli("pjsip show endpoints").contains(&endpoint)), "res_pjsip did not reload");
    host.settle();
}

/// Case 40.
pub fn asks_for_no_profile_that_is_not_there(host: &mut Host) {
    let phones: String = (0..MANY)
        .map(|number| section(&format!("p{number:04}"), &format!("00000000{number:04x}"), "").replace("desk", "sofa"))
        .collect();
    let sections =
        section("good", "00aa00aa00aa", "") + &section("good-2", "00aa00aa00aa", "LINE = 2").replace("desk", "sofa");
    let sections = sections + &phones;
    host.configure(&sections);
    host.start();
    (0..3).for_each(|round| reload_res_pjsip(host, round, &sections));
    host.reload();
    assert!(eventually(|| errors(host).0.len() == 2), "once at load, once for whoever reloads: {:#?}", errors(host));
    let (ours, theirs) = errors(host);
    assert_eq!(theirs, [""; 0]);
    for line in ours {
        let line = Regex::new(r" \(pjsip\.conf:\d+\)").unwrap().replace_all(&line, "").into_owned();
        let says =
            format!("'good-2', 'p0000', 'p0001', 'p0002', 'p0003' and {} more: each names PROFILE 'sofa'", MANY - 4);
        assert!(line.contains(&says), "{line}");
    }
    assert_eq!(host.phone("00aa00aa00aa").len(), 1);
    let text = list(host, "");
    assert_eq!(rows(&text).len(), MANY + 1);
    assert_eq!(
        text.matches("PROFILE").count(),
        2,
        "once, and the remedy: {:?}",
        text.lines().rev().take(8).collect::<Vec<_>>()
    );
    assert!(
        text.starts_with(&format!("{} phones with {} lines, 1 served, {MANY} refused, ", MANY + 1, MANY + 2)),
        "{text:.200}"
    );
    assert!(text.lines().next().unwrap().ends_with(&format!(", {} problems", MANY + 1)), "{text:.200}");
    if host.kind == hosts::Kind::Stub {
        // What is served is not touched by what is not.
        let calls = host.cli("stub fail off");
        assert!(calls.contains("add_extension calls="), "{calls}");
    }

    // What they lack has come.
    host.write("etc/phoneprov.conf", host.read("etc/phoneprov.conf") + "\n[sofa]\n${MAC}.cfg = phone.cfg\n");
    host.cli("module reload res_phoneprov.so");
    assert!(
        eventually(|| host.phone("00aa00aa00aa").len() == 2 && host.phone("000000000000").len() == 1),
        "{}",
        list(host, "refused")
    );
    assert_eq!(errors(host).1, [""; 0]);
}

/// A MAC that users.conf has: res_phoneprov says no, and says so in the log, each time that it is asked.
pub fn offers_nothing_again_that_was_refused(host: &mut Host) {
    for file in ["etc/users.conf", "etc/phoneprov_users.conf"] {
        host.write(file, "[general]\n\n[3000]\nmacaddress = 0011223344aa\nautoprov = yes\nusername = 3000\n");
    }
    let sections =
        |note: &str| section("one", "0011223344aa", &format!("NOTE = {note}")) + &section("good", "00aa00aa00aa", "");
    host.configure(section("good", "00aa00aa00aa", ""));
    host.start();
    let refusals = |host: &Host| errors(host).1.len();
    assert_eq!(refusals(host), 0);
    (0..3).for_each(|round| reload_res_pjsip(host, round, &sections("1")));
    assert!(eventually(|| refusals(host) > 0), "{:#?}", errors(host));
    let once = refusals(host);
    (3..6).for_each(|round| reload_res_pjsip(host, round, &sections("1")));
    assert!(list(host, "").contains("0011223344aa      desk             1 refused"));
    assert_eq!(refusals(host), once, "{:#?}", errors(host).1);

    reload_res_pjsip(host, 6, &sections("2"));
    assert!(eventually(|| refusals(host) == 2 * once), "it has changed: {:#?}", errors(host).1);
    reload_res_pjsip(host, 7, &sections("2"));
    host.reload();
    assert!(eventually(|| refusals(host) == 3 * once), "somebody wants to know: {:#?}", errors(host).1);

    // The MAC has gone from there.
    for file in ["etc/users.conf", "etc/phoneprov_users.conf"] {
        host.write(file, "[general]\n");
    }
    host.cli("module reload res_phoneprov.so");
    assert!(eventually(|| host.phone("0011223344aa").len() == 1), "{}", list(host, ""));
}

/// Whoever reads slowly gets all of it all the same, and keeps nobody else waiting.
pub fn writes_to_whoever_reads_slowly(host: &mut Host) {
    const PHONES: usize = 8_000;
    let phones = (0..PHONES).map(|number| section(&format!("phone-{number:05}"), &format!("00000000{number:04x}"), ""));
    host.configure(phones.collect::<String>());
    host.start();
    let run = std::fs::File::open(host.path("run")).unwrap();
    let mut socket = UnixStream::connect(format!("/proc/self/fd/{}/asterisk.ctl", run.as_raw_fd())).unwrap();
    socket.write_all(b"cli quit after pjsip list phoneprovs\0").unwrap();
    let mut start = [0; 4_000];
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains("===\n") {
        let count = socket.read(&mut start).unwrap();
        text.extend_from_slice(&start[..count]);
    }
    // The rest waits for its reader, longer than Asterisk itself would wait (a tenth of a second), and all others go on.
    host.configure(section("phone-00000", "000000000000", "NOTE = changed"));
    host.reload();
    assert!(list(host, "").contains("1 phone with 1 line, 1 served"));
    assert_eq!(host.line("000000000000")["NOTE"], "changed");
    std::thread::sleep(std::time::Duration::from_millis(500));
    socket.read_to_end(&mut text).unwrap();
    let text = String::from_utf8_lossy(&text);
    assert_eq!(rows(&text).len(), PHONES);
    assert!(
        text.trim_end().contains(&format!("\n\n{PHONES} phones with {PHONES} lines, {PHONES} served, 0 refused")),
        "{:?}",
        text.lines().last()
    );

    // One that goes away in the middle of it is no matter.
    let mut socket = UnixStream::connect(format!("/proc/self/fd/{}/asterisk.ctl", run.as_raw_fd())).unwrap();
    socket.write_all(b"cli quit after pjsip list phoneprovs\0").unwrap();
    socket.read_exact(&mut start[..100]).unwrap();
    drop(socket);
    assert!(list(host, "").contains("1 phone with 1 line, 1 served"));
}

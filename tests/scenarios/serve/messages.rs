//! What the log says of changes, and what is touched by them.

use hosts::config::{account, section};
use hosts::{Host, Kind, eventually};

const MACS: [&str; 3] = ["00000000000a", "00000000000b", "00000000000c"];

/// Three phones, the second one with that note.
fn three_phones(note: &str) -> String {
    let notes = ["first", note, "third"];
    let phones =
        MACS.iter().zip(notes).map(|(mac, note)| section(mac, mac, &format!("endpoint = 1000\nNOTE = {note}")));
    account("1000") + &phones.collect::<String>()
}

/// What the module logged at that level, less the time that a sync took.
fn messages(host: &Host, level: &str) -> Vec<String> {
    let level = format!(" {level}[");
    let log = host.log();
    let lines = log.lines().filter(|line| line.contains(&level) && line.contains("res_pjsip_phoneprov_provider/"));
    let texts = lines.map(|line| line.rsplit(": ").next().unwrap_or_default());
    texts
        .map(|text| without_time(text).unwrap_or(text).to_owned())
        .filter(|text| !text.starts_with("the Rust module, version "))
        .collect()
}

fn without_time(text: &str) -> Option<&str> {
    let (counts, time) = text.rsplit_once(", ")?;
    time.strip_suffix(" ms")?.parse::<u32>().ok()?;
    Some(counts)
}

/// A real Asterisk writes its log in a thread of its own.
fn assert_logs(host: &Host, level: &str, expected: &[&str]) {
    let logged = eventually(|| messages(host, level).len() >= expected.len());
    assert_eq!(messages(host, level), expected);
    assert!(logged);
}

/// Reloads res_pjsip after a change of its own (another endpoint) and waits until the module has seen to it: it says so
/// with debug on.
fn reload_res_pjsip(host: &Host, sections: &str, endpoint: &str) {
    let seen = messages(host, "DEBUG").len();
    host.configure(sections.to_owned() + &format!("[{endpoint}]\ntype = endpoint\n"));
    host.cli("module reload res_pjsip.so");
    assert!(eventually(|| host.cli("pjsip show endpoints").contains(endpoint)), "res_pjsip did not reload");
    assert!(eventually(|| messages(host, "DEBUG").len() > seen), "the module did not look");
}

/// The next line shows that nothing was written before it.
pub fn writes_one_notice_for_each_sync_that_changed_something(host: &mut Host) {
    host.configure(section("a", MACS[0], "NOTE = before"));
    host.start();
    let mut expected = vec!["1 phone added, 0 changed, 0 removed, 0 unchanged, 0 problems"];
    assert_logs(host, "NOTICE", &expected);

    host.reload();
    host.cli("module reload res_pjsip.so");
    host.cli("module reload res_phoneprov.so");
    host.reload();
    let bad = "[bad]\ntype = phoneprov\nPROFILE = desk\n\n";
    host.configure(
        section("a", MACS[0], "NOTE = after") + &section("b", MACS[1], "") + &section("c", MACS[2], "") + bad,
    );
    host.reload();
    expected.push("2 phones added, 1 changed, 0 removed, 0 unchanged, 1 problem");
    assert_logs(host, "NOTICE", &expected);

    host.reload();
    host.configure(
        section("a", MACS[0], "NOTE = after") + &section("b", MACS[1], "") + bad + &bad.replace("bad", "worse"),
    );
    host.reload();
    expected.push("0 phones added, 0 changed, 1 removed, 2 unchanged, 2 problems");
    assert_logs(host, "NOTICE", &expected);

    host.configure(section("d", MACS[2], "NOTE = new"));
    host.cli("module reload res_pjsip.so");
    expected.push("1 phone added, 0 changed, 2 removed, 0 unchanged, 0 problems");
    assert_logs(host, "NOTICE", &expected);
}

pub fn touches_only_what_changed(host: &mut Host) {
    host.configure(three_phones("before"));
    host.start();
    assert_logs(host, "NOTICE", &["3 phones added, 0 changed, 0 removed, 0 unchanged, 0 problems"]);
    host.cli("core set debug 2 res_pjsip_phoneprov_provider");
    host.cli("stub fail off");

    for round in 0..3 {
        host.reload();
        reload_res_pjsip(host, &three_phones("before"), &format!("other-{round}"));
        host.reload();
    }
    if host.kind == Kind::Stub {
        let calls = host.cli("stub fail off");
        assert!(calls.contains("add_extension calls=0 "), "{calls}");
    }
    host.configure(three_phones("after"));
    host.reload();
    assert_logs(
        host,
        "NOTICE",
        &[
            "3 phones added, 0 changed, 0 removed, 0 unchanged, 0 problems",
            "0 phones added, 1 changed, 0 removed, 2 unchanged, 0 problems",
        ],
    );
    let touched = |line: &String| line.starts_with("adding ") || line.starts_with("removing ");
    let touches: Vec<String> = messages(host, "DEBUG").into_iter().filter(touched).collect();
    assert_eq!(touches, ["removing phone 00000000000b", "adding phone 00000000000b with 1 line(s)"]);
}

pub fn honours_its_own_debug_level(host: &mut Host) {
    const UNCHANGED: &str = "0 phones added, 0 changed, 0 removed, 3 unchanged, 0 problems";
    let notes = ["0", "1", "2", "3"];
    host.configure(three_phones(notes[0]));
    host.start();
    let change_and_reload = |host: &Host, note: usize| {
        host.configure(three_phones(notes[note]));
        host.reload();
        // One notice for the load and one for each change so far.
        assert!(eventually(|| messages(host, "NOTICE").len() == note + 1), "{:#?}", messages(host, "NOTICE"));
    };
    host.cli("core set debug 2 res_phoneprov");
    change_and_reload(host, 1);
    host.reload();
    change_and_reload(host, 2);
    assert_eq!(messages(host, "DEBUG"), [""; 0], "another module's level");

    host.cli("core set debug 1 res_pjsip_phoneprov_provider");
    change_and_reload(host, 3);
    host.reload();
    assert!(eventually(|| messages(host, "DEBUG").iter().any(|line| line == UNCHANGED)), "nothing at level 1");
    assert!(messages(host, "DEBUG").iter().all(|line| line == UNCHANGED), "{:#?}", messages(host, "DEBUG"));

    host.cli("core set debug 2 res_pjsip_phoneprov_provider");
    host.configure(three_phones("4"));
    host.reload();
    let added = |line: &String| line == "adding phone 00000000000b with 1 line(s)";
    assert!(eventually(|| messages(host, "DEBUG").iter().any(added)), "nothing more at level 2");
}

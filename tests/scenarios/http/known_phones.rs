//! What is known of phones' requests: what they asked for, and what they got.

use super::strangers::{notices, security_events, unknown_requests};
use hosts::config::{account, section};
use hosts::{Host, eventually, unbroken};

const MAC: &str = "0011223344aa";

/// The profile `desk` with these files beside `${MAC}.cfg`, each of that template.
fn with_files(host: &Host, files: &[&str]) {
    let more: String = files.iter().map(|file| format!("{file} = phone.cfg\n")).collect();
    host.write("etc/phoneprov.conf", host.read("etc/phoneprov.conf") + &more);
}

/// What a command says of the phone, its times left out.
fn shown(host: &Host, name: &str) -> String {
    unbroken(&host.cli(&format!("pjsip show phoneprov {name}")))
}

/// Case 12.
pub fn common_files_are_nobodys_and_no_alarm(host: &mut Host) {
    let models: Vec<String> = (65..85).map(|model| format!("y0000000000{model}.cfg")).collect();
    let others: Vec<String> = (0..10).map(|number| format!("a0b1c2d3e4f{number}.cfg")).collect();
    let files: Vec<&str> = models.iter().chain(&others).map(String::as_str).collect();
    with_files(host, &files);
    host.configure(section("one", MAC, "") + &section("two", "0011223344bb", ""));
    host.start();
    for file in &files {
        assert_eq!(host.fetch(file).status, 200, "{file}");
    }
    assert_eq!((unknown_requests(host), security_events(host), notices(host)), ("0 times".into(), 0, vec![]));
    for (name, mac) in [("one", MAC), ("two", "0011223344bb")] {
        assert!(shown(host, name).contains(" Asked not since the module was loaded "), "{}", shown(host, name));
        assert_eq!(host.fetch(&format!("{mac}.cfg")).status, 200);
        assert!(shown(host, name).contains(&format!(" for {mac}.cfg: 200, ")), "{}", shown(host, name));
    }
}

/// Of a phone whose files are all those of others, too, nobody knows what it asked for.
pub fn says_that_nobody_knows_who_asks_for_common_files(host: &mut Host) {
    let conf = host.read("etc/phoneprov.conf").replace("${MAC}.cfg", "all.cfg");
    host.write("etc/phoneprov.conf", conf);
    host.configure(section("one", MAC, "") + &section("two", "0011223344bb", ""));
    host.start();
    assert_eq!(host.fetch("all.cfg").status, 200);
    for name in ["one", "two"] {
        let shown = shown(host, name);
        assert!(shown.contains(" Asked nobody knows: all its files are others', too "), "{shown}");
    }
}

/// Case 13.
pub fn knows_a_phone_in_any_spelling_and_at_any_place(host: &mut Host) {
    with_files(host, &["spa${MAC}.cfg", "tenant-a${MAC}.cfg"]);
    host.configure(section("phone", "0x0004F2AD0002", ""));
    host.start();
    for file in ["0x0004F2AD0002.cfg", "spa0x0004F2AD0002.cfg", "tenant-a0x0004F2AD0002.cfg"] {
        assert_eq!(host.fetch(file).status, 200);
        assert!(shown(host, "0004f2ad0002").contains(&format!(" for {file}: 200, ")), "{file}");
    }
    for file in ["spa0004f2ad0002.cfg", "tenant-a0004F2AD0002.cfg", "00-04-F2-AD-00-02.xml", "0004f2ad00021.cfg"] {
        assert_eq!(host.fetch(file).status, 404);
        assert!(shown(host, "00:04:f2:ad:00:02").contains(&format!(" for {file}: 404 ")), "{file}");
    }
    assert_eq!((unknown_requests(host), notices(host)), ("0 times".into(), vec![]));
    assert_eq!(host.problems(), [""; 0], "it is a MAC");
}

/// Case 14: a transport was renamed.
pub fn says_why_a_phone_is_refused(host: &mut Host) {
    let phones = |transport: &str| -> String {
        let phone = |number: usize| {
            let account = account(&number.to_string()).replace("transport = udp", &format!("transport = {transport}"));
            account
                + &section(&format!("{number}-desk"), &format!("00112233440{number}"), &format!("endpoint = {number}"))
        };
        (0..8).map(phone).collect()
    };
    host.configure(phones("udq"));
    host.start();
    for _ in 0..2 {
        for number in 0..8 {
            assert_eq!(host.fetch(&format!("00112233440{number}.cfg")).status, 404);
        }
    }
    let lines = |host: &Host| -> Vec<String> {
        let log = host.log();
        log.lines().filter(|line| line.contains("is refused because")).map(str::to_owned).collect()
    };
    assert!(eventually(|| lines(host).len() == 8), "one line for each: {:#?}", lines(host));
    let line = &lines(host)[3];
    for part in [
        "NOTICE",
        "127.0.0.1 asked for /phoneprov/001122334403.cfg",
        "phone 001122334403 is refused because phoneprov section '3-desk' names endpoint '3', whose transport 'udq' does not exist",
    ] {
        assert!(line.contains(part), "'{part}' is not in {line}");
    }
    assert_eq!((unknown_requests(host), security_events(host), notices(host)), ("0 times".into(), 0, vec![]));
    assert!(unbroken(&host.cli("pjsip show phoneprov status")).contains(" Refused phones asked 16 times "));
    assert!(
        shown(host, "3-desk").contains(" for 001122334403.cfg: 404 as Phone 1.0 In all 0 with a file, 2 with 404, 0 ")
    );

    host.configure(phones("udp"));
    host.cli("module reload res_pjsip.so");
    assert!(eventually(|| host.phone("001122334403").len() == 1), "{}", shown(host, "3-desk"));
    assert!(shown(host, "3-desk").contains(" for 001122334403.cfg: 200, "), "{}", shown(host, "3-desk"));
    // Those that are gone are unknown again.
    host.configure("");
    host.cli("module reload res_pjsip.so");
    assert!(eventually(|| host.phone("001122334403").is_empty() && unknown_requests(host).starts_with("1 time")));
}

/// Case 20.
pub fn tells_of_a_phone_that_asks_for_what_it_does_not_have(host: &mut Host) {
    let mut more = String::new();
    for number in 0..30 {
        more += &section(&format!("more-{number:02}"), &format!("0011223355{number:02}"), "");
    }
    host.configure(section("phone", MAC, "ADMIN_PASSWORD = hunter2") + &section("other", "0011223344bb", "") + &more);
    host.start();
    let lines = |host: &Host| -> Vec<String> {
        let log = host.log();
        log.lines().filter(|line| line.contains("and got 404")).map(str::to_owned).collect()
    };
    assert_eq!(host.fetch("0011223344bb.cfg").status, 200);
    for file in ["hunter2/0011223344aa.xml", "00:11:22:33:44:AA.cfg", "0011223344AA.cfg"] {
        assert_eq!(host.fetch(file).status, 404);
    }
    assert!(eventually(|| lines(host).len() == 1), "once in a while: {:#?}", lines(host));
    let line = &lines(host)[0];
    for part in [
        "NOTICE",
        "127.0.0.1 asked for /phoneprov/********/0011223344aa.xml and got 404",
        "none of the files of phone 0011223344aa ('phone'), which 'pjsip show phoneprov 0011223344aa' lists",
    ] {
        assert!(line.contains(part), "'{part}' is not in {line}");
    }
    let list = host.cli("pjsip list phoneprovs");
    let column = list.lines().find_map(|line| line.find("Asked")).unwrap();
    let asked = |id: &str| {
        let line = list.lines().find(|line| line.ends_with(&format!(" {id}")));
        line.unwrap_or_else(|| panic!("no {id} in\n{list}"))[column..column + 8].trim().to_owned()
    };
    assert!(asked("phone").ends_with(" s!"), "{list}");
    assert!(asked("other").ends_with(" s"), "{list}");
    assert_eq!(asked("more-00"), "-");
    assert!(
        list.trim_end().ends_with("! asked in vain: 'pjsip show phoneprov MAC' tells what for, and what it got"),
        "{list}"
    );
    let status = unbroken(&host.cli("pjsip show phoneprov status"));
    assert!(status.contains(" Answers by status 200: 1, 304: 0, 404: 3, 500: 0, other: 0 "), "{status}");
    assert!(status.contains(" Known phones got 404 3 times, last 0011223344aa from 127.0.0.1 "), "{status}");
    assert_eq!((unknown_requests(host), notices(host)), ("0 times".into(), vec![]));

    // A fleet that does so is told of in a few lines.
    let started = std::time::Instant::now();
    for number in 0..30 {
        assert_eq!(host.fetch(&format!("0011223355{number:02}.xml")).status, 404);
    }
    let most = 10 * (2 + started.elapsed().as_secs() as usize / 10);
    assert!(lines(host).len() <= most, "{} lines", lines(host).len());
    assert!(host.cli("pjsip list phoneprovs").contains("32 phones"));
}

/// Case 21.
pub fn tells_what_was_really_answered(host: &mut Host) {
    host.configure(section("phone", MAC, ""));
    host.start();
    // Edited and not read yet: the old name is answered.
    let conf = host.read("etc/phoneprov.conf");
    host.write("etc/phoneprov.conf", conf.replace("${MAC}.cfg", "${MAC}.xml"));
    assert_eq!(host.fetch("0011223344aa.cfg").status, 200);
    let told = shown(host, MAC);
    assert!(told.contains(" Files 0011223344aa.cfg Asked "), "{told}");
    assert!(told.contains(" for 0011223344aa.cfg: 200, ") && !told.contains("404."), "{told}");

    // A file that it need not have: between others.
    assert_eq!(host.fetch("0011223344aa-license.cfg").status, 404);
    let told = shown(host, MAC);
    assert!(
        told.contains(" for 0011223344aa-license.cfg: 404 as Phone 1.0 ! that is none of its files: it got 404."),
        "{told}"
    );
    assert_eq!(host.fetch("0011223344aa.cfg").status, 200);
    let told = shown(host, MAC);
    assert!(told.contains(" for 0011223344aa.cfg: 200, ") && !told.contains("none of its files"), "{told}");
    assert!(
        told.contains(" for 0011223344aa-license.cfg: 404 In all 2 with a file, 1 with 404, 0 otherwise "),
        "{told}"
    );

    // A template that is gone is no wrong name.
    let template = host.read("data/phoneprov/phone.cfg");
    std::fs::remove_file(host.path("data/phoneprov/phone.cfg")).unwrap();
    assert_eq!(host.fetch("0011223344aa.cfg").status, 500);
    let told = shown(host, MAC);
    assert!(told.contains(" for 0011223344aa.cfg: 500 ") && !told.contains("none of its files"), "{told}");
    let list = host.cli("pjsip list phoneprovs");
    assert!(list.contains(" s! "), "{list}");
    host.set_template("phone.cfg", template);
}

/// Names and what clients say of themselves are anybody's text.
pub fn shows_what_clients_say_without_harm(host: &mut Host) {
    host.configure(section("phone", MAC, ""));
    host.start();
    let mut connection = hosts::Connection::open(host.address()).unwrap();
    let agent = format!("Evil\u{1b}[2J%s%n{}", "x".repeat(4_000));
    let file = format!("{MAC}%1b%5b2J%0aX%25s.xml");
    connection.send(&format!("GET /phoneprov/{file} HTTP/1.1\r\nHost: x\r\nUser-Agent: {agent}\r\n\r\n")).unwrap();
    assert_eq!(connection.answer("GET").unwrap().status, 404);
    let log = host.log();
    for text in [host.cli(&format!("pjsip show phoneprov {MAC}")), host.cli("pjsip show phoneprovs"), log] {
        let is_odd = |character: char| character.is_control() && character != '\n' && character != '\t';
        assert!(!text.contains(is_odd), "{text:?}");
    }
    let told = shown(host, MAC);
    assert!(told.contains(&format!(" for {MAC}\u{fffd}[2J\u{fffd}X%s.xml: 404 as Evil\u{fffd}[2J%s%nxxx")), "{told}");
    assert!(!told.contains(&"x".repeat(200)), "{told}");
}

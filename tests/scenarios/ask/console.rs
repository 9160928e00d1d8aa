//! What the console says of phones.

use hosts::config::{GOOD_MAC, good_phone, section};
use hosts::{Host, Kind, eventually};
use regex_lite::Regex;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const MODULE: &str = "res_pjsip_phoneprov_provider.so";
const MAC: &str = "001122334455";

/// How long a command may take, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(60);

/// A phone with two lines and a source of every kind; the good phone; and one that is refused.
fn office() -> String {
    let defaults = "[office]\ntype = phoneprov_default\nLABEL = Office\nVM_PIN = 4711\n\n";
    let second = "endpoint = 1000\nLINE = 2\nLABEL = Second\nTIMEZONE = Europe/Berlin";
    good_phone()
        + defaults
        + &section("1001", MAC, second)
        + &section("1000-desk", MAC, "endpoint = 1000\nADMIN_PASSWORD = hunter2\nusername = own")
        + &section("bad", "0011223344aa", "endpoint = nobody")
}

/// What the secrets of [`office`] are.
const SECRETS: [&str; 3] = ["secret-1000", "hunter2", "4711"];

fn start_office(host: &mut Host) {
    let profile = host.read("etc/phoneprov.conf") + "setvar = GREETING=${LABEL} of ${USERNAME}:${SECRET}\n";
    host.write("etc/phoneprov.conf", profile);
    host.configure(office());
    host.start();
}

/// Without times and without blanks at its ends. Every line of it fits a console.
pub fn screen(text: &str) -> String {
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
    let mut text = text.trim().to_owned();
    for (pattern, instead) in [
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "DATE"),
        (r"\(\d+ (s|min) ago\)", "(AGO)"),
        (r"\d+ s    ? ? ", "AGO     "),
        (r"\d+ ms", "N ms"),
        (r"\d+ bytes", "N bytes"),
    ] {
        text = Regex::new(pattern).unwrap().replace_all(&text, instead).into_owned();
    }
    text
}

fn assert_shows(host: &Host, command: &str, expected: &str) {
    let shown = screen(&host.cli(command));
    assert_eq!(shown, expected.trim(), "\n{command}:\n{shown}\n");
}

pub fn lists_phones(host: &mut Host) {
    start_office(host);
    assert_eq!(host.fetch(&format!("{MAC}.cfg")).status, 200);

    assert_shows(
        host,
        "pjsip list phoneprovs",
        "
3 phones with 3 lines, 2 served, 1 refused, 1 problem

MAC               Profile        Lines State   Asked   Sections
===============================================================================
0011223344aa      desk               0 refused -       bad
    'bad' (pjsip.conf:49) names endpoint 'nobody', which does not exist; add a
    type=endpoint section 'nobody' or correct endpoint=
001122334455      desk               2 served  AGO     1000-desk, 1001
00aa00aa00aa      desk               1 served  -       good

3 phones with 3 lines, 2 served, 1 refused, 1 problem",
    );
    assert_shows(
        host,
        "pjsip show phoneprovs like ^(good|1001)$",
        "
2 phones with 3 lines, 2 served, 0 refused, 0 problems

MAC               Profile        Lines State   Asked   Sections
===============================================================================
001122334455      desk               2 served  AGO     1000-desk, 1001
    sections: 1000-desk, 1001
    served as now since DATE
    asked DATE from 127.0.0.1 for 001122334455.cfg: 200
00aa00aa00aa      desk               1 served  -       good
    sections: good
    served as now since DATE

2 phones with 3 lines, 2 served, 0 refused, 0 problems",
    );
    let by_mac = host.cli("pjsip list phoneprovs like ^00aa");
    assert!(by_mac.contains(GOOD_MAC) && by_mac.contains("1 phone with 1 line, 1 served, 0 refused"), "{by_mac}");
    let nothing = host.cli("pjsip list phoneprovs like nobody");
    assert!(nothing.contains("0 phones with 0 lines, 0 served, 0 refused"), "{nothing}");
    let fault = host.cli("pjsip list phoneprovs like (");
    assert!(fault.contains("'(' is no regular expression"), "{fault}");
}

/// Fetches as a phone does, until the module knows that it has what is served.
pub fn fetch_and_wait(host: &Host, mac: &str) {
    assert_eq!(host.fetch(&format!("{mac}.cfg")).status, 200);
    let shown = || host.cli(&format!("pjsip show phoneprov {mac}"));
    assert!(eventually(|| shown().contains("Has      current")), "{}", shown());
}

pub fn shows_a_phone(host: &mut Host) {
    start_office(host);
    fetch_and_wait(host, MAC);

    let first_line = "
Phone 001122334455
  State    served
  Applied  DATE (AGO)
  Files    001122334455.cfg
  Asked    DATE (AGO) from 127.0.0.1
           for 001122334455.cfg: 200, N bytes
           as Phone 1.0
  In all   1 with a file, 0 with 404, 0 otherwise
  Has      current, fetched DATE (AGO)

  Section 1000-desk, line 1 (pjsip.conf:39)
    PROFILE            section 1000-desk:39    desk
    MAC                section 1000-desk:40    001122334455
    endpoint           section 1000-desk:41    1000
    ADMIN_PASSWORD     section 1000-desk:42    ********
    username           section 1000-desk:43    own
    USERNAME           section 1000-desk:43    own
    LABEL              phoneprov_default office:25 Office
    VM_PIN             phoneprov_default office:26 ********
    ENDPOINT_ID        endpoint 1000           1000
    TRANSPORT_ID       endpoint 1000           udp
    CALLERID           endpoint 1000           1000
    DISPLAY_NAME       endpoint 1000           Phone 1000
    SERVER_PORT        transport udp           5060
    TRANSPORT_PROTOCOL transport udp           udp
    AUTH_ID            auth 1000               1000
    SECRET             auth 1000               ********
    MAC_LOWER          module                  001122334455
    MAC_UPPER          module                  001122334455
    LINE               res_phoneprov           1
    LINEKEYS           res_phoneprov           1
    TZOFFSET           res_phoneprov           0
    GREETING           profile desk            Office of own:********
    SERVER             res_phoneprov           (the address that the phone asks)
    USERNAME           auth 1000               (hidden) user-1000
    USERNAME           module                  (hidden) 1000-desk
    LABEL              module                  (hidden) 1000-desk
    SERVER_PORT        module                  (hidden) 5060
    23 variables, 4 hidden";
    for name in ["1001", MAC, "00:11:22:33:44:55", "00-11-22-33-44-55"] {
        let shown = screen(&host.cli(&format!("pjsip show phoneprov {name}")));
        let (first, second) =
            shown.split_once("\n\n  Section 1001, line 2 (pjsip.conf:30)\n").expect("it has two lines");
        assert_eq!(first, first_line.trim(), "\n{shown}\n");
        assert!(second.contains("\n    TIMEZONE           section 1001:35         Europe/Berlin\n"), "{second}");
        assert!(second.contains("\n    LABEL              phoneprov_default office:25 (hidden) Office\n"), "{second}");
    }
    let unmasked = screen(&host.cli("pjsip show phoneprov 1000-desk UNMASK"));
    for row in [
        "    SECRET             auth 1000               secret-1000\n",
        "    ADMIN_PASSWORD     section 1000-desk:42    hunter2\n",
        "    VM_PIN             phoneprov_default office:26 4711\n",
        "    GREETING           profile desk            Office of own:secret-1000\n",
    ] {
        assert!(unmasked.contains(row), "{unmasked}");
    }
    assert!(!unmasked.contains('*'), "{unmasked}");
}

/// What a command says of a phone's variables, told against what its template gets.
pub fn shows_what_templates_see(host: &mut Host) {
    let profiles = host.read("etc/phoneprov.conf")
        + "setvar = GREETING=${LABEL} of ${USERNAME}\nsetvar = TWICE=${GREETING}, ${GREETING}\nsetvar = LABEL=of the profile\n\
           \n[sofa]\nmime_type = text/plain\nsetvar = GREETING=of the sofa\nsofa-${MAC}.cfg = phone.cfg\n";
    host.write("etc/phoneprov.conf", profiles);
    let zone = |id: &str, mac: &str, zone: &str| section(id, mac, &format!("TIMEZONE = {zone}\nendpoint = 1000"));
    host.configure(
        office()
            + &zone("berlin", "0000000000b1", "Europe/Berlin")
            + &zone("york", "0000000000b2", "America/New_York")
            + &zone("kolkata", "0000000000b3", "Asia/Kolkata")
            + &zone("nowhere", "0000000000b4", "No/Where")
            + &section(
                "plain",
                "0000000000b5",
                "SERVER = pbx.example.com\nTZOFFSET = 7\nLINEKEYS = 4\nNOTE = ${LABEL}",
            )
            + &section("one", "0000000000b6", "LINE = 5")
            + &section("two", "0000000000b6", "LINE = 7").replace("desk", "sofa"),
    );
    host.start();

    let mut ami = host.ami("all");
    let answer = ami.action("PJSIPShowPhoneprovs", &[]);
    let macs: Vec<String> = answer
        .iter()
        .filter(|message| message.get("State") == Some("Served"))
        .map(|message| message.get("MAC").unwrap().to_owned())
        .collect();
    assert_eq!(macs.len(), 8, "{answer:?}");
    for mac in macs {
        let answer = ami.action("PJSIPShowPhoneprovUnmasked", &[("Phoneprov", &mac)]);
        let of_line = |id: &str| -> Vec<(String, String)> {
            let variables = answer.iter().filter(|message| {
                message.is_event("PhoneprovVariable")
                    && message.get("ObjectName") == Some(id)
                    && message.get("Hidden") == Some("no")
            });
            variables
                .map(|message| ["Variable", "Value"].map(|name| message.get(name).unwrap().to_owned()).into())
                .collect()
        };
        let mut lines: Vec<(i32, &str)> = answer
            .iter()
            .filter(|message| message.is_event("PhoneprovDetail"))
            .map(|message| (message.get("Line").unwrap().parse().unwrap(), message.get("ObjectName").unwrap()))
            .collect();
        lines.sort_unstable();

        // The names that any line has, each asked for in the template.
        let shown: Vec<HashMap<String, String>> =
            lines.iter().map(|(_, id)| of_line(id).into_iter().collect()).collect();
        let names: Vec<&String> = shown.iter().flat_map(HashMap::keys).collect();
        let asked = |name: &&String| format!("{name}=${{{name}}}\n");
        host.set_template("line.cfg", format!("[line]\n{}", names.iter().map(asked).collect::<String>()));
        let seen = host.phone(&mac);
        assert_eq!(seen.len(), shown.len(), "lines of {mac}");
        for (seen, shown) in seen.iter().zip(&shown) {
            for name in &names {
                let shown = shown.get(*name).map(String::as_str).unwrap_or_default();
                let shown = if shown == "(the address that the phone asks)" { "127.0.0.1" } else { shown };
                assert_eq!(seen[*name], shown, "{name} of {mac}");
            }
        }
    }
}

pub fn gives_no_secret_away(host: &mut Host) {
    start_office(host);
    let commands =
        ["list phoneprovs", "show phoneprovs", "show phoneprov 1001", "check phoneprovs", "show phoneprov status"];
    let assert_silent = |host: &Host| {
        for command in commands {
            let shown = host.cli(&format!("pjsip {command}"));
            for secret in SECRETS {
                assert!(!shown.contains(secret), "{command} tells '{secret}':\n{shown}");
            }
        }
    };
    assert_silent(host);
    // An edit of secrets: neither the old values nor the new.
    let twice = "ADMIN_PASSWORD = hunter2\nADMIN_PASSWORD = other";
    let edited =
        office().replace("secret-1000", "4711").replace("ADMIN_PASSWORD = hunter2", twice).replace("4711", "hunter2");
    host.configure(edited);
    assert_silent(host);
    host.reload();
    assert_silent(host);
    let problems = host.problems();
    assert!(problems.iter().any(|problem| problem.contains("gives ADMIN_PASSWORD two values")), "{problems:?}");
    assert!(problems.iter().all(|problem| !problem.contains("hunter2")), "{problems:?}");
}

/// Of a phone whose second line is refused.
pub fn tells_lines_that_are_served_from_others(host: &mut Host) {
    let sofa = section("two", MAC, "LINE = 2").replace("desk", "sofa");
    host.configure(section("one", MAC, "LINE = 1") + &sofa + &section("three", MAC, "LINE = 1"));
    host.start();
    assert_eq!(host.phone(MAC).len(), 1);
    for _ in 0..2 {
        assert_shows(
            host,
            "pjsip list phoneprovs",
            "
1 phone with 2 lines, 1 served, 0 refused, 2 problems

MAC               Profile        Lines State   Asked   Sections
===============================================================================
001122334455      desk               2 partly  AGO     one, three, two
    'three' (pjsip.conf:22) is line 1 of MAC '001122334455', which section 'one'
    is already; give it another LINE or another MAC
    'two' (pjsip.conf:14) names PROFILE 'sofa', which phoneprov.conf does not
    have; add a section [sofa] there or correct PROFILE=

1 phone with 2 lines, 1 served, 0 refused, 2 problems",
        );
        let shown = host.cli("pjsip show phoneprov two");
        for part in [
            "State    served, but not all of its lines",
            "Section one, line 1 (pjsip.conf:8)\n",
            "Section two, not served (pjsip.conf:14)\n",
            "Section three, not served (pjsip.conf:20)\n",
            "! 'two' (pjsip.conf:14) names PROFILE 'sofa'",
        ] {
            assert!(shown.contains(part), "'{part}' is not in\n{shown}");
        }
        host.reload();
    }
}

pub fn explains_its_commands(host: &mut Host) {
    start_office(host);
    for (command, wrong) in [
        ("pjsip list phoneprovs", " all"),
        ("pjsip show phoneprovs", " like"),
        ("pjsip show phoneprov", ""),
        ("pjsip show phoneprov", " good masked"),
        ("pjsip check phoneprovs", " now"),
        ("pjsip convert phoneprovs", " a b c"),
        ("pjsip show phoneprov status", " now"),
    ] {
        let usage = format!("Usage: {command}");
        for help in [format!("core show help {command}"), format!("{command}{wrong}")] {
            let answer = host.cli(&help);
            screen(&answer);
            assert!(answer.trim_start().starts_with(&usage), "{help}: {answer}");
        }
    }
    let unknown = host.cli("pjsip show phoneprov nobody");
    screen(&unknown);
    assert!(unknown.contains("There is no phone with the MAC 'nobody'"), "{unknown}");
}

pub fn completes_ids_and_macs_of_3000_phones(host: &mut Host) {
    const PHONES: usize = 3_000;
    let phones = (0..PHONES).map(|number| section(&format!("phone-{number:04}"), &format!("00000000{number:04x}"), ""));
    host.configure(phones.collect::<String>());
    host.start();

    let all = host.complete("pjsip show phoneprov ");
    assert_eq!(all.iter().filter(|word| word.starts_with("phone-")).count(), PHONES);
    assert_eq!(all.iter().filter(|word| word.starts_with("00000000")).count(), PHONES);

    assert_eq!(host.complete("pjsip show phoneprov phone-0017"), ["phone-0017"]);
    assert_eq!(host.complete("pjsip show phoneprov 00000000000F"), ["00000000000f"]);
    assert_eq!(host.complete("pjsip show phoneprov phone-0017 "), ["file", "unmask"]);
    assert_eq!(host.complete("pjsip show phoneprov sta"), ["status"]);
    assert_eq!(host.complete("pjsip show phoneprov phone-0017 unmask "), [""; 0]);
    assert_eq!(
        host.complete("pjsip list phoneprovs "),
        ["like", "missed", "new", "profile", "refused", "silent", "stale"]
    );
    assert_eq!(host.complete("pjsip list phoneprovs profile "), ["desk"]);
    assert_eq!(host.complete("pjsip list phoneprovs like "), [""; 0]);
    assert_eq!(host.complete("pjsip check phone"), ["phoneprovs"]);

    let listed = host.cli("pjsip list phoneprovs");
    assert_eq!(listed.lines().filter(|line| line.contains(" served ")).count(), PHONES, "each phone has its line");
    assert!(listed.contains("3000 phones with 3000 lines, 3000 served, 0 refused"), "the totals are missing");
}

/// Ids and values that are no plain text are readable and break nothing.
pub fn shows_odd_text(host: &mut Host) {
    let long = "x".repeat(3_000);
    let mut sections = section("büro", "0000000000a1", "NOTE = Jörg \"電話\" 'quoted' %s%n%99999d").into_bytes();
    sections.extend(section("%s%n", "0000000000a2", &format!("LONG = {long}")).into_bytes());
    sections.extend_from_slice(
        b"[caf\xe9]\ntype = phoneprov\nPROFILE = desk\nMAC = 0000000000a3\nNOTE = \xff\xe2\x80\xaered\nCOLOR = red\x1b[31m\n\n",
    );
    sections.extend(section(&"i".repeat(70), "0000000000a4", "").into_bytes());
    host.configure(sections);
    host.start();

    let list = host.cli("pjsip list phoneprovs");
    for part in ["büro", "%s%n", "caf\u{fffd}", "4 phones with 4 lines, 4 served, 0 refused"] {
        assert!(list.contains(part), "'{part}' is not in\n{list}");
    }
    screen(&list);
    let of = |name: &str| host.cli(&format!("pjsip show phoneprov {name}"));
    assert!(of("büro").contains("section büro:10 Jörg \"電話\" 'quoted' %s%n%99999d\n"), "{}", of("büro"));
    assert!(of("0000000000a1").contains("Section büro, line 1 (pjsip.conf:8)\n"));
    assert!(of("%s%n").contains(&long), "a value is shown as a whole");
    let odd = of("0000000000a3");
    assert!(odd.contains("\u{fffd}\u{fffd}red\n") && !odd.contains("[31m"), "{odd}");
    assert!(host.problems()[0].contains("gets no COLOR from this section"), "{:?}", host.problems());
    let controls = |text: &str| text.chars().filter(|character| character.is_control() && *character != '\n').count();
    for text in [list, odd, host.cli("pjsip show phoneprovs"), host.cli("pjsip check phoneprovs")] {
        assert_eq!(controls(&text), 0, "{text:?}");
    }
    assert!(of(&"i".repeat(70)).contains("Phone 0000000000a4\n"));
    for name in ["%s%s%n", "\u{1b}[2J", "'; DROP", "ä", &"n".repeat(300)] {
        let answer = of(&format!("\"{name}\""));
        assert!(answer.starts_with("There is no phone with the MAC"), "{name}: {answer}");
        let (said, _) = answer.split_once("Command '").unwrap_or((&answer, ""));
        assert!(controls(said) == 0 && said.len() < 600, "{name}: {answer}");
    }

    host.configure(b"[caf\xe9]\ntype = phoneprov\nPROFILE = desk\nMAC = 0000000000a3\nNOTE = %d'\xfe\n\n");
    let check = host.cli("pjsip check phoneprovs");
    assert!(check.contains("caf\u{fffd} NOTE: '\u{fffd}\u{fffd}red' -> '%d'\u{fffd}'\n"), "{check}");
    assert!(check.contains("add 0 phones, change 1, remove 3 and leave 0"), "{check}");
    assert_eq!(controls(&check), 0, "{check:?}");
}

/// They come and go with the module.
pub fn has_no_commands_while_unloaded(host: &mut Host) {
    start_office(host);
    for _ in 0..2 {
        assert!(host.cli("pjsip list phoneprovs").contains("3 phones"));
        host.cli(&format!("module unload {MODULE}"));
        for command in ["list phoneprovs", "show phoneprov good", "check phoneprovs", "show phoneprov status"] {
            let answer = host.cli(&format!("pjsip {command}"));
            assert!(answer.contains("No such command"), "{command}: {answer}");
        }
        host.cli(&format!("module load {MODULE}"));
    }
}

/// Asks all that there is to ask until it is told to stop; the answers have to be right, unless the module may be off.
fn ask_on(host: &Host, number: usize, stop: &AtomicBool, may_be_off: bool) {
    let commands = [
        ("pjsip list phoneprovs", GOOD_MAC),
        ("pjsip show phoneprov good", GOOD_MAC),
        ("pjsip check phoneprovs", "A reload would add "),
        ("pjsip show phoneprov status", "Phones served"),
        ("_command matchesarray \"pjsip show phoneprov \" \"\"", " good "),
    ];
    // The stub core completes nothing.
    let commands = if host.kind == Kind::Stub { &commands[..4] } else { &commands[..] };
    let mut asked = number;
    while !stop.load(Ordering::Relaxed) {
        let (command, part) = commands[asked % commands.len()];
        asked += 1;
        let answer = match host.kind {
            Kind::Stub => host.cli(command),
            _ => host.ask(command, PATIENCE).unwrap_or_else(|error| panic!("{command}: {error}")),
        };
        assert!(if may_be_off { !answer.is_empty() } else { answer.contains(part) }, "{command}: '{answer}'");
    }
}

pub fn answers_20_clients_while_phones_change(host: &mut Host) {
    start_office(host);
    let stop = AtomicBool::new(false);
    let host_ref = &*host;
    std::thread::scope(|scope| {
        for number in 0..20 {
            let stop = &stop;
            scope.spawn(move || ask_on(host_ref, number, stop, false));
        }
        for round in 0..20 {
            host_ref.configure(office() + &section("changes", "0000000000cc", &format!("NOTE = {round}")));
            match round % 4 {
                0 => host_ref.cli("module reload res_pjsip.so"),
                1 => host_ref.cli("module reload res_phoneprov.so"),
                2 => host_ref.cli("core reload"),
                _ => host_ref.cli(&format!("module reload {MODULE}")),
            };
        }
        stop.store(true, Ordering::Relaxed);
    });
    host.reload();
    let shows = |part: &str| eventually(|| host.cli("pjsip show phoneprov changes").contains(part));
    assert!(shows("NOTE            section changes:55         19\n"), "{}", host.cli("pjsip show phoneprov changes"));
}

/// The module goes and comes while commands run: none is answered by code that is gone.
pub fn answers_while_it_is_unloaded_and_loaded(host: &mut Host) {
    start_office(host);
    let stop = AtomicBool::new(false);
    let host_ref = &*host;
    std::thread::scope(|scope| {
        for number in 0..8 {
            let stop = &stop;
            scope.spawn(move || ask_on(host_ref, number, stop, true));
        }
        for _ in 0..10 {
            host_ref.cli(&format!("module unload {MODULE}"));
            host_ref.cli(&format!("module load {MODULE}"));
        }
        stop.store(true, Ordering::Relaxed);
    });
    host.cli(&format!("module load {MODULE}"));
    assert!(host.cli("pjsip list phoneprovs").contains("3 phones with 3 lines"));
}

//! File and line of what is wrong, and of each value.

use hosts::config::{account, section};
use hosts::{Host, eventually, unbroken};

const MAC: &str = "001122334455";

/// In pjsip.conf, behind the transport: a section made from a template and continued further below, a default, and sections with
/// problems.
const OFFICE: &str = "\
[phone](!)
type = phoneprov
PROFILE = desk

[alice](phone)
MAC = 001122334455
NOTE = one

[all]
type = phoneprov_default
COMMON = of all

[alice](+)
MORE = more
TIMEZONE = No/Where

[bob](phone)
MAC = 0011223344bb
endpoint = nobody

[sofa](!)
type = phoneprov
PROFILE = sofa

[carol](sofa)
LABEL = Carol
MAC = 0011223344cc
";

/// The line of pjsip.conf in which that text begins.
fn line(host: &Host, text: &str) -> usize {
    let file = host.read("etc/pjsip.conf");
    let at = file.find(text).unwrap_or_else(|| panic!("'{text}' is not in\n{file}"));
    file[..at].lines().count() + 1
}

fn assert_tells(text: &str, parts: &[String]) {
    let text = unbroken(text);
    for part in parts {
        assert!(text.contains(part.as_str()), "'{part}' is not in: {text}");
    }
}

pub fn names_the_place_of_each_problem(host: &mut Host) {
    host.configure(OFFICE);
    host.start();
    let places = [
        ("alice", "has TIMEZONE", line(host, "TIMEZONE")),
        ("bob", "names endpoint", line(host, "endpoint = nobody")),
        // It is the template that is wrong.
        ("carol", "names PROFILE", line(host, "PROFILE = sofa")),
    ];
    let in_log = places.map(|(id, what, line)| format!("phoneprov section '{id}' (pjsip.conf:{line}): {what}"));
    assert_tells(&host.log(), &in_log);
    assert_tells(&host.cli("pjsip check phoneprovs"), &in_log);
    let short = places.map(|(id, what, line)| format!("'{id}' (pjsip.conf:{line}) {what}"));
    assert_tells(&host.cli("pjsip list phoneprovs"), &short[1..]);
    for (id, said) in ["alice", "bob", "carol"].iter().zip(&short) {
        assert_tells(&host.cli(&format!("pjsip show phoneprov {id}")), std::slice::from_ref(said));
    }
}

pub fn names_the_place_of_each_value(host: &mut Host) {
    host.configure(OFFICE);
    host.start();
    let shown = host.cli("pjsip show phoneprov alice");
    let value =
        |name: &str, origin: &str, text: &str, value: &str| format!("{name} {origin}:{} {value}", line(host, text));
    assert_tells(
        &shown,
        &[
            format!("Section alice, line 1 (pjsip.conf:{})", line(host, "MAC = 001122334455")),
            value("MAC", "section alice", "MAC = 001122334455", MAC),
            value("PROFILE", "section alice", "PROFILE = desk", "desk"),
            value("MORE", "section alice", "MORE = more", "more"),
            value("COMMON", "phoneprov_default all", "COMMON = of all", "of all"),
            "LABEL module alice".to_owned(),
        ],
    );
    for line in shown.lines() {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
}

/// Its line in the file is no part of a problem: it does not come up again when the file grows above it.
pub fn tells_no_problem_again_that_has_moved(host: &mut Host) {
    let phone = |label: &str| section("phone", MAC, &format!("LABEL = {label}"));
    let bad = "[bad]\ntype = phoneprov\nMAC = 0011223344bb\n\n";
    host.configure(phone("before") + bad);
    host.start();
    assert_eq!(host.problems().len(), 1, "{:#?}", host.problems());

    host.configure(phone("after").replace("LABEL", "; one\n; two\n; three\nLABEL") + bad);
    host.cli("module reload res_pjsip.so");
    assert!(eventually(|| host.phone(MAC).first().is_some_and(|line| line["LABEL"] == "after")), "{}", host.log());
    host.settle();
    assert_eq!(host.problems().len(), 1, "{:#?}", host.problems());
    let expected = format!("'bad' (pjsip.conf:{}): has no PROFILE", line(host, "MAC = 0011223344bb"));
    assert_tells(&host.cli("pjsip check phoneprovs"), &[expected]);
}

/// What many have in common is told once: with the place of each that is named, or of the template that all have it from.
pub fn names_the_places_of_a_few_of_many(host: &mut Host) {
    let made = |number: usize| format!("[s{number}](sofa)\nMAC = 00000000010{number}\n\n");
    let own = |number: usize| section(&format!("n{number}"), &format!("00000000020{number}"), "endpoint = nobody");
    let template = "[sofa](!)\ntype = phoneprov\nPROFILE = sofa\n\n";
    host.configure(template.to_owned() + &(0..7).map(made).collect::<String>() + &(0..7).map(own).collect::<String>());
    host.start();
    let of_template = format!(
        "phoneprov sections 's0', 's1', 's2', 's3', 's4' (pjsip.conf:{}) and 2 more: each names PROFILE 'sofa'",
        line(host, "PROFILE = sofa")
    );
    let first = line(host, "endpoint = nobody");
    let named: Vec<String> = (0..5).map(|number| format!("'n{number}' (pjsip.conf:{})", first + 6 * number)).collect();
    let of_each = format!("phoneprov sections {} and 2 more: each names endpoint 'nobody'", named.join(", "));
    for told in [host.log(), host.cli("pjsip list phoneprovs"), host.cli("pjsip check phoneprovs")] {
        assert_tells(&told, &[of_template.clone(), of_each.clone()]);
    }
}

/// What keeps sections from being read is where it stands in the file.
pub fn names_the_place_of_what_is_not_read(host: &mut Host) {
    host.configure(section("good", MAC, ""));
    host.start();
    let twice = section("twice", "000000000001", "") + &section("twice", "000000000002", "SECOND = 1");
    let misspelt = section("odd", "000000000003", "").replace("phoneprov", "phoneprovr");
    host.configure(twice + &misspelt + "[untyped]\nMAC = 000000000004\nPROFILE = desk\n");
    let second = line(host, "MAC = 000000000002") - 2;
    let misspelt = line(host, "type = phoneprovr");
    let untyped = line(host, "MAC = 000000000004");
    let is_twice = format!("phoneprov section 'twice' (pjsip.conf:{second}): is there twice in pjsip.conf");
    let expected = [
        is_twice.clone(),
        format!("phoneprov section 'odd' (pjsip.conf:{misspelt}): has type 'phoneprovr'"),
        format!("phoneprov section 'untyped' (pjsip.conf:{untyped}): has MAC and PROFILE, and no type"),
    ];
    assert_tells(&host.cli("pjsip check phoneprovs"), &expected);
    assert_tells(&host.cli("pjsip reload phoneprovs"), &[is_twice]);
}

/// By the name that sorcery.conf gives it.
pub fn names_the_file_that_sorcery_reads(host: &mut Host) {
    let sorcery = host.read("etc/sorcery.conf")
        + "\n[res_pjsip_phoneprov_provider]\nphoneprov = config,phones.conf,criteria=type=phoneprov\n";
    host.write("etc/sorcery.conf", sorcery);
    host.configure("[all]\ntype = phoneprov_default\nNOTE = x\n");
    host.write("etc/phones.conf", section("one", MAC, "TIMEZONE = No/Where"));
    host.start();
    let expected = "phoneprov section 'one' (phones.conf:5): has TIMEZONE".to_owned();
    assert_tells(&host.log(), std::slice::from_ref(&expected));
    assert_tells(&host.cli("pjsip check phoneprovs"), &[expected]);
    let note = format!("NOTE phoneprov_default all (pjsip.conf:{}) x", line(host, "NOTE = x"));
    assert_tells(&host.cli("pjsip show phoneprov one"), &["Section one, line 1 (phones.conf:3)".to_owned(), note]);
}

/// Those too that are included all at once, of which Asterisk counts the lines on.
pub fn names_files_that_are_included(host: &mut Host) {
    host.configure(
        account("1000")
            + "[phone](!)\ntype = phoneprov\nPROFILE = desk\n\n#include phones.conf\n#include \"phones/*.conf\"\n",
    );
    std::fs::create_dir(host.path("etc/phones")).unwrap();
    host.write(
        "etc/phones.conf",
        "[sofa](!)\ntype = phoneprov\nPROFILE = sofa\n\n[alice](phone)\nMAC = 001122334455\nTIMEZONE = No/Where\n",
    );
    host.write("etc/phones/a.conf", "; Ann's\n\n[ann](phone)\nMAC = 0000000000a1\nLABEL = Ann\n");
    host.write(
        "etc/phones/b.conf",
        "[bob](phone)\nLABEL = Bob\nMAC = 0000000000b1\n\n[bill](sofa)\nMAC = 0000000000b2\n",
    );
    host.write("etc/phones/c.conf", "\n[carol](phone)\nMAC = 0000000000c1\nendpoint = nobody\n\n[ann](+)\nNOTE = x\n");
    host.start();

    let expected = [
        "phoneprov section 'alice' (phones.conf:7): has TIMEZONE",
        "phoneprov section 'carol' (phones/c.conf:4): names endpoint",
        "phoneprov section 'bill' (phones.conf:3): names PROFILE",
    ];
    let expected = expected.map(str::to_owned);
    assert_tells(&host.log(), &expected);
    assert_tells(&host.cli("pjsip check phoneprovs"), &expected);
    for (id, parts) in [
        (
            "ann",
            &[
                "Section ann, line 1 (phones/a.conf:4)",
                "LABEL section ann:5 Ann",
                "NOTE section ann (phones/c.conf:7) x",
            ],
        ),
        (
            "bob",
            &[
                "Section bob, line 1 (phones/b.conf:2)",
                "MAC section bob:3 0000000000b1",
                "PROFILE section bob (pjsip.conf:",
            ],
        ),
    ] {
        assert_tells(&host.cli(&format!("pjsip show phoneprov {id}")), &parts.map(str::to_owned));
    }
    // After an edit nobody knows where Asterisk read it.
    host.write("etc/phones/c.conf", "");
    assert_tells(&host.cli("pjsip show phoneprov carol"), &["'carol' (phones/c.conf) names endpoint".to_owned()]);
}

pub fn names_places_over_ami(host: &mut Host) {
    host.configure(OFFICE);
    host.start();
    let mut ami = host.ami("all");
    let (mac, template) = (line(host, "MAC = 001122334455"), line(host, "PROFILE = desk"));
    let answer = ami.action("PJSIPShowPhoneprov", &[("Phoneprov", "alice")]);
    let place_of = |event: &str, name: &str, value: &str| {
        let event = answer.iter().find(|message| message.is_event(event) && message.get(name) == Some(value));
        let event = event.unwrap_or_else(|| panic!("no {name}={value} in {answer:#?}"));
        ["ConfigFile", "ConfigLine"].map(|name| event.get(name).map(str::to_owned))
    };
    let in_file = |line: usize| [Some("pjsip.conf".to_owned()), Some(line.to_string())];
    assert_eq!(place_of("PhoneprovDetail", "ObjectName", "alice"), in_file(mac));
    assert_eq!(place_of("PhoneprovVariable", "Variable", "MAC"), in_file(mac));
    assert_eq!(place_of("PhoneprovVariable", "Variable", "PROFILE"), in_file(template));
    assert_eq!(place_of("PhoneprovVariable", "Variable", "COMMON"), in_file(line(host, "COMMON")));
    assert_eq!(place_of("PhoneprovVariable", "Variable", "LABEL"), [None, None], "the module's own");

    let checked = ami.action("PJSIPPhoneprovCheck", &[]);
    let of_bob = |messages: &[hosts::Message], event: &str| {
        let is_it = |message: &&hosts::Message| message.is_event(event) && message.get("ObjectName") == Some("bob");
        let found = messages.iter().find(is_it)?;
        Some(["ConfigFile", "ConfigLine"].map(|name| found.get(name).map(str::to_owned)))
    };
    assert_eq!(of_bob(&checked, "PhoneprovCheckProblem"), Some(in_file(line(host, "endpoint = nobody"))));

    let edited = OFFICE.replace("nobody", "somebody");
    host.configure(edited);
    host.reload();
    let told = ami.events_until("PhoneprovSynced");
    assert_eq!(of_bob(&told, "PhoneprovProblem"), Some(in_file(line(host, "endpoint = somebody"))));
}

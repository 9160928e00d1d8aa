//! Changes of single objects while Asterisk runs: ARI's dynamic configuration.

use hosts::{Host, eventually};
use std::time::{Duration, Instant};

const MAC: &str = "0011223344aa";

/// Waits until the variable of the phone has that value; `None`: until the phone is gone.
fn assert_becomes(host: &Host, name: &str, value: Option<&str>) {
    let now = || host.phone(MAC).first().map(|line| line[name].clone());
    assert!(eventually(|| now().as_deref() == value), "{name} is {:?} and never became {value:?}", now());
}

fn follows_objects_kept_in(host: &mut Host, wizard: &str) {
    host.keep_objects_in(wizard);
    host.configure("");
    host.start();
    assert_becomes(host, "MAC", None);

    host.put("auth", "1000", &[("username", "user"), ("password", "first")]);
    host.put(
        "endpoint",
        "1000",
        &[("transport", "udp"), ("auth", "1000"), ("allow", "ulaw"), ("callerid", "Ann <1000>")],
    );
    host.put("phoneprov", "phone", &[("MAC", MAC), ("PROFILE", "desk"), ("endpoint", "1000"), ("NOTE", "own")]);
    assert_becomes(host, "NOTE", Some("own"));
    assert_becomes(host, "SECRET", Some("first"));
    assert_becomes(host, "DISPLAY_NAME", Some("Ann"));

    host.put("auth", "1000", &[("username", "user"), ("password", "second")]);
    assert_becomes(host, "SECRET", Some("second"));
    host.put(
        "endpoint",
        "1000",
        &[("transport", "udp"), ("auth", "1000"), ("allow", "ulaw"), ("callerid", "Bob <1001>")],
    );
    assert_becomes(host, "DISPLAY_NAME", Some("Bob"));
    host.put("phoneprov_default", "all", &[("LABEL", "of the default")]);
    assert_becomes(host, "LABEL", Some("of the default"));
    host.delete("phoneprov_default", "all");
    assert_becomes(host, "LABEL", Some("phone"));
    assert_eq!(host.problems(), [""; 0]);

    host.delete("auth", "1000");
    assert_becomes(host, "MAC", None);
    host.put("auth", "1000", &[("username", "user"), ("password", "third")]);
    assert_becomes(host, "SECRET", Some("third"));
    host.delete("endpoint", "1000");
    assert_becomes(host, "MAC", None);
    host.put("endpoint", "1000", &[("transport", "udp"), ("auth", "1000"), ("allow", "ulaw")]);
    assert_becomes(host, "SECRET", Some("third"));
    host.delete("phoneprov", "phone");
    assert_becomes(host, "MAC", None);
}

pub fn follows_objects_kept_in_memory(host: &mut Host) {
    follows_objects_kept_in(host, "memory");
}

pub fn follows_objects_kept_in_astdb(host: &mut Host) {
    follows_objects_kept_in(host, "astdb,phones");
}

/// ARI gives a copy of the section what it already has and then what is new.
pub fn follows_an_update_of_a_section(host: &mut Host) {
    host.keep_objects_in("memory");
    host.configure("");
    host.start();
    host.put("phoneprov", "phone", &[("MAC", MAC), ("PROFILE", "desk"), ("NOTE", "own")]);
    host.put("phoneprov_default", "all", &[("DISPLAY_NAME", "of the default")]);
    assert_becomes(host, "NOTE", Some("own"));
    assert_becomes(host, "DISPLAY_NAME", Some("of the default"));

    host.put("phoneprov", "phone", &[("NOTE", "updated")]);
    assert_becomes(host, "NOTE", Some("updated"));
    host.put("phoneprov_default", "all", &[("DISPLAY_NAME", "of the updated default")]);
    assert_becomes(host, "DISPLAY_NAME", Some("of the updated default"));
    assert_eq!(host.problems(), [""; 0]);
}

/// It would be an option of its own in the phone's file.
pub fn takes_no_value_with_a_line_break(host: &mut Host) {
    host.keep_objects_in("memory");
    host.configure("");
    host.start();
    host.put(
        "phoneprov",
        "phone",
        &[("MAC", MAC), ("PROFILE", "desk"), ("LABEL", r"Ann\nSERVER=evil"), ("NOTE", "own")],
    );
    assert_becomes(host, "NOTE", Some("own"));
    assert_becomes(host, "LABEL", Some("phone"));
    assert!(!host.fetch(&format!("{MAC}.cfg")).body.windows(4).any(|part| part == b"evil"));
    // What is wrong is told when what is right is served.
    assert!(eventually(|| !host.problems().is_empty()), "nothing is told");
    let problems = host.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(problems[0].contains("section 'phone': gets no LABEL from this section"), "{problems:#?}");
    host.put("phoneprov", "phone", &[("LABEL", "Ann")]);
    assert_becomes(host, "LABEL", Some("Ann"));
}

/// A portal that writes many objects one after the other is one change, as long as it makes no pause.
pub fn takes_a_burst_of_changes_as_one(host: &mut Host) {
    const PHONES: usize = 30;
    host.keep_objects_in("memory");
    host.configure("");
    host.start();
    let mac = |number: usize| format!("00000000{number:04x}");

    let start = Instant::now();
    let mut last = start;
    let mut pauses = 0;
    for number in 0..PHONES {
        host.put("phoneprov", &format!("p{number}"), &[("MAC", &mac(number)), ("PROFILE", "desk")]);
        // The module waits for longer than this, but on a busy machine a change takes its time, too.
        pauses += usize::from(last.elapsed() > Duration::from_millis(25));
        last = Instant::now();
    }
    // A burst that does not end is followed all the same, twice a second.
    let most = 1 + pauses + start.elapsed().as_millis() as usize / 500;
    let served = || (0..PHONES).filter(|&number| !host.phone(&mac(number)).is_empty()).count();
    assert!(eventually(|| served() == PHONES), "{} of {PHONES} phones are served", served());

    let added = |line: &str| Some(line.split_once(" added, ")?.0.rsplit(' ').nth(1)?.parse::<usize>().unwrap());
    let additions =
        || host.log().lines().filter(|line| line.contains(" NOTICE[")).filter_map(added).collect::<Vec<_>>();
    assert!(eventually(|| additions().iter().sum::<usize>() == PHONES), "the log says {:?}", additions());
    assert!(additions().len() <= most, "{} syncs for one burst with {pauses} pauses", additions().len());
}

//! What each phone has: current, stale, new.

use hosts::config::{GOOD_MAC, good_phone, section};
use hosts::{Host, eventually};

const MAC: &str = "0011223344aa";

/// The word for a phone in `pjsip show phoneprov`.
fn delivery(host: &Host, mac: &str) -> String {
    let text = host.cli(&format!("pjsip show phoneprov {mac}"));
    let line = text.lines().find_map(|line| line.strip_prefix("  Has")).unwrap_or_else(|| panic!("no word in\n{text}"));
    line.split([',', ' ']).find(|word| !word.is_empty()).unwrap_or_default().to_owned()
}

fn assert_becomes(host: &Host, mac: &str, word: &str) {
    assert!(eventually(|| delivery(host, mac) == word), "{mac} is {} and never became {word}", delivery(host, mac));
}

fn fetch(host: &Host, mac: &str) {
    assert_eq!(host.fetch(&format!("{mac}.cfg")).status, 200);
}

pub fn knows_what_each_phone_has(host: &mut Host) {
    let configure = |host: &Host, note: &str| {
        host.configure(good_phone() + &section("other", MAC, &format!("NOTE = {note}")));
    };
    configure(host, "one");
    host.start();
    assert_becomes(host, MAC, "new");
    fetch(host, MAC);
    fetch(host, GOOD_MAC);
    assert_becomes(host, MAC, "current");
    configure(host, "two");
    host.reload();
    assert_becomes(host, MAC, "stale");
    assert_becomes(host, GOOD_MAC, "current");
    fetch(host, MAC);
    assert_becomes(host, MAC, "current");
    // What it said before is what the phone had before, but not what it has.
    configure(host, "one");
    host.reload();
    assert_becomes(host, MAC, "stale");
    configure(host, "two");
    host.reload();
    assert_becomes(host, MAC, "current");
}

pub fn remembers_it_over_a_restart(host: &mut Host) {
    host.configure(good_phone() + &section("other", MAC, "NOTE = one"));
    host.start();
    fetch(host, MAC);
    fetch(host, GOOD_MAC);
    assert_becomes(host, MAC, "current");
    host.stop_gracefully();
    host.configure(good_phone() + &section("other", MAC, "NOTE = two"));
    host.start();
    assert_becomes(host, GOOD_MAC, "current");
    assert_becomes(host, MAC, "stale");
    let text = host.read("spool/phoneprov/delivered");
    assert!(text.contains(MAC) && !text.contains("secret"), "{text}");
}

pub fn sees_that_a_template_has_changed(host: &mut Host) {
    host.configure(good_phone());
    host.start();
    fetch(host, GOOD_MAC);
    assert_becomes(host, GOOD_MAC, "current");
    host.set_template("line.cfg", "[line]\nMAC=${MAC}\nanother\n");
    host.reload();
    assert_becomes(host, GOOD_MAC, "stale");
    fetch(host, GOOD_MAC);
    assert_becomes(host, GOOD_MAC, "current");
}

/// Whatever lies where the file should be.
pub fn is_not_held_up_by_what_is_no_file(host: &mut Host) {
    let place = host.path("spool/phoneprov");
    std::fs::create_dir_all(&place).unwrap();
    for name in ["delivered", "delivered.key"] {
        let made = std::process::Command::new("mkfifo").arg(place.join(name)).status().unwrap();
        assert!(made.success());
    }
    host.configure(good_phone());
    host.start();
    fetch(host, GOOD_MAC);
    assert_becomes(host, GOOD_MAC, "current");
    host.stop_gracefully();
    assert!(host.read("spool/phoneprov/delivered").contains(&GOOD_MAC.to_lowercase()));
}

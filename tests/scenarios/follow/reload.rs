//! What happens when the configuration changes.

use hosts::config::{GOOD_MAC, account, good_phone, section};
use hosts::{Host, Kind, eventually, unbroken, without_places};

const MAC: &str = "0011223344aa";

fn note(host: &Host) -> String {
    host.phone(MAC).first().map(|line| line["NOTE"].clone()).unwrap_or_default()
}

pub fn follows_an_edited_section(host: &mut Host) {
    host.configure(account("1000") + &section("phone", MAC, "endpoint = 1000\nNOTE = before"));
    host.start();
    assert_eq!(note(host), "before");

    host.configure(account("1000") + &section("phone", MAC, "endpoint = 1000\nNOTE = after"));
    host.reload();
    assert_eq!(note(host), "after");
    assert_eq!(host.line(MAC)["SECRET"], "secret-1000");
    assert_eq!(host.errors(), [""; 0]);
}

/// The C module loses every phone here.
pub fn follows_an_edit_when_res_pjsip_is_reloaded(host: &mut Host) {
    host.configure(account("1000") + &section("phone", MAC, "endpoint = 1000\nNOTE = before"));
    host.start();
    assert_eq!(note(host), "before");

    host.configure(account("1000") + &section("phone", MAC, "endpoint = 1000\nNOTE = after"));
    host.cli("module reload res_pjsip.so");
    assert!(eventually(|| note(host) == "after"), "the phone never got its new NOTE");
    assert_eq!(host.errors(), [""; 0]);
}

pub fn forgets_a_section_that_is_gone(host: &mut Host) {
    let (first, second) = (section("a", "00000000000a", ""), section("b", "00000000000b", ""));
    host.configure(first.clone() + &second);
    host.start();
    assert_eq!(host.phone("00000000000b").len(), 1);

    host.configure(first);
    host.reload();
    assert_eq!(host.phone("00000000000a").len(), 1);
    assert_eq!(host.phone("00000000000b").len(), 0);
}

/// The C module appends derived variables again at each reload, and the first one wins.
pub fn drops_a_stale_secret(host: &mut Host) {
    host.configure(account("1000") + &section("phone", MAC, "endpoint = 1000"));
    host.start();
    assert_eq!(host.line(MAC)["SECRET"], "secret-1000");

    host.configure(account("1000").replace("secret-1000", "changed") + &section("phone", MAC, "endpoint = 1000"));
    host.cli("module reload res_pjsip.so");
    let changed = eventually(|| host.phone(MAC).first().is_some_and(|line| line["SECRET"] == "changed"));
    assert!(changed, "the phone never got its new SECRET");
}

pub fn survives_a_reload_of_res_phoneprov(host: &mut Host) {
    host.configure(account("1000") + &section("phone", MAC, "endpoint = 1000\nNOTE = kept"));
    host.start();
    for _ in 0..3 {
        host.cli("module reload res_phoneprov.so");
        assert!(eventually(|| note(host) == "kept"), "the phone is gone");
    }
    assert_eq!(host.errors(), [""; 0]);
}

/// Asterisk keeps what it had then, and says so in its log alone.
pub fn says_why_nothing_was_read(host: &mut Host) {
    let good = good_phone();
    host.configure(&good);
    host.start();
    let twice = section("twin", MAC, "") + &section("twin", MAC, "LINE = 2");
    for (bad, why) in [
        (twice.as_str(), "phoneprov section 'twin': is there twice in pjsip.conf"),
        ("[open\ntype = phoneprov\n", "pjsip.conf cannot be read or parsed, because line"),
    ] {
        host.configure(good.clone() + bad);
        let said = without_places(&unbroken(&host.cli("pjsip reload phoneprovs")));
        assert!(said.contains(why), "{said}");
        if host.kind != Kind::Stub {
            let answer = host.ami("system").action("PJSIPReloadPhoneprovs", &[]);
            let said = without_places(answer[0].get("Message").unwrap());
            assert!(!answer[0].is_success() && said.contains(why), "{answer:?}");
        }
        assert_eq!(host.phone(GOOD_MAC).len(), 1);
    }
    host.configure(&good);
    let said = host.cli("pjsip reload phoneprovs");
    assert!(said.starts_with("0 phones added, 0 changed, 0 removed, 1 unchanged, 0 problems"), "{said}");
}

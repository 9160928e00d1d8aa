//! What moving.md says of the way back is what the C module does with a configuration that was made for this one.

use hosts::config::{account, section};
use hosts::{Host, Kind};

const MAC: &str = "001565a1b2c3";
/// Of a section that writes it as `mac`.
const SMALL: &str = "001565a1b2c4";

/// With that phoneprov.conf, and sections of which the C module knows some.
fn host(kind: Kind, phoneprov_conf: &str) -> Host {
    let host = Host::with_c_module(kind);
    host.write("etc/phoneprov.conf", format!("[general]\n\n[desk]\n${{MAC}}.cfg = desk.cfg\n{phoneprov_conf}"));
    host.set_template(
        "desk.cfg",
        "${USERNAME} label=${LABEL} mac=${MAC_LOWER} ${TRANSPORT_PROTOCOL}${PHONEPROV_HOST(x)}",
    );
    let of_this_module =
        "[all]\ntype = phoneprov_default\nLABEL = of all\n\n[own]\ntype = phoneprov_global\nresync = changed\n\n";
    let small = section("small", SMALL, "endpoint = alice").replace("MAC =", "mac =");
    host.configure(account("alice") + &section("alice-desk", MAC, "endpoint = alice") + &small + of_this_module);
    host
}

pub fn c_module_serves_what_it_knows(kind: Kind) {
    let mut host = host(kind, "");
    host.start();
    let file = host.fetch(&format!("{MAC}.cfg"));
    assert_eq!(String::from_utf8_lossy(&file.body), "user-alice label=alice-desk mac= ");
    assert_eq!(host.fetch(&format!("{SMALL}.cfg")).status, 404);
    let log = host.errors().join("\n");
    assert!(!log.contains("phoneprov_default") && !log.contains("phoneprov_global"), "not a word: {log}");
    host.finish();
}

/// A profile of a maker's went with the package.
pub fn profile_that_is_gone_stops_res_phoneprov(kind: Kind) {
    let mut host = host(kind, "#include \"/usr/share/asterisk/phoneprov/yealink.conf\"\n");
    host.start();
    assert_eq!(host.fetch(&format!("{MAC}.cfg")).status, 404);
    let listed = host.cli("module show like res_phoneprov");
    assert!(listed.contains("Not Running"), "{listed}");
}

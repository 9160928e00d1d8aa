//! users.conf, shown as sections of pjsip.conf. That phones get the same files by them is told in tests/parity/moving.rs.

use hosts::config::good_phone;
use hosts::{Host, Kind, unbroken};

const USERS: &str = "[general]\nhassip = yes\n\n[base](!)\nautoprov = yes\n\n\
     [6000](base)\nmacaddress = 0011223344aa\nusername = 6000\nsecret = hunter2\nfullname = Jörg\nvmsecret = 4711\nhasiax = yes\n";

/// It says what would be, to whoever asks for it with secrets or without, and does nothing.
pub fn shows_users_conf_as_sections(host: &mut Host) {
    host.write("etc/users.conf", "[general]\n");
    host.write("etc/others.conf", USERS);
    host.configure(good_phone());
    host.start();
    let before = host.cli("pjsip list phoneprovs");

    let masked = host.cli("pjsip convert phoneprovs others.conf");
    for secret in ["hunter2", "4711"] {
        assert!(!masked.contains(secret), "{masked}");
    }
    assert!(unbroken(&masked).contains("Secrets are masked"), "{masked}");
    let whole = host.cli("pjsip convert phoneprovs others.conf unmask");
    for lines in [
        "[6000](users-conf-endpoint)\nauth = 6000\naors = 6000\ncallerid = \"Jörg\" <>\n",
        "[6000]\ntype = auth\nusername = 6000\npassword = hunter2\n",
        "[6000]\ntype = aor\nmax_contacts = 1\n",
        "[6000](users-conf-phone)\nendpoint = 6000\nMAC = 0011223344aa\n",
        "; left out, for voicemail.conf: vmsecret = 4711\n; left out, for iax.conf: hasiax = yes\n",
    ] {
        assert!(whole.contains(lines), "no '{lines}' in\n{whole}");
        assert!(masked.contains(&lines.replace("hunter2", "********").replace("4711", "********")), "{masked}");
    }
    assert_eq!(host.cli("pjsip list phoneprovs"), before);

    let missing = unbroken(&host.cli("pjsip convert phoneprovs nowhere.conf"));
    assert!(missing.contains("nowhere.conf cannot be read or parsed"), "{missing}");
    host.write("etc/others.conf", "[6000](nobody)\nautoprov = yes\n");
    let broken = host.cli("pjsip convert phoneprovs others.conf");
    assert!(broken.contains("cannot be read or parsed"), "{broken}");
    if host.kind != Kind::Stub {
        let usage = host.cli("pjsip convert phoneprovs a b c");
        assert!(usage.contains("Usage: pjsip convert phoneprovs [FILE] [unmask]"), "{usage}");
        assert_eq!(host.complete("pjsip convert phoneprovs us"), ["users.conf"]);
        assert_eq!(host.complete("pjsip convert phoneprovs others.conf "), ["unmask"]);
    }
}

//! What is said of requests for phones that nobody has.

use hosts::config::section;
use hosts::{Host, eventually};

const MAC: &str = "0011223344aa";

fn notices(host: &Host) -> Vec<String> {
    let log = host.log();
    log.lines().filter(|line| line.contains("no phone has that MAC")).map(str::to_owned).collect()
}

pub fn tells_of_a_request_for_an_unknown_phone_once(host: &mut Host) {
    host.configure(section("phone", MAC, ""));
    host.start();
    for _ in 0..3 {
        assert_eq!(host.fetch("001122334455.cfg").status, 404);
    }
    assert!(eventually(|| notices(host).len() == 1), "{:?}", notices(host));
    let notice = &notices(host)[0];
    assert!(
        notice.contains("NOTICE") && notice.contains("127.") && notice.contains("/phoneprov/001122334455.cfg"),
        "{notice}"
    );
}

pub fn says_nothing_of_known_phones_and_other_files(host: &mut Host) {
    host.configure(section("phone", MAC, ""));
    host.start();
    assert_eq!(host.fetch(&format!("{MAC}.cfg")).status, 200);
    assert_eq!(host.fetch("firmware.txt").status, 200);
    assert_eq!(host.fetch("no-such-file.txt").status, 404);
    assert_eq!(host.fetch("000000000000.cfg").status, 404);
    assert_eq!(notices(host), [""; 0]);
}

pub fn raises_a_security_event_where_somebody_guesses(host: &mut Host) {
    host.configure(section("phone", MAC, ""));
    host.start();
    let events = |host: &Host| host.log().matches("SecurityEvent=\"InvalidAccountID\"").count();
    for number in 0..4 {
        assert_eq!(host.fetch(&format!("00112233440{number}.cfg")).status, 404);
    }
    assert_eq!(events(host), 0, "four different MACs may be mistyped");
    // A name that would begin another event, where it written down as it is.
    let more = "%22,RemoteAddress=%22IPV4/TCP/192.0.2.9/1%22%0ASecurityEvent=%22Forged%22";
    for number in 4..7 {
        assert_eq!(host.fetch(&format!("00112233440{number}{more}.cfg")).status, 404);
    }
    assert!(eventually(|| events(host) == 3), "{} security events", events(host));
    assert!(host.log().contains("AccountID=\"001122334406\""), "the MAC is named");
    let is_event = |line: &&str| line.contains("SecurityEvent=");
    assert!(!host.log().lines().filter(is_event).any(|line| line.contains("192.0.2.9") || line.contains("Forged")));
}

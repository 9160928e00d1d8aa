//! What becomes of phones that are told where nothing works: on the stub core, which makes what the module calls fail.

use super::office::fetch_all;
use hosts::phones::{mac, registering};
use hosts::{Host, assert_current, eventually};

const CONTACT: &str = "sip:phone@192.0.2.1";

fn start(host: &mut Host) {
    host.write("etc/sorcery.conf", "[res_pjsip]\ncontact = memory\n");
    host.configure(registering(0..1, "transport = udp", ""));
    host.start();
    fetch_all(host, 1);
    assert_current(host, 1);
    host.put("contact", &format!("{};@1", mac(0)), &[("uri", CONTACT), ("endpoint", &mac(0)), ("user_agent", "Phone")]);
}

const TAKEN: &str = "it took the message";
const AWAY: &str = "it is not registered, and is told when it is";

/// How often somebody has tried to tell it.
fn tries(host: &Host) -> usize {
    let log = host.log();
    log.matches("NOTIFY to ").count()
        + log.matches(", ast_sip_push_task, as told").count()
        + log.matches(", ast_sip_create_request, as told").count()
}

/// Has the phone told, and gives what is said of it when that has come to an end.
fn told(host: &Host) -> String {
    let before = tries(host);
    host.cli(&format!("pjsip resync phoneprovs {}", mac(0)));
    let mut said = String::new();
    let is_over = || {
        // Looked at before what is shown, which is of an earlier time otherwise.
        let is_tried = tries(host) > before;
        let shown = hosts::unbroken(&host.cli(&format!("pjsip show phoneprov {}", mac(0))));
        let Some((_, rest)) = shown.split_once(" Told ") else { return false };
        let (told, _) = rest.split_once(" Account ").unwrap_or((rest, ""));
        said = told.split_once("ago): ").unwrap_or_default().1.to_owned();
        said == AWAY || (said != "no answer yet" && is_tried)
    };
    assert!(eventually(is_over), "it is never known what came of it");
    said
}

pub fn tells_what_a_phone_answers(host: &mut Host) {
    start(host);
    for (answer, said) in [
        ("200", TAKEN),
        ("202", TAKEN),
        ("401", "it refused the message (401): it wants a password, which outbound_auth of its endpoint gives"),
        ("408", "it did not answer"),
        ("489", "it refused the message (489): it knows no such event; RESYNC_EVENT says which one"),
        ("0", "it did not answer"),
    ] {
        host.cli(&format!("stub answer {answer}"));
        assert_eq!(told(host), said, "{answer}");
    }
    let log = host.log();
    assert!(log.contains(&format!("NOTIFY to {CONTACT}")) && log.contains("Event: check-sync;reboot=false"), "{log}");
    host.delete("contact", &format!("{};@1", mac(0)));
    assert_eq!(told(host), AWAY);
}

/// By its MAC, or by where it fetched; where neither tells, each is told.
pub fn tells_the_contact_that_is_the_phone(host: &mut Host) {
    start(host);
    let sofa = "sip:sofa@192.0.2.2";
    let mac = mac(0);
    let put = |name: &str, uri: &str, agent: &str, address: &str| {
        let values = [("uri", uri), ("endpoint", &*mac), ("user_agent", agent), ("via_addr", address)];
        host.put("contact", &format!("{mac};@{name}"), &values);
    };
    let mut seen = 0;
    let mut told_now = |host: &Host| {
        assert_eq!(told(host), TAKEN);
        let log = host.log();
        let all: Vec<_> = log.match_indices("NOTIFY to ").map(|(at, found)| &log[at + found.len()..]).collect();
        let uris = all[seen..].iter().filter_map(|rest| rest.split([' ', '\n', ',']).next().map(str::to_owned));
        let mut uris: Vec<String> = uris.collect();
        uris.sort();
        seen = all.len();
        uris
    };
    put("1", CONTACT, &format!("Phone {mac}"), "192.0.2.1");
    // Where it fetched from.
    put("2", sofa, "Softphone", "127.0.0.1");
    assert_eq!(told_now(host), [CONTACT]);
    put("1", CONTACT, "Phone", "192.0.2.1");
    assert_eq!(told_now(host), [sofa]);
    put("2", sofa, "Softphone", "192.0.2.2");
    assert_eq!(told_now(host), [CONTACT, sofa]);
}

/// Each call that sends a message fails once: it is as if the phone had said nothing, and it is told all the same later.
pub fn survives_any_failing_call_while_phones_are_told(host: &mut Host) {
    start(host);
    for kind in ["sip", "alloc"] {
        let mut said = Vec::new();
        for call in 1.. {
            assert!(call < 1_000, "telling a phone never ends");
            host.cli(&format!("stub fail {kind} {call}"));
            said.push(told(host));
            let has_failed = host.cli("stub fail off").contains("failed=1");
            // Whoever else it hit may look again first.
            assert!(eventually(|| told(host) == TAKEN), "after call {call} of kind {kind} failed");
            if !has_failed {
                break;
            }
        }
        let taken = said.pop().unwrap();
        assert_eq!(taken, TAKEN);
        if kind == "sip" {
            assert_eq!(said, ["it did not answer"; 3], "the task, the request, and sending it");
        }
    }
}

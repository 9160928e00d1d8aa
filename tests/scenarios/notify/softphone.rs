//! A softphone, baresip, which is no desk phone and has nothing to fetch: what it says to the message.

use super::office::fleet;
use hosts::phones::{Softphone, TLS, mac};
use hosts::{Host, eventually};

/// There is no subscription that the message would belong to (RFC 6665): it takes none that it has not asked for.
const REFUSAL: &str = "481";

/// Registers it, has it told, and gives what it answered.
fn answer(host: &mut Host, transport: &str) -> String {
    host.start();
    let account = format!("<sip:{0}@{1}{transport}>;auth_user={0};auth_pass=none;regint=60\n", mac(0), host.address());
    let softphone = Softphone::start(host, &account);
    let is_registered = || host.cli(&format!("pjsip show phoneprov {}", mac(0))).contains("is registered at");
    assert!(eventually(is_registered), "{}", softphone.said(host));
    let mut ami = host.ami("system");
    host.cli(&format!("pjsip resync phoneprovs {}", mac(0)));
    let event = ami.wait_for_event("PhoneprovResync");
    event.get("Answer").unwrap().to_owned()
}

pub fn knows_what_a_softphone_answers(host: &mut Host) {
    host.take_registrations();
    host.configure(fleet(1, ""));
    assert_eq!(answer(host, ""), REFUSAL);
}

pub fn tells_a_softphone_over_tls(host: &mut Host) {
    host.take_registrations();
    // It tells a port at which it does not take calls: it is reached by the connection that it came by.
    host.load_too("res_pjsip_nat");
    host.certify();
    let transport = format!("[tls]\ntype = transport\nprotocol = tls\nbind = 127.0.0.1:5061\n{TLS}\n");
    let phone = fleet(1, "").replace("transport = udp\n", "rewrite_contact = yes\n");
    host.configure(transport + &phone);
    assert_eq!(answer(host, ":5061;transport=tls"), REFUSAL);
}

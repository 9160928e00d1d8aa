//! What auths and transports give to a phone.

use crate::case::{Case, endpoint_and_phone, mac, phone, section};

const DIGEST: &str = "0123456789abcdef0123456789abcdef";

/// An endpoint with an auth of these lines and a phone.
fn with_auth(number: usize, lines: &str) -> String {
    section("auth", &format!("a{number:03}"), lines) + &endpoint_and_phone(number, &format!("auth = a{number:03}"))
}

fn with_auths(auths: &[&str]) -> (String, usize) {
    let sections = auths.iter().enumerate().map(|(at, lines)| with_auth(at + 1, lines)).collect();
    (sections, auths.len())
}

pub fn auths() -> Case {
    let md5 = format!("auth_type = md5\nusername = u\nmd5_cred = {DIGEST}");
    let (mut pjsip, mut served) = with_auths(&[
        "username = u\npassword = p",
        "auth_type = userpass\nusername = u\npassword = p\nrealm = r",
        &md5,
        &format!("{md5}\npassword = p"),
        "username = user@example.com\npassword = two words",
        "username = u\npassword = a\\;b\\;",
        "username = u\npassword = a;b",
        "username = u\npassword = \"quoted\"",
        "username = u\npassword = ${USERNAME}$[1+1]%{MAC}",
        "username = u\npassword = a=b=>c<&>'\\",
        "username = jürgen\npassword = pässwörd",
        "username => u\npassword => p",
        "username = u\npassword = first\npassword = last",
        &format!("username = {}\npassword = {}", "u".repeat(200), "p".repeat(1000)),
        "password = p\nusername = u\nnonce_lifetime = 7",
    ]);
    pjsip += &section("auth", "one", "username = u1\npassword = p1");
    pjsip += &section("auth", "two", "username = u2\npassword = p2");
    for auths in [
        "auth = one,two",
        "auth = two,one",
        "auth = one, two",
        "auth = one\nauth = two",
        "auth = one,nowhere",
        "auth =",
        "outbound_auth = one",
        "auth = two\noutbound_auth = one",
    ] {
        served += 1;
        pjsip += &endpoint_and_phone(served, auths);
    }
    Case::new(pjsip, served)
}

/// Asterisk 22 refuses such an auth, and so a phone with it has none.
pub fn auths_without_password() -> Case {
    let (pjsip, served) = with_auths(&["username = u", "username = u\npassword ="]);
    Case::new(pjsip, served)
}

pub fn auths_of_22() -> Case {
    let sha = "0".repeat(64);
    let (pjsip, served) = with_auths(&[
        &format!("auth_type = digest\nusername = u\npassword_digest = MD5:{DIGEST}"),
        &format!("auth_type = digest\nusername = u\npassword_digest = MD5:{DIGEST}\npassword_digest = SHA-256:{sha}"),
        &format!("auth_type = digest\nusername = u\npassword_digest = MD5:{DIGEST}\npassword = p"),
        "auth_type = digest\nusername = u\npassword = p",
    ]);
    Case::new(pjsip, served)
}

/// A phone for each transport. Where nothing can be listened on, the protocol is one that listens on nothing.
fn with_transports(transports: &[&str]) -> Case {
    let mut pjsip = String::new();
    for (at, lines) in transports.iter().enumerate() {
        let (transport, endpoint) = (format!("t{at}"), format!("e{at}"));
        pjsip += &section("transport", &transport, lines);
        pjsip += &section("endpoint", &endpoint, &format!("transport = {transport}"));
        pjsip += &phone(&format!("p{at}"), &mac(at), &format!("endpoint = {endpoint}"));
    }
    Case::new(pjsip, transports.len())
}

pub fn transports() -> Case {
    with_transports(&[
        "protocol = udp\nbind = 127.0.0.1:5070",
        "protocol = udp\nbind = 127.0.0.1:65535",
        "protocol = tcp\nbind = 127.0.0.1",
        "protocol = tcp\nbind = 127.0.0.1:5071",
        "protocol = tls\nbind = 127.0.0.1",
        "protocol = tls\nbind = 127.0.0.1:5072",
        "protocol = ws\nbind = 127.0.0.1",
        "protocol = wss\nbind = 127.0.0.1",
        "protocol = wss\nbind = 127.0.0.1:8089",
        "protocol = ws\nbind = 127.0.0.1:0",
        "protocol = ws\nbind = [::1]",
        "protocol = ws\nbind = [::1]:5073",
        "protocol = ws\nbind = ::1",
        "protocol = ws\nbind = [2001:db8::1]:5074",
        "protocol = udp\nbind = 127.0.0.1:5075\nexternal_signaling_address = 192.0.2.1\nexternal_signaling_port = 6000",
    ])
}

pub fn transports_of_22() -> Case {
    with_transports(&["protocol = flow", "protocol = flow\nbind = 127.0.0.1:5076"])
}

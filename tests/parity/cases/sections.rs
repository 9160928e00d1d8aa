//! How sections come about in their files, and what they lack.

use crate::case::{Case, account, mac, phone, section};

/// Where a section says otherwise than its template, the modules differ on purpose.
pub fn inheritance() -> Case {
    let pjsip = account("1000")
        + "[any](!)
type = phoneprov
PROFILE = desk
endpoint = 1000
NOTE = of the template
LINEKEYS = 4

[other](!)
OTHER = of the other

[sales](!,any)
LABEL = Sales

[plain](any)
MAC = 0004f2000001

[adds](any)
MAC = 0004f2000002
MORE = own
LINEKEYS =

[two](any,other)
MAC = 0004f2000003
MORE = own

[two-reversed](other,any)
MAC = 0004f2000004

[nested](sales)
MAC = 0004f2000005

[appended](any)
MAC = 0004f2000006

[appended](+)
EMPTY = filled
MORE = appended

[object](any)
MAC = 0004f2000007
MORE => an object
;-- LABEL = in a comment
--;
LABEL = not in a comment

#include phones.conf
";
    let included = "[included](any)\nMAC = 0004f2000008\n\n[upper]\nTYPE = phoneprov\nMAC = 0004f2000009\nPROFILE = desk\nSERVER_PORT = 1\n";
    Case::new(pjsip, 9).with("etc/phones.conf", included)
}

/// As an editor of another system leaves it.
pub fn line_ends_and_byte_order_mark() -> Case {
    let pjsip = account("1000")
        + &phone("p1", &mac(1), "endpoint = 1000\nNOTE = text")
        + &phone("p2", &mac(2), "endpoint = 1000");
    let case = Case::new("", 2);
    let (file, transport) = &case.files[0];
    let text = "\u{feff}".to_owned() + &String::from_utf8_lossy(transport) + &pjsip;
    Case { files: vec![(file.clone(), text.replace('\n', "\r\n").into_bytes())], ..case }
}

/// All types that a phone needs under one id, in any order, and ids of every look.
pub fn one_id_for_everything() -> Case {
    let ids = ["1000", "a b", "Ünï", "x@y", "(odd)", "a/b", "${MAC}", "-", "\"q\"", "UPPER", "upper", &"l".repeat(60)];
    let mut pjsip = String::new();
    for (at, id) in ids.iter().enumerate() {
        let parts = [
            section("endpoint", id, &format!("transport = udp\nauth = {id}\naors = {id}\ncallerid = {id}")),
            section("auth", id, &format!("username = {id}\npassword = {id}")),
            section("aor", id, "max_contacts = 1"),
            phone(id, &mac(at), &format!("endpoint = {id}")),
        ];
        for part in 0..4 {
            pjsip += &parts[(part + at) % 4];
        }
    }
    Case::new(pjsip, ids.len())
}

pub fn what_is_missing() -> Case {
    let endpoint = |id: &str, lines: &str| section("endpoint", id, lines);
    let pjsip = account("1000")
        + &endpoint("no-such-transport", "transport = nowhere")
        + &endpoint("no-such-auth", "transport = udp\nauth = nowhere")
        + &endpoint("no-such-first-auth", "transport = udp\nauth = nowhere,1000")
        + &phone("served", &mac(1), "endpoint = 1000")
        + &phone("endpoint", &mac(2), "endpoint = nowhere")
        + &phone("transport", &mac(3), "endpoint = no-such-transport")
        + &phone("auth", &mac(4), "endpoint = no-such-auth")
        + &phone("first-auth", &mac(5), "endpoint = no-such-first-auth")
        + &phone("own-secret", &mac(6), "endpoint = no-such-auth\nSECRET = own\nUSERNAME = own\nAUTH_ID = own")
        + &phone("own-port", &mac(7), "endpoint = no-such-transport\nSERVER_PORT = 1")
        + &phone("another-case", &mac(8), "endpoint = 1000 ")
        + &phone("no-mac", "", "endpoint = 1000")
        + &section("phoneprov", "no-profile", &format!("MAC = {}\nendpoint = 1000", mac(9)))
        + &section("phoneprov", "empty-profile", &format!("MAC = {}\nPROFILE =\nendpoint = 1000", mac(10)))
        + &section("phoneprov", "no-such-profile", &format!("MAC = {}\nPROFILE = sofa\nendpoint = 1000", mac(11)))
        + &section("phoneprov", "general", &format!("MAC = {}\nPROFILE = general\nendpoint = 1000", mac(12)))
        + &section("phoneprov", "nothing", "")
        + &section("phoneprow", "another-type", &format!("MAC = {}\nPROFILE = desk\nendpoint = 1000", mac(13)))
        + &section("PhoneProv", "another-case-of-type", &format!("MAC = {}\nPROFILE = desk\nendpoint = 1000", mac(14)))
        + &phone("empty-endpoint", &mac(15), "endpoint =\nSERVER_PORT = 1");
    Case::new(pjsip, 3)
}

pub fn config_wizard() -> Case {
    let wizard = "[any](!)
type = wizard
transport = udp
accepts_auth = yes
accepts_registrations = yes
has_phoneprov = yes
endpoint/context = default
phoneprov/PROFILE = desk

[2000](any)
inbound_auth/username = u2000
inbound_auth/password = p2000
endpoint/callerid = Two <2000>
phoneprov/MAC = 0004f2000001
phoneprov/NOTE = hello

[2001](any)
inbound_auth/username = u2001
inbound_auth/password = p2001
phoneprov/MAC = 0004f2000002
phoneprov/LABEL = own
phoneprov/USERNAME = own
phoneprov/endpoint = 1000

[2002](any)
has_phoneprov = no
phoneprov/MAC = 0004f2000003

[2003](any)
accepts_auth = no
phoneprov/MAC = 0004f2000004
";
    let pjsip = account("1000")
        + &phone("plain", &mac(5), "endpoint = 1000")
        + &phone("of a wizard", &mac(6), "endpoint = 2000");
    Case::new(pjsip, 5).with("etc/pjsip_wizard.conf", wizard)
}

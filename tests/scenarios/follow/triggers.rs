//! Every command that makes the module look at the configuration again.

use hosts::config::{GOOD_MAC, account, good_phone, section};
use hosts::{Host, eventually};

const MODULE: &str = "res_pjsip_phoneprov_provider.so";
const MAC: &str = "0011223344aa";

/// A phone with a variable from each type of section.
const PHONE: &str = "
[lan]
type = transport
protocol = udp
bind = 127.0.0.1:5081
allow_reload = yes

[1000]
type = endpoint
transport = lan
auth = 1000
callerid = Ann <1000>

[1000]
type = auth
username = user
password = first

[all]
type = phoneprov_default
LABEL = of the default

[phone]
type = phoneprov
endpoint = 1000
MAC = 0011223344aa
PROFILE = desk
NOTE = own
";

/// An edit of each type of section: what it replaces by what, and the phone's variable that has it then.
const EDITS: [(&str, &str, &str); 5] = [
    ("DISPLAY_NAME", "Ann", "Bob"),
    ("SECRET", "first", "second"),
    ("SERVER_PORT", "5081", "5082"),
    ("LABEL", "of the default", "of the edited default"),
    ("NOTE", "own", "edited"),
];

/// Edits the file, with every edit so far in it.
fn edit(host: &Host, pjsip: &mut String, (_, from, to): (&str, &str, &str)) {
    *pjsip = pjsip.replace(from, to);
    host.configure(&*pjsip);
}

fn value(host: &Host, name: &str) -> String {
    host.phone(MAC).first().map(|line| line[name].clone()).unwrap_or_default()
}

fn assert_becomes(host: &Host, name: &str, expected: &str) {
    let became = eventually(|| value(host, name) == expected);
    assert!(became, "{name} is '{}' and never became '{expected}'", value(host, name));
}

pub fn loads_into_a_running_asterisk(host: &mut Host) {
    host.configure(good_phone());
    let modules = host.read("etc/modules.conf").replace(&format!("load = {MODULE}\n"), "");
    host.write("etc/modules.conf", modules);
    host.start();
    assert_eq!(host.phone(GOOD_MAC).len(), 0);

    host.cli(&format!("module load {MODULE}"));
    assert_eq!(host.line(GOOD_MAC)["SECRET"], "secret-1000");
    assert_eq!(host.errors(), [""; 0]);
}

/// Nothing here waits for anything to become so.
pub fn serves_the_new_state_when_its_own_reload_returns(host: &mut Host) {
    let configure = |host: &Host, round: usize| {
        let default = format!("[all]\ntype = phoneprov_default\nLABEL = label {round}\n\n");
        let phone = section("phone", MAC, &format!("endpoint = 1000\nNOTE = note {round}"));
        let odd = if round % 2 == 1 { section("odd", "0011223344bb", "") } else { String::new() };
        host.configure(account("1000") + &default + &phone + &odd);
    };
    configure(host, 0);
    host.start();
    for round in 1..=20 {
        configure(host, round);
        host.reload();
        assert_eq!(value(host, "NOTE"), format!("note {round}"));
        assert_eq!(value(host, "LABEL"), format!("label {round}"));
        assert_eq!(host.phone("0011223344bb").len(), round % 2, "in round {round}");
    }
    assert_eq!(host.errors(), [""; 0]);
}

pub fn follows_each_type_when_res_pjsip_is_reloaded(host: &mut Host) {
    let mut pjsip = PHONE.to_owned();
    host.configure(&pjsip);
    host.start();
    for change in EDITS {
        let (name, from, to) = change;
        assert_eq!(value(host, name), from);
        edit(host, &mut pjsip, change);
        host.cli("module reload res_pjsip.so");
        assert_becomes(host, name, to);
    }
    for (name, _, to) in EDITS {
        assert_eq!(value(host, name), to);
    }
    assert_eq!(host.errors(), [""; 0]);
}

/// It throws all phones away and takes them again before the command returns.
pub fn gives_all_phones_back_when_res_phoneprov_is_reloaded(host: &mut Host) {
    host.configure(PHONE);
    host.start();
    let phoneprov = host.read("etc/phoneprov.conf");
    for mime_type in ["text/xml", "text/html", "text/plain"] {
        host.write("etc/phoneprov.conf", phoneprov.replace("text/plain", mime_type));
        host.cli("module reload res_phoneprov.so");
        assert_eq!(host.fetch(&format!("{MAC}.cfg")).content_type, mime_type);
        for (name, from, _) in EDITS {
            assert_eq!(value(host, name), from);
        }
    }
    assert_eq!(host.errors(), [""; 0]);
}

fn follows_a_reload_of_everything(host: &mut Host, command: &str) {
    let mut pjsip = PHONE.to_owned();
    host.configure(&pjsip);
    host.start();
    for change in EDITS {
        edit(host, &mut pjsip, change);
    }
    let phoneprov = host.read("etc/phoneprov.conf");
    host.write("etc/phoneprov.conf", phoneprov.replace("text/plain", "text/xml"));
    host.cli(command);
    for (name, _, to) in EDITS {
        assert_becomes(host, name, to);
    }
    assert!(eventually(|| host.fetch(&format!("{MAC}.cfg")).content_type == "text/xml"), "the profile is the old one");
    assert_eq!(host.errors(), [""; 0]);
}

pub fn follows_core_reload(host: &mut Host) {
    follows_a_reload_of_everything(host, "core reload");
}

pub fn follows_a_reload_of_all_modules(host: &mut Host) {
    follows_a_reload_of_everything(host, "module reload");
}

/// Endpoints alone are read again then, by `res_pjsip`, in a thread of its own.
pub fn follows_a_change_of_a_named_acl(host: &mut Host) {
    let mut pjsip = PHONE.replace("callerid", "acl = office\ncallerid");
    host.write("etc/acl.conf", "[office]\npermit = 192.0.2.0/24\n");
    host.configure(&pjsip);
    host.start();
    let [endpoint, ..] = EDITS;
    let (name, from, to) = endpoint;
    assert_eq!(value(host, name), from);
    edit(host, &mut pjsip, endpoint);
    host.write("etc/acl.conf", "[office]\npermit = 198.51.100.0/24\n");
    host.cli("module reload acl");
    assert_becomes(host, name, to);
    assert_eq!(host.errors(), [""; 0]);
}

/// What res_phoneprov refuses is the module's to try again, and what it does not take any more is not served.
pub fn tries_a_refused_phone_again(host: &mut Host) {
    host.configure(good_phone() + &section("sofa", MAC, "").replace("desk", "sofa"));
    let without = host.read("etc/phoneprov.conf");
    let with = without.clone() + "\n[sofa]\nmime_type = text/plain\n${MAC}.cfg = phone.cfg\n";
    host.start();
    assert_eq!(host.phone(MAC).len(), 0);
    assert_eq!(host.problems().len(), 1, "{:#?}", host.problems());

    for _ in 0..2 {
        host.write("etc/phoneprov.conf", &with);
        host.cli("module reload res_phoneprov.so");
        assert_eq!(host.line(MAC)["PROFILE"], "sofa");
        assert_eq!(host.phone(GOOD_MAC).len(), 1);

        host.write("etc/phoneprov.conf", &without);
        host.cli("module reload res_phoneprov.so");
        assert_eq!(host.phone(MAC).len(), 0);
        assert_eq!(host.phone(GOOD_MAC).len(), 1);
    }
}

pub fn unloads_and_loads_500_phones(host: &mut Host) {
    const PHONES: usize = 500;
    host.configure(
        account("1000")
            + &(0..PHONES).map(|n| section(&format!("p{n}"), &mac(n), "endpoint = 1000")).collect::<String>(),
    );
    host.start();
    let names = || (0..PHONES).map(|number| format!("{}.cfg", mac(number)));
    let before = host.served(names());
    assert_eq!(before.routes.len(), PHONES + 1, "the phones' files and the firmware");
    assert!(before.files.values().all(|sent| sent.starts_with("200 ")));

    for _ in 0..2 {
        host.cli(&format!("module unload {MODULE}"));
        let without = host.served(names());
        assert_eq!(without.routes.len(), 1, "{:?}", without.routes);
        let left = without.files.iter().filter(|(_, sent)| !sent.starts_with("404 ")).map(|(name, _)| name.as_str());
        assert_eq!(left.collect::<Vec<_>>(), ["firmware.txt"]);
        host.cli(&format!("module load {MODULE}"));
        assert_eq!(host.served(names()).differences(&before), [""; 0]);
    }
    assert_eq!(host.errors(), [""; 0]);
}

fn mac(number: usize) -> String {
    format!("00000000{number:04x}")
}

/// While it is unloaded, sorcery goes on making and freeing objects of its types.
pub fn serves_the_new_state_after_unload_edits_and_load(host: &mut Host) {
    let mut pjsip = PHONE.to_owned() + &section("leaves", "0011223344bb", "");
    host.configure(&pjsip);
    host.start();
    assert_eq!(host.phone("0011223344bb").len(), 1);

    host.cli(&format!("module unload {MODULE}"));
    for change in EDITS {
        edit(host, &mut pjsip, change);
        host.cli("module reload res_pjsip.so");
        host.cli("module reload res_phoneprov.so");
        assert_eq!(host.phone(MAC).len(), 0);
    }
    pjsip = pjsip.replace("0011223344bb", "0011223344cc");
    host.configure(&pjsip);
    host.cli(&format!("module load {MODULE}"));
    for (name, _, to) in EDITS {
        assert_eq!(value(host, name), to);
    }
    assert_eq!(host.phone("0011223344bb").len(), 0);
    assert_eq!(host.phone("0011223344cc").len(), 1);
    assert_eq!(host.errors(), [""; 0]);
}

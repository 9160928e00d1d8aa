//! `pjsip resync phoneprovs` and `resync = changed`.

use hosts::config::section;
use hosts::databases::{Columns, Database, settings};
use hosts::phones::{Manner, SipPhones, mac};
use hosts::{Host, eventually};
use std::time::Duration;

/// Accounts are named as their phones.
fn fleet(phones: usize, lines: &str) -> String {
    let phone = |number: usize| {
        let mac = mac(number);
        format!(
            "[{mac}]\ntype = endpoint\ntransport = udp\naors = {mac}\n\n[{mac}]\ntype = aor\nmax_contacts = 2\n\n\
             [phone-{number}]\ntype = phoneprov\nendpoint = {mac}\nMAC = {mac}\nPROFILE = desk\n{lines}\n\n"
        )
    };
    (0..phones).map(phone).collect()
}

fn register(host: &Host, phones: usize) {
    let macs: Vec<String> = (0..phones).map(mac).collect();
    host.register(macs.iter().map(String::as_str));
}

fn fetch_all(host: &Host, phones: usize) {
    (0..phones).for_each(|phone| assert_eq!(host.fetch(&format!("{}.cfg", mac(phone))).status, 200));
}

fn told(phones: &SipPhones) -> usize {
    phones.messages().len()
}

pub fn tells_a_phone_what_its_profile_says(host: &mut Host) {
    host.take_registrations();
    host.configure(fleet(2, "") + "[odd]\ntype = phoneprov_default\nRESYNC_EVENT = resync\n");
    host.start();
    let phones = host.phones(Manner::Fetch);
    register(host, 2);
    let answer = host.cli(&format!("pjsip resync phoneprovs {}", mac(1)));
    assert!(answer.contains(&format!("phone {} is told", mac(1))), "{answer}");
    assert!(eventually(|| phones.messages() == [(mac(1), "resync".to_owned())]), "{:?}", phones.messages());
    host.cli("pjsip resync phoneprovs phone-0");
    assert!(eventually(|| told(&phones) == 2), "{:?}", phones.messages());
    let nobody = host.cli("pjsip resync phoneprovs nobody");
    assert!(nobody.contains("no phone is served with the MAC or the section 'nobody'"), "{nobody}");
}

pub fn tells_whom_a_sync_changed_and_says_when_all_have_it(host: &mut Host) {
    host.take_registrations();
    let configure = |host: &Host, label: &str| {
        let changed = fleet(3, "").replacen("PROFILE = desk\n", &format!("PROFILE = desk\nLABEL = {label}\n"), 2);
        host.configure(settings("resync = changed") + &changed);
    };
    configure(host, "one");
    host.start();
    let phones = host.phones(Manner::Fetch);
    register(host, 3);
    fetch_all(host, 3);
    let mut ami = host.ami("system");
    configure(host, "two");
    host.cli("module reload res_pjsip.so");
    let delivered = ami.wait_for_event("PhoneprovDelivered");
    assert_eq!(delivered.get("Phones"), Some("2"));
    let mut told: Vec<String> = phones.messages().into_iter().map(|(phone, _)| phone).collect();
    told.sort();
    assert_eq!(told, [mac(0), mac(1)], "the third has not changed");
}

/// And goes on, or not, as somebody says.
pub fn breaks_no_more_phones_than_the_first_wave(host: &mut Host) {
    const PHONES: usize = 12;
    host.take_registrations();
    let configure = |host: &Host, label: &str| {
        host.configure(
            settings("resync = changed\nresync_first = 3\nresync_wait = 1\nresync_tries = 1\nresync_rate = 100")
                + &fleet(PHONES, &format!("LABEL = {label}")),
        );
    };
    configure(host, "one");
    host.start();
    let phones = host.phones(Manner::Break);
    register(host, PHONES);
    fetch_all(host, PHONES);
    let mut ami = host.ami("system");
    configure(host, "two");
    host.cli("module reload res_pjsip.so");
    let held = ami.wait_for_event("PhoneprovResyncHeld");
    assert_eq!((held.get("Missing"), held.get("Waiting")), (Some("3"), Some("9")), "{held:?}");
    assert_eq!(told(&phones), 3, "{:?}", phones.messages());
    let is_logged = || host.errors().iter().any(|line| line.contains("no more phones are told"));
    assert!(eventually(is_logged), "{:?}", host.errors());
    host.cli("pjsip resync phoneprovs continue");
    assert!(eventually(|| told(&phones) == PHONES), "{:?}", phones.messages());
    let nothing = host.cli("pjsip resync phoneprovs continue");
    assert!(nothing.contains("nothing is held"), "{nothing}");
}

pub fn tells_what_phones_answer(host: &mut Host) {
    host.take_registrations();
    host.configure(fleet(1, ""));
    host.start();
    let mut ami = host.ami("system");
    host.cli("pjsip resync phoneprovs phone-0");
    let phones = host.phones(Manner::Refuse);
    register(host, 1);
    host.cli("pjsip resync phoneprovs phone-0");
    let answer = ami.wait_for_event("PhoneprovResync");
    assert_eq!((answer.get("MAC"), answer.get("Answer")), (Some(mac(0).as_str()), Some("489")), "{answer:?}");
    drop(phones);
}

pub fn tells_who_is_away_when_it_registers(host: &mut Host) {
    host.take_registrations();
    host.configure(fleet(1, ""));
    host.start();
    fetch_all(host, 1);
    let phones = host.phones(Manner::Fetch);
    host.cli("pjsip resync phoneprovs all");
    let is_away = || host.cli("pjsip show phoneprov status").contains("1 away");
    assert!(eventually(is_away), "{}", host.cli("pjsip show phoneprov status"));
    assert_eq!(told(&phones), 0);
    register(host, 1);
    assert!(eventually(|| told(&phones) == 1), "{:?}", phones.messages());
}

/// `res_pjsip` is unloaded behind us: nobody may ask it for anything any more.
pub fn is_done_before_res_pjsip_ends(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let mut link = database.serve(host).expect("a real database is reached over a link");
    let columns: Columns = &[("transport", Some("udp")), ("aors", Some("slow"))];
    database.set(host, "ps_endpoints", [("slow".to_owned(), columns)]);
    let phone = section("phone", &mac(0), "endpoint = slow");
    host.configure(format!("[slow]\ntype = aor\ncontact = sip:slow@127.0.0.1:5070\n\n{phone}"));
    host.start();
    assert_eq!(host.fetch(&format!("{}.cfg", mac(0))).status, 200);
    link.slow_down(Duration::from_millis(400));
    host.cli("pjsip resync phoneprovs phone");
    // Which asks the database for the endpoint.
    host.stop_gracefully();
}

pub fn makes_no_header_of_what_a_function_says(host: &mut Host) {
    host.take_registrations();
    host.load_too("func_uri");
    host.set_profile("setvar = RESYNC_EVENT=${URIDECODE(reboot%0d%0aX-Other: header)}\n${MAC}.cfg = phone.cfg\n");
    host.configure(fleet(1, ""));
    host.start();
    // Functions are there once it has booted.
    assert!(eventually(|| host.cli("pjsip show phoneprov phone-0").contains("X-Other")));
    let phones = host.phones(Manner::Fetch);
    register(host, 1);
    host.cli("pjsip resync phoneprovs phone-0");
    assert!(eventually(|| told(&phones) == 1), "{:?}", phones.messages());
    assert_eq!(phones.messages()[0].1, "check-sync;reboot=false");
}

//! `pjsip resync phoneprovs` and `resync = changed`.

use super::office::{accounts_told, assert_current, fetch_all, fleet, register, told};
use hosts::config::section;
use hosts::databases::{Columns, Database, settings};
use hosts::phones::{Manner, mac, registering};
use hosts::{Host, eventually};
use std::time::Duration;

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

/// What it has already is no news, and yet it has come.
pub fn waits_for_nobody_who_has_fetched_the_same(host: &mut Host) {
    const PHONES: usize = 6;
    host.take_registrations();
    host.configure(settings("resync_first = 2\nresync_rate = 100") + &fleet(PHONES, ""));
    host.start();
    fetch_all(host, PHONES);
    let phones = host.phones(Manner::Fetch);
    register(host, PHONES);
    host.cli("pjsip resync phoneprovs all");
    assert!(eventually(|| told(&phones) == PHONES), "{}", host.cli("pjsip show phoneprov status"));
}

pub fn tells_whom_has_a_call_when_it_has_hung_up(host: &mut Host) {
    host.take_registrations();
    host.take_calls();
    host.configure(registering(0..2, "transport = udp\ncontext = calls\ndisallow = all\nallow = ulaw", ""));
    host.start();
    fetch_all(host, 2);
    let phones = host.phones(Manner::Fetch);
    register(host, 2);
    let call = host.call_from(&mac(0));
    host.cli("pjsip resync phoneprovs all");
    assert!(eventually(|| told(&phones) == 1), "{:?}", phones.messages());
    assert_eq!(phones.messages()[0].0, mac(1), "the other one talks");
    let waits = || host.cli("pjsip show phoneprov status").contains("1 wait, 0 asked");
    assert!(eventually(waits), "{}", host.cli("pjsip show phoneprov status"));
    // Longer than it takes to look again.
    assert!(host.lives_for(std::time::Duration::from_secs(5)));
    assert_eq!(told(&phones), 1, "it still talks");
    host.cli("channel request hangup all");
    assert!(eventually(|| told(&phones) == 2), "{:?}", phones.messages());
    drop(call);
}

pub fn tells_a_phone_that_does_not_come_as_often_as_it_may(host: &mut Host) {
    host.take_registrations();
    host.configure(settings("resync_wait = 1\nresync_tries = 2") + &fleet(1, ""));
    host.start();
    fetch_all(host, 1);
    let phones = host.phones(Manner::Break);
    register(host, 1);
    let mut ami = host.ami("system");
    host.cli("pjsip resync phoneprovs all");
    for _ in 0..2 {
        assert_eq!(ami.wait_for_event("PhoneprovStale").get("MAC"), Some(mac(0).as_str()));
    }
    let is_given_up = || host.cli("pjsip show phoneprov status").contains("1 given up");
    assert!(eventually(is_given_up), "{}", host.cli("pjsip show phoneprov status"));
    assert_eq!(told(&phones), 2);
}

/// And nobody else once that is stopped.
pub fn tells_those_that_are_stale(host: &mut Host) {
    host.take_registrations();
    let configure = |host: &Host, label: &str| {
        let changed = fleet(4, "").replacen("PROFILE = desk\n", &format!("PROFILE = desk\nLABEL = {label}\n"), 3);
        host.configure(settings("resync_first = 2\nresync_rate = 100") + &changed);
    };
    configure(host, "one");
    host.start();
    let phones = host.phones(Manner::Break);
    register(host, 4);
    fetch_all(host, 4);
    assert_current(host, 4);
    let nobody = host.cli("pjsip resync phoneprovs stale");
    assert!(nobody.contains("no phone is stale"), "{nobody}");
    configure(host, "two");
    host.cli("module reload res_pjsip.so");
    let mut answer = String::new();
    let are_stale = || {
        answer = host.cli("pjsip resync phoneprovs stale");
        answer.contains("3 phones are told to fetch again")
    };
    assert!(eventually(are_stale), "{answer}");
    assert!(eventually(|| told(&phones) == 2), "{:?}", phones.messages());
    let stopped = host.cli("pjsip resync phoneprovs stop");
    assert!(stopped.contains("nobody is told any more; 1 phones were not told yet"), "{stopped}");
    // Who would have been the sign to go on.
    let first = accounts_told(&phones);
    first.iter().for_each(|mac| assert_eq!(host.fetch(&format!("{mac}.cfg")).status, 200));
    let is_over = || host.cli("pjsip resync phoneprovs stop").contains("nobody is being told");
    assert!(eventually(is_over), "{}", host.cli("pjsip show phoneprov status"));
    assert_eq!(accounts_told(&phones), first);

    let answer = host.ami("system").action("PJSIPResyncPhoneprovs", &[("Phoneprov", "stale")]);
    assert!(answer[0].is_success(), "{answer:?}");
    assert!(eventually(|| told(&phones) == 3), "{:?}", phones.messages());
    assert_eq!(accounts_told(&phones), (0..3).map(mac).collect::<Vec<_>>(), "the fourth is not stale");
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

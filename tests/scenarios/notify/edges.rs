//! What may come between while phones are told.

use super::office::{accounts_told, assert_current, fetch_all, fleet, register, told};
use hosts::databases::settings;
use hosts::phones::{Manner, Way, mac, registering};
use hosts::{Host, eventually};

const PHONES: usize = 8;
const RULES: &str = "resync = changed\nresync_first = 3\nresync_rate = 100";

fn configure(host: &Host, label: &str) {
    host.configure(settings(RULES) + &fleet(PHONES, &format!("LABEL = {label}")));
}

/// Phones that take the message and do not fetch yet, with a change under way: three have been told.
fn begin(host: &mut Host) -> hosts::phones::SipPhones {
    host.take_registrations();
    configure(host, "one");
    host.start();
    let phones = host.phones(Manner::Break);
    register(host, PHONES);
    fetch_all(host, PHONES);
    assert_current(host, PHONES);
    configure(host, "two");
    host.cli("module reload res_pjsip.so");
    assert!(eventually(|| told(&phones) == 3), "{:?}", phones.messages());
    phones
}

/// Those that were told have not come: it begins anew, with a first wave.
pub fn goes_on_after_the_module_was_loaded_again(host: &mut Host) {
    let phones = begin(host);
    host.cli("module unload res_pjsip_phoneprov_provider.so");
    host.cli("module load res_pjsip_phoneprov_provider.so");
    assert!(eventually(|| told(&phones) == 6), "{:?}", phones.messages());
    assert!(
        host.cli("pjsip show phoneprov status").contains("the first wave"),
        "{}",
        host.cli("pjsip show phoneprov status")
    );
    fetch_all(host, PHONES);
    assert_current(host, PHONES);
}

/// What happens when three have been told, and those three come then.
fn goes_on(host: &mut Host, happen: impl Fn(&Host)) {
    let phones = begin(host);
    let mut ami = host.ami("system");
    happen(host);
    let [first, second, third] = &accounts_told(&phones)[..] else { panic!("{:?}", phones.messages()) };
    for mac in [first, second, third] {
        assert_eq!(host.fetch(&format!("{mac}.cfg")).status, 200);
    }
    // Nobody is told twice.
    assert!(eventually(|| told(&phones) == PHONES), "{}", host.cli("pjsip show phoneprov status"));
    assert_eq!(accounts_told(&phones), (0..PHONES).map(mac).collect::<Vec<_>>());
    fetch_all(host, PHONES);
    assert_eq!(ami.wait_for_event("PhoneprovDelivered").get("Phones"), Some("8"));
}

pub fn goes_on_while_res_pjsip_is_reloaded(host: &mut Host) {
    goes_on(host, |host| drop(host.cli("module reload res_pjsip.so")));
}

pub fn goes_on_while_the_module_is_reloaded(host: &mut Host) {
    goes_on(host, Host::reload);
}

pub fn takes_a_second_change_into_the_first(host: &mut Host) {
    goes_on(host, |host| {
        configure(host, "three");
        host.cli("module reload res_pjsip.so");
        host.settle();
    });
    assert!((0..PHONES).all(|phone| host.line(&mac(phone))["LABEL"] == "three"));
}

/// A phone whose account has that name.
fn named(account: &str) -> String {
    settings(RULES) + &renamed(fleet(1, ""), &mac(0), account)
}

/// The same with another name for an account and its AOR.
fn renamed(sections: String, account: &str, name: &str) -> String {
    let places = ["[", "endpoint = ", "aors = "];
    places.iter().fold(sections, |text, before| text.replace(&format!("{before}{account}"), &format!("{before}{name}")))
}

/// It is registered by its old name until it has fetched the new one.
pub fn tells_a_phone_whose_endpoint_has_another_name(host: &mut Host) {
    host.take_registrations();
    host.configure(named("alice"));
    host.start();
    let phones = host.phones(Manner::Break);
    host.register(["alice"]);
    fetch_all(host, 1);
    assert_current(host, 1);
    let mut ami = host.ami("system");
    host.configure(named("alicia"));
    host.cli("module reload res_pjsip.so");
    let answer = ami.wait_for_event("PhoneprovResync");
    assert_eq!((answer.get("MAC"), answer.get("Answer")), (Some(mac(0).as_str()), Some("Taken")), "{answer:?}");
    assert_eq!(accounts_told(&phones), ["alice"], "where it is");
    assert_eq!(host.line(&mac(0))["ENDPOINT_ID"], "alicia");
    ami.wait_for_event("PhoneprovDelivered");
    host.register(["alicia"]);
    let is_registered = || host.cli(&format!("pjsip show phoneprov {}", mac(0))).contains("alicia is registered");
    assert!(eventually(is_registered), "{}", host.cli(&format!("pjsip show phoneprov {}", mac(0))));
    host.cli(&format!("pjsip resync phoneprovs {}", mac(0)));
    assert!(eventually(|| accounts_told(&phones) == ["alice", "alicia"]), "{:?}", phones.messages());
}

/// A name that changes while the phone still waits for its turn.
pub fn tells_a_phone_that_was_renamed_while_others_were_told(host: &mut Host) {
    let phones = begin(host);
    let last = (0..PHONES).map(mac).find(|mac| !accounts_told(&phones).contains(mac)).unwrap();
    host.configure(settings(RULES) + &renamed(fleet(PHONES, "LABEL = two"), &last, &format!("other-{last}")));
    host.cli("module reload res_pjsip.so");
    accounts_told(&phones).iter().for_each(|mac| assert_eq!(host.fetch(&format!("{mac}.cfg")).status, 200));
    assert!(eventually(|| accounts_told(&phones).contains(&last)), "{:?}", phones.messages());
    fetch_all(host, PHONES);
    assert_current(host, PHONES);
}

fn is_told_by(host: &mut Host, way: Way, account: &str) {
    host.take_registrations();
    host.configure(way.transport() + &registering(0..1, account, ""));
    host.start();
    let phones = host.phones_by(way, Manner::Break);
    let mut ami = host.ami("system");
    host.register_by(way, [mac(0).as_str()]);
    host.cli(&format!("pjsip resync phoneprovs {}", mac(0)));
    let answer = ami.wait_for_event("PhoneprovResync");
    assert_eq!(answer.get("Answer"), Some("Taken"), "{answer:?}");
    assert_eq!(accounts_told(&phones), [mac(0)]);
}

pub fn tells_phones_over_tcp(host: &mut Host) {
    is_told_by(host, Way::Tcp, "");
}

pub fn tells_phones_over_ipv6(host: &mut Host) {
    is_told_by(host, Way::ipv6(), "");
}

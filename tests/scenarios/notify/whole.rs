//! From a row of a database to the phone that has it.

use super::office::{assert_current, fetch_all, register};
use hosts::databases::{Columns, Database, settings};
use hosts::phones::{Manner, id, mac};
use hosts::{Ami, Host};
use std::time::{Duration, Instant};

const PHONES: usize = 3;

/// Puts phones into the database, each with an account that is named as its MAC, and with that label.
pub fn fill(database: &mut Database, host: &Host, label: &str) {
    let texts: Vec<[String; 2]> = (0..PHONES).map(|phone| [id(phone), mac(phone)]).collect();
    for [id, mac] in &texts {
        let endpoint: Columns = &[("transport", Some("udp")), ("aors", Some(mac))];
        let phone: Columns =
            &[("endpoint", Some(mac)), ("mac", Some(mac)), ("profile", Some("desk")), ("label", Some(label))];
        database.set(host, "ps_endpoints", [(mac.clone(), endpoint)]);
        database.set(host, "ps_phoneprov", [(id.clone(), phone)]);
    }
}

/// The AORs of those phones, which stay in pjsip.conf.
pub fn aors() -> String {
    (0..PHONES).map(|phone| format!("[{}]\ntype = aor\nmax_contacts = 2\n\n", mac(phone))).collect()
}

/// Waits until the event of that name has come so often, and tells since when it is so.
fn after(ami: &mut Ami, start: Instant, event: &str, times: usize) -> Duration {
    (0..times).for_each(|_| drop(ami.wait_for_event(event)));
    start.elapsed()
}

pub fn brings_a_row_to_the_phones(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let _link = database.serve(host);
    host.take_registrations();
    fill(&mut database, host, "one");
    host.configure(settings("resync = changed\nrefresh_interval = 1") + &aors());
    host.start();
    let _phones = host.phones(Manner::Fetch);
    register(host, PHONES);
    fetch_all(host, PHONES);
    assert_current(host, PHONES);

    let mut ami = host.ami("system");
    let start = Instant::now();
    database.sql("update ps_phoneprov set label = 'two'");
    let written = start.elapsed();
    let seen = after(&mut ami, start, "PhoneprovSynced", 1);
    let told = after(&mut ami, start, "PhoneprovResync", PHONES);
    let fetched = after(&mut ami, start, "PhoneprovFetched", PHONES);
    let delivered = ami.wait_for_event("PhoneprovDelivered");
    let all = start.elapsed();
    eprintln!(
        "{}: {PHONES} phones; written {written:.0?}, the node has seen it {seen:.0?}, the last phone has taken the message {told:.0?} and \
         fetched {fetched:.0?}, delivered {all:.0?}, each from the update on",
        host.kind.label()
    );
    assert_eq!(delivered.get("Phones"), Some("3"), "{delivered:?}");
    assert!((0..PHONES).all(|phone| host.line(&mac(phone))["LABEL"] == "two"));
    assert_current(host, PHONES);
}

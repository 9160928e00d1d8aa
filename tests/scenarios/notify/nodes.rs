//! Contacts in a database, and several nodes that see them.

use super::office::{accounts_told, assert_current, fetch_all, register, told};
use super::whole::{aors, fill};
use hosts::databases::{Database, Link, settings, status};
use hosts::phones::{Manner, SipPhones, mac};
use hosts::{Host, eventually};

const PHONES: usize = 3;
const RULES: &str = "resync = changed\nrefresh_interval = 1";

/// What of Asterisk's own table is used.
const CONTACTS: &str = "create table ps_contacts (id varchar(255) primary key, uri varchar(511), expiration_time bigint, \
    qualify_frequency integer, qualify_timeout float, qualify_2xx_only varchar(5), authenticate_qualify varchar(5), \
    outbound_proxy varchar(40), path text, user_agent varchar(255), endpoint varchar(40), reg_server varchar(255), \
    via_addr varchar(40), via_port integer, call_id varchar(255), prune_on_boot varchar(5))";

/// Has the host keep contacts in the database that it has its phones from.
fn keep_contacts_in(database: &Database, host: &Host) -> Option<Link> {
    let link = database.serve(host);
    host.take_registrations();
    let sorcery = host.read("etc/sorcery.conf");
    host.write("etc/sorcery.conf", sorcery.replace("[res_pjsip]\n", "[res_pjsip]\ncontact = realtime,ps_contacts\n"));
    let extconfig = host.read("etc/extconfig.conf");
    let line = extconfig.lines().find(|line| line.starts_with("ps_auths => ")).expect("the sample has it");
    let own = line.replace("ps_auths", "ps_contacts");
    host.write("etc/extconfig.conf", extconfig.replacen(line, &format!("{line}\n{own}"), 1));
    link
}

fn set_name(host: &Host, name: &str) {
    let file = host.read("asterisk.conf");
    host.write("asterisk.conf", file.replace("[options]\n", &format!("[options]\nsystemname = {name}\n")));
}

pub fn tells_phones_whose_contacts_are_rows(host: &mut Host) {
    let mut database = Database::in_file(host);
    database.sql(CONTACTS);
    let _link = keep_contacts_in(&database, host);
    set_name(host, "one");
    fill(&mut database, host, "one");
    host.configure(settings(RULES) + &aors());
    host.start();
    let phones = host.phones(Manner::Fetch);
    register(host, PHONES);
    fetch_all(host, PHONES);
    assert_current(host, PHONES);
    let mut ami = host.ami("system");
    database.sql("update ps_phoneprov set label = 'two'");
    ami.wait_for_event("PhoneprovDelivered");
    assert_eq!(accounts_told(&phones), (0..PHONES).map(mac).collect::<Vec<_>>());
    assert!(!host.errors().iter().any(|line| line.contains("by itself")), "{:?}", host.errors());
}

/// Two nodes of these names, and a phone that is registered with each; the third phone is registered nowhere.
struct Two {
    database: Database,
    second: Host,
    _links: Vec<Link>,
}

impl Two {
    fn start(host: &mut Host, names: [Option<&str>; 2]) -> Self {
        let mut database = Database::of(host.kind);
        database.sql(CONTACTS);
        let mut second = Host::new(host.kind);
        let mut links = Vec::new();
        for (node, name) in [&*host, &second].into_iter().zip(names) {
            links.extend(keep_contacts_in(&database, node));
            name.into_iter().for_each(|name| set_name(node, name));
            node.configure(settings(RULES) + &aors());
        }
        fill(&mut database, host, "one");
        host.start();
        second.start();
        // Each knows what all phones have.
        for node in [&*host, &second] {
            fetch_all(node, PHONES);
            assert_current(node, PHONES);
        }
        Two { database, second, _links: links }
    }
}

pub fn tells_only_phones_that_are_registered_here(host: &mut Host) {
    let mut two = Two::start(host, [Some("one"), Some("two")]);
    let phones = [host.phones(Manner::Fetch), two.second.phones(Manner::Fetch)];
    host.register([mac(0).as_str()]);
    two.second.register([mac(1).as_str()]);
    two.database.sql("update ps_phoneprov set label = 'two'");
    let both = |phones: &[SipPhones; 2]| phones.each_ref().map(accounts_told);
    assert!(eventually(|| both(&phones) == [[mac(0)], [mac(1)]]), "{:?}", both(&phones));
    for node in [&*host, &two.second] {
        let are_away = || status(node, "Telling phones").contains("2 away");
        assert!(eventually(are_away), "{}", status(node, "Telling phones"));
    }
    two.database.sql("update ps_phoneprov set label = 'three'");
    assert!(eventually(|| both(&phones) == [[mac(0), mac(0)], [mac(1), mac(1)]]), "{:?}", both(&phones));
    two.second.finish();
}

/// It says so, and whoever knows better can have them told.
fn tells_nobody(host: &mut Host, names: [Option<&str>; 2], why: &str) {
    let mut two = Two::start(host, names);
    let phones = [host.phones(Manner::Fetch), two.second.phones(Manner::Fetch)];
    host.register([mac(0).as_str()]);
    two.second.register([mac(1).as_str()]);
    two.database.sql("update ps_phoneprov set label = 'two'");
    for node in [&*host, &two.second] {
        let is_said =
            || node.errors().iter().any(|line| line.contains("no phone is told by itself") && line.contains(why));
        assert!(eventually(is_said), "{:?}", node.errors());
        let status = node.cli("pjsip show phoneprov status").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(status.contains("nobody by himself: contacts are in a database"), "{status}");
    }
    assert_eq!(phones.iter().map(told).sum::<usize>(), 0);
    host.cli(&format!("pjsip resync phoneprovs {}", mac(0)));
    assert!(eventually(|| told(&phones[0]) == 1), "{:?}", phones[0].messages());
    two.second.finish();
}

pub fn tells_nobody_by_itself_without_a_name(host: &mut Host) {
    tells_nobody(host, [None, None], "has no systemname");
}

pub fn tells_nobody_by_itself_with_anothers_name(host: &mut Host) {
    tells_nobody(host, [Some("one"), Some("one")], "another node has this one's systemname, 'one', too");
}

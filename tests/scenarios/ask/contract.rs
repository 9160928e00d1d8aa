//! share/documentation/ami.md, against what is really sent: whoever has written a portal by it is not deceived.

use super::PHONEPROV;
use hosts::config::{account, section};
use hosts::databases::{Database, add, fill, settings, status};
use hosts::phones::Manner;
use hosts::{Ami, Host, Kind, Message, eventually, project_file};
use std::collections::{BTreeMap, BTreeSet};

const MAC: &str = "001122334455";
const PHONES: usize = 12;

/// A phone of users.conf, which is res_phoneprov's own.
const OF_USERS_CONF: &str = "0011223344e0";

/// Asterisk's own.
const OF_ASTERISK: [&str; 5] = ["Event", "Privilege", "ActionID", "EventList", "ListItems"];

/// The fields of each event, and whether each is always sent.
fn contract() -> BTreeMap<String, BTreeMap<String, bool>> {
    let mut events: BTreeMap<String, BTreeMap<String, bool>> = BTreeMap::new();
    let mut event = None;
    for line in project_file("share/documentation/ami.md").lines() {
        if let Some(name) = line.strip_prefix("### ") {
            events.insert(name.to_owned(), BTreeMap::new());
            event = Some(name.to_owned());
        } else if line.starts_with("## ") {
            event = None;
        }
        let row = line.strip_prefix("| `").and_then(|row| row.split_once("` | "));
        if let (Some((field, rest)), Some(event)) = (row, &event) {
            let columns: Vec<&str> = rest.split(" | ").collect();
            assert_eq!(columns.len(), 3, "{line}");
            events.get_mut(event).unwrap().insert(field.to_owned(), columns[0] == "always");
        }
    }
    events
}

/// Everything that is sent, by the names of the events.
#[derive(Default)]
struct Sent(BTreeMap<String, Vec<Message>>);

impl Sent {
    fn take(&mut self, messages: impl IntoIterator<Item = Message>) {
        for message in messages {
            if let Some(event) = message.get("Event").filter(|event| event.starts_with(PHONEPROV)).map(str::to_owned) {
                self.0.entry(event).or_default().push(message);
            }
        }
    }

    fn ask(&mut self, ami: &mut Ami, action: &str, headers: &[(&str, &str)]) {
        let answer = ami.action(action, headers);
        assert!(answer[0].is_success(), "{action} {headers:?}: {answer:?}");
        self.take(answer);
    }

    fn fields(&self, event: &str) -> BTreeSet<&str> {
        let messages = self.0.get(event).into_iter().flatten();
        let names = messages.flat_map(|message| &message.headers).map(|(name, _)| name.as_str());
        names.filter(|name| !OF_ASTERISK.contains(name)).collect()
    }
}

/// Phones that register, each with an account of its MAC's name.
const REGISTERED: [&str; 2] = ["00bb00bb0001", "00bb00bb0002"];

/// The accounts of all phones.
fn accounts() -> String {
    let registered = REGISTERED.map(|mac| {
        format!("[{mac}]\ntype = endpoint\ntransport = udp\naors = {mac}\n\n[{mac}]\ntype = aor\nmax_contacts = 2\n\n")
    });
    account("1000") + &registered.concat()
}

/// Sections with a fault of every kind, beside good ones.
fn office(note: &str) -> String {
    let registered = REGISTERED.map(|mac| section(&format!("r-{mac}"), mac, &format!("endpoint = {mac}\n{note}")));
    let many =
        (0..8).map(|number| section(&format!("many-{number}"), &format!("0011223344b{number}"), "endpoint = nobody"));
    accounts()
        + &section("phone", MAC, &format!("endpoint = 1000\n{note}"))
        + &section("sofa", "0011223344cc", "").replace("desk", "sofa")
        + &section("bad", "0011223344aa", "endpoint = noone")
        + &section("odd", "0011223344dd", "LINE = x")
        + &many.collect::<String>()
        + &registered.concat()
}

/// Has phones told that do not come, and then come.
fn resync(host: &Host, sent: &mut Sent, listener: &mut Ami, ami: &mut Ami) {
    let fetch = |mac: &str| assert_eq!(host.fetch(&format!("{mac}.cfg")).status, 200);
    REGISTERED.into_iter().for_each(fetch);
    let _phones = host.phones(Manner::Break);
    host.register(REGISTERED);
    sent.ask(ami, "PJSIPResyncPhoneprovs", &[("Phoneprov", "all")]);
    for event in ["PhoneprovResync", "PhoneprovStale", "PhoneprovResyncHeld"] {
        sent.take([listener.wait_for_event(event)]);
    }
    sent.ask(ami, "PJSIPResyncPhoneprovs", &[("Phoneprov", "stop")]);
}

/// Has everything vanish from a file that cannot be read to its end, and `res_phoneprov` stop.
fn break_files(host: &Host, head: &str, sent: &mut Sent, listener: &mut Ami, ami: &mut Ami) {
    let phoneprov_conf = host.read("etc/phoneprov.conf");
    host.write("etc/phoneprov.conf", phoneprov_conf.clone() + "\n[attic]\n${MAC}.cfg = phone.cfg\n");
    sent.ask(ami, "PJSIPPhoneprovCheck", &[]);
    host.write("etc/broken.conf", "[p3](typo)\n");
    host.configure(head.to_owned() + "#include \"broken.conf\"\n");
    host.reload();
    sent.take([listener.wait_for_event("PhoneprovHeldBack")]);
    sent.ask(ami, "PJSIPShowPhoneprovStatus", &[]);
    host.write("etc/phoneprov.conf", phoneprov_conf + "\n[attic\n");
    host.cli("module reload res_phoneprov.so");
    sent.ask(ami, "PJSIPShowPhoneprovs", &[]);
    sent.ask(ami, "PJSIPShowPhoneprovStatus", &[]);
}

pub fn keeps_its_contract(host: &mut Host) {
    let mut database = (host.kind == Kind::Asterisk22).then(|| Database::of(host.kind));
    let mut link = database.as_ref().and_then(|database| database.serve(host));
    if let Some(database) = &mut database {
        fill(database, host, PHONES);
    }
    let of_database = if database.is_some() { "refresh_interval = 1\nlast_known_good = yes\n" } else { "" };
    let of_resync = "resync_first = 1\nresync_wait = 1\nresync_tries = 1\nhash_key = correct horse battery";
    let head = settings(&(of_database.to_owned() + of_resync));
    host.take_registrations();
    let profile = "\n[sofa]\n${MAC}.cfg = none.cfg\n";
    host.write("etc/phoneprov.conf", host.read("etc/phoneprov.conf") + "odd-${MAC}.cfg = odd.cfg\n" + profile);
    host.set_template("odd.cfg", "${NO_SUCH_FUNCTION(x)}\n");
    host.configure(head.clone() + &accounts() + &section("goes", "0011223344ee", ""));
    let user = format!("[3000]\nmacaddress = {OF_USERS_CONF}\nautoprov = yes\nusername = 3000\nsecret = hunter2\n");
    host.write("etc/users.conf", user);
    host.start();
    let (mut listener, mut ami, mut sent) = (host.ami("system"), host.ami("all"), Sent::default());

    host.configure(head.clone() + &office("NOTE = 1"));
    host.reload();
    sent.take(listener.events_until("PhoneprovSynced"));
    for (file, status) in [
        (format!("{MAC}.xml"), 404),
        (format!("{MAC}.cfg"), 200),
        ("0011223344aa.cfg".to_owned(), 404),
        ("00aabbccddee.cfg".to_owned(), 404),
        (format!("{OF_USERS_CONF}.xml"), 404),
    ] {
        assert_eq!(host.fetch(&file).status, status, "{file}");
    }
    sent.take([listener.wait_for_event("PhoneprovMissed"), listener.wait_for_event("PhoneprovMissed")]);
    sent.ask(&mut ami, "PJSIPShowPhoneprovs", &[]);
    for phone in ["phone", "bad", "sofa", OF_USERS_CONF] {
        sent.ask(&mut ami, "PJSIPShowPhoneprov", &[("Phoneprov", phone)]);
    }
    sent.ask(&mut ami, "PJSIPShowPhoneprovFile", &[("Phoneprov", "phone"), ("File", &format!("odd-{MAC}.cfg"))]);
    sent.ask(&mut ami, "PJSIPShowPhoneprovStatus", &[]);

    host.configure(head.clone() + &office("MORE = 2").replace("noone", "1000") + &section("new", "0011223344ff", ""));
    sent.ask(&mut ami, "PJSIPPhoneprovCheck", &[]);
    host.reload();
    sent.take(listener.events_until("PhoneprovSynced"));
    host.configure(head.clone() + &office("MORE = 2").replace("nobody", "1000"));
    host.reload();
    sent.take(listener.events_until("PhoneprovSynced"));
    if let (Some(database), Some(link)) = (&mut database, &mut link) {
        database.sql("delete from ps_phoneprov");
        sent.take([listener.wait_for_event("PhoneprovHeldBack")]);
        add(database, host, 0..PHONES);
        assert!(eventually(|| status(host, "Database") == "answers"), "{}", status(host, "Database"));
        link.cut();
        sent.take([listener.wait_for_event("PhoneprovDatabaseAway")]);
        link.restore();
        sent.take([listener.wait_for_event("PhoneprovDatabaseBack")]);
    }

    sent.ask(&mut ami, "PJSIPShowPhoneprovStatusUnmasked", &[]);
    resync(host, &mut sent, &mut listener, &mut ami);
    host.configure(head.clone() + &office("MORE = 3").replace("nobody", "1000"));
    host.reload();
    for mac in REGISTERED.into_iter().chain([MAC]) {
        assert_eq!(host.fetch(&format!("{mac}.cfg")).status, 200);
        sent.take([listener.wait_for_event("PhoneprovFetched")]);
    }
    sent.take([listener.wait_for_event("PhoneprovDelivered")]);
    if let Some(link) = &mut link {
        link.silence();
        assert!(eventually(|| status(host, "Database").contains("has not answered")));
        sent.ask(&mut ami, "PJSIPPhoneprovCheck", &[]);
        link.restore();
    }
    break_files(host, &head, &mut sent, &mut listener, &mut ami);

    let contract = contract();
    for (event, messages) in &sent.0 {
        let Some(fields) = contract.get(event) else { panic!("{event} is not in ami.md") };
        for field in sent.fields(event) {
            assert!(fields.contains_key(field), "{field} of {event} is not in ami.md");
        }
        for message in messages {
            let lacks = |field: &&String| message.get(field).is_none();
            let always = fields.iter().filter(|(_, is_always)| **is_always).map(|(field, _)| field);
            let lacking: Vec<&String> = always.filter(lacks).collect();
            assert!(lacking.is_empty(), "{event} lacks {lacking:?}: {message:?}");
        }
    }
    let of_databases =
        |name: &str| name.contains("Database") || ["DataAge", "LastKnownGoodAge", "RowsOf"].contains(&name);
    let is_due = |name: &str| database.is_some() || !of_databases(name);
    for (event, fields) in contract.iter().filter(|(event, _)| is_due(event)) {
        assert!(sent.0.contains_key(event), "{event} was never sent");
        let seen = sent.fields(event);
        let unseen: Vec<_> = fields.keys().filter(|field| !seen.contains(field.as_str()) && is_due(field)).collect();
        assert!(unseen.is_empty(), "{unseen:?} of {event} were never sent, but {:?}", sent.0[event]);
    }
}

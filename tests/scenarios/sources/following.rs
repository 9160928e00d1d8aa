//! Rows that change while phones fetch: found by looking now and then, or when somebody says so.

use hosts::databases::{Columns, Database, add, assert_becomes, fill, label, settings, status, value};
use hosts::phones::{Phones, fetch_during, id, mac};
use hosts::{Ami, Host, Kind, eventually};

const PHONES: usize = 12;

/// Which phones were touched, by the log at debug level 2.
fn touched(host: &Host) -> Vec<String> {
    let log = host.log();
    let lines = log.lines().filter(|line| line.contains(" DEBUG["));
    let phone = |line: &str| {
        let (_, text) = line.split_once("adding phone ").or_else(|| line.split_once("removing phone "))?;
        text.split(' ').next().map(str::to_owned)
    };
    lines.filter_map(phone).collect()
}

pub fn follows_rows_as_they_change(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let _link = database.serve(host);
    fill(&mut database, host, PHONES);
    host.configure(settings("refresh_interval = 1"));
    host.start();
    host.cli("core set debug 2 res_pjsip_phoneprov_provider");
    let mut ami = (host.kind != Kind::Stub).then(|| host.ami("system"));
    let hash = status(host, "Content hash");
    let ((), got) = fetch_during(host.address(), 2, (Phones::Shared, PHONES), || {
        label(&mut database, host, 3, "changed");
        assert_becomes(host, 3, "LABEL", Some("changed"));
        if let Some(ami) = &mut ami {
            let event = ami.wait_for_event("PhoneprovChanged");
            assert_eq!((event.get("MAC"), event.get("Variables")), (Some(mac(3).as_str()), Some("LABEL,label")));
        }

        let both = || touched(host).len() == 2;
        assert!(eventually(both), "{:?}", touched(host));
        assert_eq!(touched(host), [mac(3), mac(3)], "removed and added, and nobody else was touched");
        assert_ne!(status(host, "Content hash"), hash);
        label(&mut database, host, 3, "3");
        assert!(eventually(|| status(host, "Content hash") == hash), "what is served is what was");

        let auth: Columns = &[("password", Some("looking glass"))];
        database.set(host, "ps_auths", [("alice".to_owned(), auth)]);
        assert_becomes(host, 11, "SECRET", Some("looking glass"));
        let endpoint: Columns = &[("callerid", Some("\"Queen\" <2002>"))];
        database.set(host, "ps_endpoints", [("alice".to_owned(), endpoint)]);
        assert_becomes(host, 0, "DISPLAY_NAME", Some("Queen"));
        let default: Columns = &[("linekeys", Some("6"))];
        database.set(host, "ps_phoneprov_default", [("all".to_owned(), default)]);
        assert_becomes(host, 5, "LINEKEYS", Some("6"));
        database.set_variables(host, &id(5), &[("NOTE", "a row")]);
        assert_becomes(host, 5, "NOTE", Some("a row"));
        add(&mut database, host, PHONES..PHONES + 1);
        assert_becomes(host, PHONES, "LABEL", Some("12"));
    });
    got.assert_all_good();
    database.delete(host, "ps_phoneprov", [id(PHONES)]);
    assert_becomes(host, PHONES, "LABEL", None);
    assert_eq!(host.problems(), [""; 0]);

    if let Database::Postgres(postgres) = &database {
        let reads = || status(host, "Database reads").parse::<usize>().unwrap();
        let (reads_before, statements_before) = (reads(), postgres.statements().len());
        assert!(eventually(|| reads() >= reads_before + 3));
        let statements = postgres.statements().len() - statements_before;
        let reads = reads() - reads_before + 1;
        assert!(
            statements >= 2 && statements <= reads,
            "{statements} questions in {reads} reads of what has not changed"
        );
    }
}

fn reload(ami: &mut Ami, headers: &[(&str, &str)]) -> (bool, String) {
    let answer = ami.action("PJSIPReloadPhoneprovs", headers);
    (answer[0].is_success(), answer[0].get("Message").unwrap_or_default().to_owned())
}

/// Nobody looks by itself here: each of these is seen because it was asked for.
pub fn reads_the_database_when_told(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let _link = database.serve(host);
    fill(&mut database, host, PHONES);
    host.configure(settings("refresh_interval = 0"));
    host.start();
    let mut ami = host.ami("system");
    let labels = |host: &Host, phones: [usize; 2]| phones.map(|phone| value(host, phone, "LABEL").unwrap());
    let statements = |database: &mut Database| match host.kind {
        Kind::Stub => Vec::new(),
        _ => database.postgres().statements(),
    };

    [1, 2].into_iter().for_each(|phone| label(&mut database, host, phone, "new"));
    let before = statements(&mut database).len();
    let answer = host.cli(&format!("pjsip reload phoneprovs {}", id(1)));
    assert!(answer.contains(", 1 changed,"), "{answer}");
    assert_eq!(labels(host, [1, 2]), ["new", "2"], "that section and no other");
    let asked = statements(&mut database).split_off(before);
    let of_table = |table: &str| asked.iter().filter(|text| text.contains(table)).collect::<Vec<_>>();
    let whole =
        of_table("ps_phoneprov ").into_iter().chain(of_table("ps_endpoints ")).find(|text| text.contains("LIKE"));
    assert_eq!(whole, None, "whole tables are not read for one section");
    let before = statements(&mut database).len();
    let answer = host.cli("pjsip reload phoneprovs");
    assert!(answer.contains(", 1 changed,"), "{answer}");
    assert_eq!(labels(host, [1, 2]), ["new", "new"]);
    let asked = statements(&mut database).split_off(before);
    let versions = asked.iter().filter(|text| text.contains("ps_phoneprov_version")).count();
    assert_eq!(
        (asked.len(), versions),
        (8, 2),
        "five tables, their counts, and the version before and after: {asked:#?}"
    );

    [3, 4].into_iter().for_each(|phone| label(&mut database, host, phone, "new"));
    let (is_good, message) = reload(&mut ami, &[("Phoneprov", &id(3))]);
    assert!(is_good && message.contains(", 1 changed,"), "{message}");
    assert_eq!(labels(host, [3, 4]), ["new", "4"]);
    assert!(reload(&mut ami, &[]).0);
    assert_eq!(labels(host, [3, 4]), ["new", "new"]);

    let auth: Columns = &[("password", Some("looking glass"))];
    database.set(host, "ps_auths", [("alice".to_owned(), auth)]);
    assert!(reload(&mut ami, &[("Phoneprov", &id(0))]).0);
    assert_eq!(value(host, 0, "SECRET").as_deref(), Some("looking glass"), "a section's account is read with it");
    database.delete(host, "ps_phoneprov", [id(5)]);
    assert!(reload(&mut ami, &[("Phoneprov", &id(5))]).0);
    assert_eq!(value(host, 5, "LABEL"), None);

    let (is_good, message) = reload(&mut ami, &[("Phoneprov", "nobody")]);
    assert!(!is_good && message.contains("no phoneprov section 'nobody'"), "{message}");

    assert_eq!(status(host, "Database reads"), "8", "one at the start, and one each time that somebody asked");
}

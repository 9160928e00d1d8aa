//! What was last known is served while the database is away, and when its rows vanish.

use hosts::config::section;
use hosts::databases::{Columns, Database, Link, add, assert_becomes, fill, label, served, settings, status, value};
use hosts::phones::{Phones, fetch_during, id};
use hosts::{Host, Kind, eventually};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

const PHONES: usize = 12;
const FILE: &str = "spool/phoneprov/last_known_good";
/// A reload waits for the database for three seconds.
const LONGEST_RELOAD: Duration = Duration::from_secs(6);
/// A phone of pjsip.conf.
const MAC: &str = "0011223344aa";

/// Makes the database unreachable, or reachable again.
fn cut(host: &Host, link: &mut Option<Link>) {
    match link {
        Some(link) => link.cut(),
        None => fs::rename(host.path("etc/realtime"), host.path("etc/away")).unwrap(),
    }
}

fn restore(host: &Host, link: &mut Option<Link>) {
    match link {
        Some(link) => link.restore(),
        None => fs::rename(host.path("etc/away"), host.path("etc/realtime")).unwrap(),
    }
}

fn configure(host: &Host, note: &str) {
    let phone = section("own", MAC, &format!("endpoint = alice\nNOTE = {note}"));
    host.configure(settings("refresh_interval = 1") + &phone);
}

/// Every way for a database to be away, and what goes on meanwhile.
pub fn keeps_serving_while_the_database_is_away(host: &mut Host) {
    let mut database = Database::of(host.kind);
    // With a version it asks for no other table while nothing changes, and so does not notice that one is gone.
    let mut link = database.serve_without_version(host);
    fill(&mut database, host, PHONES);
    if host.kind != Kind::Stub {
        database.sql(
            "create role reader login;
             grant select on ps_phoneprov, ps_phoneprov_default, ps_phoneprov_vars, ps_endpoints, ps_auths to reader;",
        );
        let settings = host.read("etc/res_pgsql.conf").replace("dbuser = asterisk", "dbuser = reader");
        host.write("etc/res_pgsql.conf", settings);
    }
    configure(host, "0");
    host.start();
    let mut ami = host.ami("system");
    let mut round = 0;
    // Runs while the database is away, and again when it is back.
    let mut change_pjsip_conf = |host: &Host| {
        round += 1;
        configure(host, &round.to_string());
        let start = Instant::now();
        host.reload();
        assert!(host.kind == Kind::Stub || start.elapsed() < LONGEST_RELOAD, "it took {:?}", start.elapsed());
        assert_eq!(host.line(MAC)["NOTE"], round.to_string(), "pjsip.conf is followed");
        assert_eq!(host.line(MAC)["SECRET"], "wonderland", "with what is known of its account");
    };
    type Way = (fn(&Host, &mut Database, &mut Option<Link>), fn(&Host, &mut Database, &mut Option<Link>));
    let cut: Way = (|host, _, link| cut(host, link), |host, _, link| restore(host, link));
    let silent: Way = (|_, _, link| link.as_mut().unwrap().silence(), |host, _, link| restore(host, link));
    let renamed: Way = (
        |_, database, _| database.sql("alter table ps_phoneprov rename to old"),
        |_, database, _| database.sql("alter table old rename to ps_phoneprov"),
    );
    let forbidden: Way = (
        |_, database, _| database.sql("revoke select on ps_auths from reader"),
        |_, database, _| database.sql("grant select on ps_auths to reader"),
    );
    let stopped: Way = (|_, database, _| database.server().stop(), |_, database, _| database.server().start_again());
    let ways: &[Way] = match host.kind {
        Kind::Stub => &[cut],
        _ => &[cut, silent, renamed, forbidden, stopped],
    };
    let ((), got) = fetch_during(host.address(), 2, (Phones::Shared, PHONES), || {
        for (away, back) in ways {
            away(host, &mut database, &mut link);
            let event = ami.wait_for_event("PhoneprovDatabaseAway");
            assert!(event.get("Reason").is_some_and(|reason| reason.contains("the database")), "{event:?}");
            assert_ne!(status(host, "Database"), "answers");
            change_pjsip_conf(host);
            back(host, &mut database, &mut link);
            ami.wait_for_event("PhoneprovDatabaseBack");
            assert!(eventually(|| status(host, "Database") == "answers"), "{}", status(host, "Database"));
            let label_then = format!("back {}", ami.events().len());
            label(&mut database, host, 0, &label_then);
            assert_becomes(host, 0, "LABEL", Some(&label_then));
        }
        if let Some(link) = &mut link {
            link.slow_down(Duration::from_millis(50));
            label(&mut database, host, 1, "slowly");
            assert_becomes(host, 1, "LABEL", Some("slowly"));
            link.restore();
        }
    });
    got.assert_all_good();
    let errors = host.errors();
    let own = |line: &&String| line.contains(" ERROR[") && line.contains("phones stay as they are");
    assert_eq!(errors.iter().filter(own).count(), ways.len(), "once for each time: {errors:#?}");
}

/// Endpoints fall and recover, and in that same read all phones vanish: that is another fall.
pub fn holds_back_each_fall_for_itself(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let _link = database.serve(host);
    fill(&mut database, host, PHONES);
    let others = || (0..PHONES).map(|number| format!("other-{number}"));
    let endpoint: Columns = &[("transport", Some("udp"))];
    database.set(host, "ps_endpoints", others().map(|id| (id, endpoint)));
    host.configure(settings("refresh_interval = 1\nconfirm_after = 600"));
    host.start();
    database.delete(host, "ps_endpoints", others());
    let told = |of: &str| host.errors().iter().filter(|line| line.contains(of) && line.contains("held back")).count();
    assert!(eventually(|| told("rows of type endpoint") == 1));
    label(&mut database, host, 0, "meanwhile");
    assert_becomes(host, 0, "LABEL", Some("meanwhile"));
    // It would be believed by now if one clock were for all.
    host.configure(settings("refresh_interval = 1\nconfirm_after = 1"));
    host.reload();
    assert!(eventually(|| status(host, "Database") == "answers"), "{}", status(host, "Database"));
    host.configure(settings("refresh_interval = 1\nconfirm_after = 600"));
    host.reload();
    database.set(host, "ps_endpoints", others().map(|id| (id, endpoint)));
    label(&mut database, host, 0, "before");
    assert_becomes(host, 0, "LABEL", Some("before"));
    database.delete(host, "ps_endpoints", others());
    assert!(eventually(|| told("rows of type endpoint") == 2));
    delete_all_but(&mut database, host, 0);
    assert!(eventually(|| told("rows of type phoneprov") == 1));
    assert_eq!(served(host, PHONES), PHONES);
}

/// Deletes all phones but the first of these.
fn delete_all_but(database: &mut Database, host: &Host, count: usize) {
    database.delete(host, "ps_phoneprov", (count..PHONES).map(id));
}

pub fn holds_back_a_fleet_that_vanishes(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let mut link = database.serve(host);
    fill(&mut database, host, PHONES);
    let confirm_after = |host: &Host, seconds: u32| {
        host.configure(settings(&format!("refresh_interval = 1\nconfirm_after = {seconds}")));
    };
    confirm_after(host, 600);
    host.start();
    let mut ami = host.ami("system");

    delete_all_but(&mut database, host, PHONES - 1);
    assert_becomes(host, PHONES - 1, "LABEL", None);
    add(&mut database, host, PHONES - 1..PHONES);
    assert_becomes(host, PHONES - 1, "LABEL", Some("11"));
    assert!(!ami.events().iter().any(|event| event.is_event("PhoneprovHeldBack")), "few are not held back");

    // Back in time.
    delete_all_but(&mut database, host, 0);
    let event = ami.wait_for_event("PhoneprovHeldBack");
    assert!(event.get("Reason").unwrap_or_default().contains("0 rows of type phoneprov and had 12"), "{event:?}");
    add(&mut database, host, 0..PHONES);
    assert!(eventually(|| status(host, "Database") == "answers"), "{}", status(host, "Database"));

    // On the console.
    delete_all_but(&mut database, host, 5);
    ami.wait_for_event("PhoneprovHeldBack");
    assert!(status(host, "Database").starts_with("held back: "), "{}", status(host, "Database"));
    let answer = host.cli("pjsip reload phoneprovs");
    assert!(answer.contains("held back") && answer.contains("phoneprovs confirm"), "{answer}");
    assert_eq!(served(host, PHONES), PHONES);
    let errors = host.errors();
    let told = |line: &&String| line.contains(" ERROR[") && line.contains("held back, phones stay as they are");
    assert_eq!(errors.iter().filter(told).count(), 2, "once each time: {errors:#?}");
    let answer = host.cli("pjsip reload phoneprovs confirm");
    assert!(answer.contains(", 7 removed,"), "{answer}");
    assert_eq!(served(host, PHONES), 5);

    // Over AMI.
    add(&mut database, host, 5..PHONES);
    assert_becomes(host, PHONES - 1, "LABEL", Some("11"));
    delete_all_but(&mut database, host, 0);
    ami.wait_for_event("PhoneprovHeldBack");
    let answer = &ami.action("PJSIPReloadPhoneprovs", &[])[0];
    assert!(!answer.is_success(), "{answer:?}");
    assert_eq!(served(host, PHONES), PHONES);
    let answer = &ami.action("PJSIPReloadPhoneprovs", &[("Confirm", "yes")])[0];
    assert!(answer.is_success(), "{answer:?}");
    assert_eq!(served(host, PHONES), 0);

    // By waiting; an outage meanwhile does not count.
    add(&mut database, host, 0..PHONES);
    assert_becomes(host, PHONES - 1, "LABEL", Some("11"));
    confirm_after(host, 3);
    host.reload();
    let start = Instant::now();
    delete_all_but(&mut database, host, 0);
    ami.wait_for_event("PhoneprovHeldBack");
    assert_eq!(served(host, PHONES), PHONES);
    cut(host, &mut link);
    ami.wait_for_event("PhoneprovDatabaseAway");
    restore(host, &mut link);
    assert!(eventually(|| served(host, PHONES) == 0));
    assert!(start.elapsed() >= Duration::from_secs(3), "believed after {:?}", start.elapsed());
}

pub fn serves_its_file_until_the_database_answers(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let mut link = database.serve(host);
    fill(&mut database, host, PHONES);
    database.set_variables(host, &id(2), &[("NOTE", "kept")]);
    host.configure(settings("refresh_interval = 1\nlast_known_good = yes"));
    host.start();
    let written = || fs::metadata(host.path(FILE)).is_ok();
    assert!(eventually(written));
    assert_eq!(fs::metadata(host.path(FILE)).unwrap().permissions().mode() & 0o7777, 0o600, "it has passwords in it");
    let before = fs::read(host.path(FILE)).unwrap();
    label(&mut database, host, 1, "changed");
    assert!(eventually(|| fs::read(host.path(FILE)).unwrap() != before), "it follows");
    let count = fs::read_dir(host.path("spool/phoneprov")).unwrap().count();
    assert_eq!(count, 1, "a draft is not left");

    cut(host, &mut link);
    host.restart();
    assert_eq!(served(host, PHONES), PHONES);
    assert_eq!(value(host, 1, "LABEL").as_deref(), Some("changed"));
    assert_eq!(value(host, 2, "NOTE").as_deref(), Some("kept"));
    assert_eq!(value(host, 2, "SECRET").as_deref(), Some("wonderland"));
    assert!(host.log().contains("serving what the database said last"));

    let columns: Columns = &[("label", Some("meanwhile"))];
    if let Some(link) = &mut link {
        database.set(host, "ps_phoneprov", [(id(0), columns)]);
        link.restore();
    } else {
        restore(host, &mut link);
        database.set(host, "ps_phoneprov", [(id(0), columns)]);
    }
    assert_becomes(host, 0, "LABEL", Some("meanwhile"));
}

/// Each is a start of its own.
pub fn does_not_use_a_damaged_file(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let mut link = database.serve(host);
    fill(&mut database, host, PHONES);
    host.configure(settings("last_known_good = yes"));
    host.start();
    assert!(eventually(|| host.path(FILE).exists()));
    let good = fs::read(host.path(FILE)).unwrap();
    cut(host, &mut link);

    let secret = good.windows(10).position(|bytes| bytes == b"wonderland").expect("the file has it");
    let mut changed = good.clone();
    changed[secret] = b'W';
    let version = good.iter().position(|&byte| byte == b'\n').unwrap() - 1;
    let mut newer = good.clone();
    newer[version] = b'9';
    for (content, complaint) in [
        (&good[..good.len() / 2], "was cut or changed"),
        (&changed, "was cut or changed"),
        (&newer, "was not written by this version"),
        (&[], "was not written by this version"),
    ] {
        let complaints = || host.errors().iter().filter(|line| line.contains(complaint)).count();
        let before = complaints();
        fs::write(host.path(FILE), content).unwrap();
        host.restart();
        assert_eq!(served(host, PHONES), 0);
        let complaints = host.errors().iter().filter(|line| line.contains(complaint)).count();
        assert_eq!(complaints, before + 1, "{:#?}", host.errors());
    }
    fs::write(host.path(FILE), &good).unwrap();
    host.restart();
    assert_eq!(served(host, PHONES), PHONES, "nothing else has changed");
}

/// What cannot be written is tried again; and where it is not wanted any more, it goes.
pub fn is_written_again_and_deleted(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let mut link = database.serve(host);
    fill(&mut database, host, PHONES);
    let switched = |host: &Host, last_known_good: &str| {
        host.configure(settings(&format!("refresh_interval = 1\nlast_known_good = {last_known_good}")));
    };
    switched(host, "yes");
    // There is no directory to write it to.
    host.write("spool/phoneprov", "in the way");
    host.start();
    let told = |host: &Host, text: &str| host.log().lines().filter(|line| line.contains(text)).count();
    assert!(eventually(|| told(host, "cannot be written") == 1));
    fs::remove_file(host.path("spool/phoneprov")).unwrap();
    assert!(eventually(|| host.path(FILE).exists()), "nothing but the file has changed");
    assert!(eventually(|| told(host, "is as it should be again") == 1));
    assert_eq!(told(host, "cannot be written"), 1);

    // Its age is told, and a draft that somebody left who was killed goes.
    cut(host, &mut link);
    host.stop_gracefully();
    let file = fs::File::options().write(true).open(host.path(FILE)).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(2 * 3600)).unwrap();
    host.write(&format!("{FILE}.new"), "half of one");
    host.start();
    assert!(told(host, "serving what the database said last, 2h") == 1, "{}", host.log());
    assert_eq!(served(host, PHONES), PHONES);
    assert!(!host.path(&format!("{FILE}.new")).exists());
    restore(host, &mut link);
    let is_young = || fs::metadata(host.path(FILE)).unwrap().modified().unwrap().elapsed().unwrap().as_secs() < 3600;
    assert!(eventually(is_young), "it is known to be so again");

    switched(host, "no");
    host.reload();
    assert!(eventually(|| !host.path(FILE).exists()));
    assert!(eventually(|| told(host, "is deleted, because last_known_good is off") == 1));
    // Switched off while nobody looked.
    host.write(FILE, "what is left of it");
    host.restart();
    assert!(eventually(|| !host.path(FILE).exists()));
}

//! Phones in a database: sorcery's realtime wizard, with the project's own tables and sample files.

use hosts::databases::{Columns, Database, add, assert_becomes, fill, label, settings, status, value};
use hosts::phones::{id, mac};
use hosts::{Host, Kind, eventually};

pub fn serves_phones_of_a_database(host: &mut Host) {
    let database = Database::of(host.kind);
    serves_phones_of(host, database);
}

pub fn serves_phones_of_a_mariadb_through_odbc(host: &mut Host) {
    let database = Database::through_odbc();
    serves_phones_of(host, database);
}

pub fn serves_phones_of_an_sqlite_file(host: &mut Host) {
    let database = Database::in_file(host);
    serves_phones_of(host, database);
}

fn serves_phones_of(host: &mut Host, mut database: Database) {
    let _link = database.serve(host);
    if host.kind != Kind::Stub {
        database.sql("alter table ps_phoneprov add column \"NOTE\" varchar(80)");
    }
    fill(&mut database, host, 3);
    let empty: Columns = &[("label", Some("")), ("NOTE", Some("a column"))];
    let null: Columns = &[("label", None)];
    database.set(host, "ps_phoneprov", [(id(0), empty), (id(1), null)]);
    let default: Columns = &[("linekeys", Some("6")), ("timezone", None)];
    database.set(host, "ps_phoneprov_default", [("all".to_owned(), default)]);
    database.set_variables(host, &id(1), &[("NOTE", "a row; of its own"), ("Label", "by row")]);
    host.configure("");
    host.start();

    let of = |phone, name| value(host, phone, name).unwrap();
    assert_eq!(of(0, "SECRET"), "wonderland", "the auth is a row");
    assert_eq!((of(0, "CALLERID"), of(0, "DISPLAY_NAME")), ("2001".into(), "Alice".into()), "so is the endpoint");
    assert_eq!(of(0, "SERVER_PORT"), "5060", "and its transport a section");
    assert_eq!(of(0, "LINEKEYS"), "6", "so are defaults");
    assert_eq!(of(0, "LABEL"), id(0), "an empty column counts as not given");
    assert_eq!(of(0, "NOTE"), "a column", "one column for each variable");
    assert_eq!(of(1, "NOTE"), "a row; of its own", "one row for each variable");
    assert_eq!(of(1, "LABEL"), "by row", "NULL counts as not given, and a standard name has any case");
    assert_eq!(of(2, "LABEL"), "2");
    assert_eq!(of(2, "NOTE"), "");

    label(&mut database, host, 2, "two");
    host.reload();
    assert_eq!(value(host, 2, "LABEL").as_deref(), Some("two"));
    assert_eq!(host.problems(), [""; 0]);
}

/// What the cache keeps for an hour is followed all the same.
pub fn follows_rows_behind_the_memory_cache(host: &mut Host) {
    const CACHE: &str = "memory_cache,object_lifetime_stale=3600,object_lifetime_maximum=7200,full_backend_cache=yes";
    let mut database = Database::of(host.kind);
    let _link = database.serve(host);
    let mut sorcery = host.read("etc/sorcery.conf");
    for kind in ["phoneprov", "phoneprov_default", "endpoint", "auth"] {
        let first = format!("\n{kind} = config,");
        assert!(sorcery.contains(&first), "the sample has no line for {kind}");
        sorcery = sorcery.replacen(&first, &format!("\n{kind}/cache = {CACHE}{first}"), 1);
    }
    host.write("etc/sorcery.conf", sorcery);
    fill(&mut database, host, 1);
    host.configure(settings("refresh_interval = 1"));
    host.start();
    assert_eq!(value(host, 0, "SECRET").as_deref(), Some("wonderland"));
    host.cli("pjsip show endpoint alice");

    label(&mut database, host, 0, "changed");
    assert_becomes(host, 0, "LABEL", Some("changed"));
    let auth: Columns = &[("password", Some("looking glass"))];
    database.set(host, "ps_auths", [("alice".to_owned(), auth)]);
    assert_becomes(host, 0, "SECRET", Some("looking glass"));
    add(&mut database, host, 1..2);
    assert_becomes(host, 1, "LABEL", Some("1"));
    database.delete(host, "ps_phoneprov", [id(0)]);
    assert_becomes(host, 0, "LABEL", None);
    assert_eq!(host.problems(), [""; 0]);
}

/// A wizard that is no database is asked beside one.
pub fn serves_rows_beside_objects_of_astdb(host: &mut Host) {
    host.keep_objects_in("astdb,phones");
    let mut database = Database::of(host.kind);
    let _link = database.serve(host);
    let sorcery = host.read("etc/sorcery.conf");
    // Before the database: the first that can is the one that is written to.
    let beside = sorcery.replace("\nphoneprov = realtime,", "\nphoneprov = astdb,phones\nphoneprov = realtime,");
    assert_ne!(beside, sorcery);
    host.write("etc/sorcery.conf", beside);
    fill(&mut database, host, 1);
    host.configure("");
    host.start();
    host.put("phoneprov", "own", &[("MAC", &mac(7)), ("PROFILE", "desk"), ("endpoint", "alice"), ("NOTE", "of astdb")]);
    assert_becomes(host, 7, "NOTE", Some("of astdb"));
    assert_eq!(value(host, 7, "SECRET").as_deref(), Some("wonderland"));
    assert_eq!(value(host, 0, "LABEL").as_deref(), Some("0"));
    assert_eq!(host.problems(), [""; 0]);
}

/// A database that takes two spellings of an id for one has one section.
pub fn takes_a_row_for_what_its_own_id_says(host: &mut Host) {
    let mut database = Database::in_file(host);
    let columns = "endpoint text, mac text, profile text, label text";
    database.sql(&format!(
        "drop table ps_phoneprov;
         create table ps_phoneprov (id text not null primary key collate nocase, {columns});"
    ));
    let _link = database.serve_without_version(host);
    fill(&mut database, host, 2);
    host.configure("");
    host.start();
    label(&mut database, host, 1, "new");
    let answer = host.cli(&format!("pjsip reload phoneprovs {}", id(1).to_uppercase()));
    assert!(answer.contains(&format!("there is one '{}'", id(1))), "{answer}");
    assert_eq!(value(host, 1, "LABEL").as_deref(), Some("new"));
    let list = host.cli("pjsip list phoneprovs");
    assert!(list.contains(&id(1)) && !list.contains(&id(1).to_uppercase()), "{list}");
    assert_eq!(host.problems(), [""; 0]);

    // One that takes them for two has two.
    let mut database = Database::of(host.kind);
    let _link = database.serve(host);
    fill(&mut database, host, 2);
    host.configure("");
    host.restart();
    let other = id(1).to_uppercase();
    let columns: Columns = &[("endpoint", Some("alice")), ("mac", Some("0011223344bb")), ("profile", Some("desk"))];
    database.set(host, "ps_phoneprov", [(other.clone(), columns)]);
    let answer = host.cli(&format!("pjsip reload phoneprovs {other}"));
    assert!(answer.contains("1 phone added"), "{answer}");
    label(&mut database, host, 1, "first");
    host.cli(&format!("pjsip reload phoneprovs {other}"));
    assert_eq!(value(host, 1, "LABEL").as_deref(), Some("1"), "it is another");
    assert_eq!(host.line("0011223344bb")["LABEL"], other);
}

/// res_config_odbc goes on behind a row that it cannot fetch. Here a view counts one more than there are.
pub fn is_not_misled_by_a_driver_that_leaves_rows_out(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let _link = database.serve(host);
    fill(&mut database, host, 12);
    host.configure(settings("refresh_interval = 1\nconfirm_after = 1"));
    host.start();
    let count = |database: &Database, more: usize| {
        database.sql(&format!(
            "create or replace view ps_phoneprov_counts (id, number) as select 'phoneprov', count(*) + {more} from ps_phoneprov"
        ));
    };
    count(&database, 1);
    database.delete(host, "ps_phoneprov", [id(3)]);
    let is_held = || status(host, "Database").starts_with("held back: the database counts 12 rows");
    assert!(eventually(is_held), "{}", status(host, "Database"));
    let auth: Columns = &[("password", Some("looking glass"))];
    database.set(host, "ps_auths", [("alice".to_owned(), auth)]);
    assert_becomes(host, 3, "SECRET", Some("looking glass"));
    count(&database, 0);
    assert_becomes(host, 3, "LABEL", None);
    assert_eq!(status(host, "Database"), "answers");
}

//! Transactions that write all tables at once, while every table is read by itself: no phone gets half of one.

use hosts::databases::Database;
use hosts::phones::{file, mac};
use hosts::{Connection, Host, eventually, setting};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;
use std::time::Duration;

const PHONES: usize = 12;
const CLIENTS: usize = 2;
const PATIENCE: Duration = Duration::from_secs(60);

/// How many transactions: `STATES=2000` is the long form.
fn states() -> usize {
    setting("STATES").unwrap_or(200)
}

pub fn is_what_phones_get_from_one_version(host: &mut Host) {
    let database = Database::of(host.kind);
    let _link = database.serve(host);
    follows_transactions(host, &database, Blends::Never);
}

pub fn is_what_phones_get_through_odbc(host: &mut Host) {
    let database = Database::through_odbc();
    let _link = database.serve(host);
    follows_transactions(host, &database, Blends::Never);
}

pub fn is_what_phones_get_of_an_sqlite_file(host: &mut Host) {
    let database = Database::in_file(host);
    let _link = database.serve(host);
    follows_transactions(host, &database, Blends::Never);
}

/// Without a version nothing tells a value of the last state from one of this; but each phone is there.
pub fn has_every_phone_without_a_version(host: &mut Host) {
    let database = Database::of(host.kind);
    let _link = database.serve_without_version(host);
    follows_transactions(host, &database, Blends::Perhaps);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Blends {
    Never,
    Perhaps,
}

/// The SQL of one phone in a state: all of its rows have names and values of that state.
fn rows(phone: usize, state: usize, mac: &str) -> String {
    format!(
        "insert into ps_endpoints (id, transport, auth, callerid) values ('e{phone}-{state}', 'udp', 'a{phone}-{state}', '\"{state}\" <1>');
         insert into ps_auths (id, auth_type, username, password) values ('a{phone}-{state}', 'userpass', 'u', '{state}');
         insert into ps_phoneprov (id, endpoint, mac, profile, label) values ('p{phone}-{state}', 'e{phone}-{state}', '{mac}', 'desk', '{state}');
         insert into ps_phoneprov_vars (category, var_name, var_val) values ('p{phone}-{state}', 'NOTE', '{state}');\n"
    )
}

fn no_rows(phone: usize, state: usize) -> String {
    format!(
        "delete from ps_phoneprov where id = 'p{phone}-{state}';
         delete from ps_phoneprov_vars where category = 'p{phone}-{state}';
         delete from ps_endpoints where id = 'e{phone}-{state}';
         delete from ps_auths where id = 'a{phone}-{state}';\n"
    )
}

/// Renames everything of a phone.
fn renamed(phone: usize, from: usize, to: usize) -> String {
    format!(
        "update ps_endpoints set id = 'e{phone}-{to}', auth = 'a{phone}-{to}', callerid = '\"{to}\" <1>' where id = 'e{phone}-{from}';
         update ps_auths set id = 'a{phone}-{to}', password = '{to}' where id = 'a{phone}-{from}';
         update ps_phoneprov_vars set category = 'p{phone}-{to}', var_val = '{to}' where category = 'p{phone}-{from}';
         update ps_phoneprov set id = 'p{phone}-{to}', endpoint = 'e{phone}-{to}', label = '{to}' where id = 'p{phone}-{from}';\n"
    )
}

/// Changes values alone.
fn edited(phone: usize, now: usize, to: usize) -> String {
    format!(
        "update ps_auths set password = '{to}' where id = 'a{phone}-{now}';
         update ps_endpoints set callerid = '\"{to}\" <1>' where id = 'e{phone}-{now}';
         update ps_phoneprov_vars set var_val = '{to}' where category = 'p{phone}-{now}';
         update ps_phoneprov set label = '{to}' where id = 'p{phone}-{now}';\n"
    )
}

/// So many transactions with pauses in between, in which a node can read. Two phones are one another's in each: which of
/// them has which MAC changes, and no MAC is ever without a phone.
fn transactions(count: usize, pause: impl Fn(usize) -> String) -> String {
    let mut names = [0; PHONES];
    let mut macs: Vec<usize> = (0..PHONES).collect();
    let mut sql = String::new();
    for state in 1..=count {
        let phone = state * 5 % PHONES;
        let other = (phone + 1) % PHONES;
        sql += "begin;\n";
        match state % 4 {
            0 => {
                sql += &renamed(phone, names[phone], state);
                names[phone] = state;
            }
            1 => sql += &edited(phone, names[phone], state),
            2 => {
                // One is deleted, and another comes in its place.
                sql += &no_rows(phone, names[phone]);
                sql += &rows(phone, state, &mac(macs[phone]));
                names[phone] = state;
            }
            _ => {
                macs.swap(phone, other);
                for each in [phone, other] {
                    sql += &renamed(each, names[each], state);
                    names[each] = state;
                    let _ = writeln!(
                        sql,
                        "update ps_phoneprov set mac = '{}' where id = 'p{each}-{state}';",
                        mac(macs[each])
                    );
                }
            }
        }
        sql += "commit;\n";
        sql += &pause(state);
    }
    sql
}

fn follows_transactions(host: &mut Host, database: &Database, blends: Blends) {
    let states = states();
    database.sql(&(0..PHONES).map(|phone| rows(phone, 0, &mac(phone))).collect::<String>());
    host.write("data/phoneprov/phone.cfg", "${LABEL} ${SECRET} ${DISPLAY_NAME} ${NOTE}\n");
    host.configure("");
    host.start();
    // Most are too short for a whole read, unless it begins just then; some are not, on whatever machine.
    let milliseconds = |state: usize| if state % 25 == 0 { 400 } else { state * 7 % 20 };
    let pause = |state: usize| match database {
        Database::Postgres(_) => format!("select pg_sleep(0.{:03});\n", milliseconds(state)),
        Database::MariaDb(_) => format!("do sleep(0.{:03});\n", milliseconds(state)),
        Database::Sqlite(_) => format!(".system sleep 0.{:03}\n", milliseconds(state)),
        Database::Stub(_) => String::new(),
    };
    let script = transactions(states, pause);

    let is_over = AtomicBool::new(false);
    let seen: HashSet<String> = scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reloads = 0;
            while !is_over.load(Ordering::Acquire) {
                host.ask("pjsip reload phoneprovs", PATIENCE).unwrap();
                reloads += 1;
            }
            reloads
        });
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let is_over = &is_over;
                let address = host.address();
                scope.spawn(move || fetch(address, client, blends, is_over))
            })
            .collect();
        // Whoever fails must not leave the others waiting.
        let over = Over(&is_over);
        database.sql(&script);
        drop(over);
        assert!(reader.join().unwrap() > 0);
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    // How often depends on how busy the machine is.
    assert!(seen.len() > 3, "it was hardly ever read: {seen:?}");
    host.cli("pjsip reload phoneprovs");
    let newest = || {
        let mut connection = Connection::open(host.address()).unwrap();
        (0..PHONES).map(|phone| values(&mut connection, phone)[0].parse::<usize>().unwrap()).max()
    };
    assert!(eventually(|| newest() == Some(states)), "the last state is not served, but {:?}", newest());
    assert_eq!(host.problems(), [""; 0]);
}

/// Ends everything when it is dropped.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Fetches all phones in turn until it is over; answers which states were met.
fn fetch(address: &str, client: usize, blends: Blends, is_over: &AtomicBool) -> HashSet<String> {
    let mut connection = Connection::open(address).unwrap();
    let mut seen = HashSet::new();
    let mut number = client;
    while !is_over.load(Ordering::Acquire) {
        let phone = number % PHONES;
        number += 5; // every phone, one after the other
        let values = values(&mut connection, phone);
        let is_of_one = values.iter().all(|value| *value == values[0]);
        assert!(is_of_one || blends == Blends::Perhaps, "phone {phone} has values of two states: {values:?}");
        seen.insert(values[0].clone());
    }
    seen
}

/// What a phone's file has.
fn values(connection: &mut Connection, phone: usize) -> Vec<String> {
    let answer = connection.get(&file(phone)).unwrap();
    assert_eq!(answer.status, 200, "phone {phone} is gone");
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let values: Vec<String> = text.trim().split(' ').map(str::to_owned).collect();
    assert_eq!(values.len(), 4, "{text}");
    values
}

//! Requests and changes of phones: neither holds the other up, and what a phone gets is whole.

use crate::faults::start_without_place;
use hosts::config::{account, section};
use hosts::phones::{Connections, Crowd, Fleet, is_whole, model};
use hosts::{Connection, Host, eventually};

const MODULE: &str = "res_pjsip_phoneprov_provider.so";
const MAC: &str = "0011223344aa";
/// More than the kernel takes off the server's hands for a client that does not read.
const BIG: usize = 16 << 20;

/// The phone, with `big.cfg` as a second file, and a static file that is as big.
fn configure(host: &Host, note: &str) {
    host.configure(account("1000") + &section("phone", MAC, &format!("endpoint = 1000\nNOTE = {note}")));
    host.set_template("big.cfg", ["NOTE=${NOTE}\n", &"x".repeat(BIG)].concat());
    host.set_template("big.txt", "x".repeat(BIG));
    let profiles = host.read("etc/phoneprov.conf").replace(
        "static_file = firmware.txt\n",
        "static_file = firmware.txt\nstatic_file = big.txt\n${MAC}-big.cfg = big.cfg\n",
    );
    host.write("etc/phoneprov.conf", profiles);
}

fn change_note(host: &Host, note: &str) {
    host.configure(account("1000") + &section("phone", MAC, &format!("endpoint = 1000\nNOTE = {note}")));
}

/// A client that asks for a file of the phone or a static one, and does not read.
fn ask_and_do_not_read(host: &Host, file: &str) -> Connection {
    let mut connection = Connection::open(host.address()).unwrap();
    connection.send(&format!("GET /phoneprov/{file} HTTP/1.1\r\n\r\n")).unwrap();
    connection.wait().unwrap();
    connection
}

/// So many clients, which fetch all that phones of one model do, over connections that they keep or that they do not.
fn phones(host: &Host, clients: usize, phones: usize) -> Crowd {
    let files = model::files(host, phones);
    let kept = clients.div_ceil(2);
    Crowd::at(host.address()).fetch(kept, Connections::Kept, &files, is_whole).fetch(
        clients - kept,
        Connections::New,
        &files,
        is_whole,
    )
}

fn start_fleet(host: &mut Host, phones: usize) -> Fleet {
    model::set_up(host);
    let fleet = Fleet::new(phones);
    fleet.configure(host, "");
    host.start();
    fleet
}

fn stale(host: &Host, fleet: &Fleet) -> usize {
    model::stale(host.address(), fleet)
}

/// Every way of changing phones while they are fetched; the real hosts have the stress test for more of it.
pub fn answers_while_phones_change(host: &mut Host) {
    let mut fleet = start_fleet(host, 70);
    let ((), got) = phones(host, 4, fleet.len()).during(|| {
        for round in 0..4 {
            fleet.change(round);
            fleet.configure(host, "");
            host.reload();
            fleet.change(round + 10);
            fleet.configure(host, "");
            host.cli("module reload res_pjsip.so");
            assert!(eventually(|| model::is_current(host.address(), &fleet, round + 10)), "{}", host.log());
            // All of them: res_phoneprov is reloaded as a whole.
            fleet.change_all();
            fleet.configure(host, "");
            host.reload();
        }
    });
    got.assert_all_good();
    assert_eq!(stale(host, &fleet), 0);
}

pub fn answers_a_hundred_clients_while_phones_change(host: &mut Host) {
    let limits = host.read("etc/http.conf") + "sessionlimit = 200\n";
    host.write("etc/http.conf", limits);
    let mut fleet = start_fleet(host, 100);
    let ((), got) = phones(host, 100, fleet.len()).during(|| {
        for phone in [0, 50, 99] {
            fleet.change(phone);
            fleet.configure(host, "");
            host.reload();
        }
        fleet.change_all();
        fleet.configure(host, "");
        host.reload();
    });
    got.assert_all_good();
    assert_eq!(stale(host, &fleet), 0);
}

pub fn unloads_while_phones_fetch(host: &mut Host) {
    // More than are removed one by one.
    let fleet = start_fleet(host, 100);
    let ((), got) = phones(host, 4, fleet.len()).during(|| {
        for _ in 0..5 {
            assert_eq!(stale(host, &fleet), 0, "all are served between");
            host.cli(&format!("module unload {MODULE}"));
            host.cli(&format!("module load {MODULE}"));
        }
    });
    // What a template says of a phone that is gone by then is nothing.
    let is_of_gone = |what: &str| what == "status 404" || what == "status 200, without its lines";
    let others: Vec<&String> = got.other.keys().filter(|what| !is_of_gone(what)).collect();
    assert_eq!(others, [""; 0], "an unloaded module's phones are gone, and that is all");
    assert!(!got.good.is_empty(), "nobody was answered");
    assert_eq!(stale(host, &fleet), 0);
}

pub fn unloads_while_a_client_does_not_read(host: &mut Host) {
    configure(host, "before");
    host.start();
    let mut slow = ask_and_do_not_read(host, &format!("{MAC}-big.cfg"));
    host.cli(&format!("module unload {MODULE}"));
    assert_eq!(host.phone(MAC).len(), 0);

    change_note(host, "after");
    host.cli(&format!("module load {MODULE}"));
    assert_eq!(host.line(MAC)["NOTE"], "after");
    assert!(slow.answer("GET").unwrap().body.starts_with(b"NOTE=before\n"), "it gets what it asked for");
}

pub fn a_client_that_does_not_read_holds_nothing_up(host: &mut Host) {
    configure(host, "before");
    host.start();
    let file = format!("{MAC}-big.cfg");
    let mut slow = [ask_and_do_not_read(host, &file), ask_and_do_not_read(host, "big.txt")];
    change_note(host, "after");
    host.reload();
    assert_eq!(host.line(MAC)["NOTE"], "after");

    // Neither has been given up, as the server does with a client after half a minute.
    let [phone, fixed] = &mut slow;
    let answer = phone.answer("GET").unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, BIG + "NOTE=before\n".len()), "all of it comes");
    assert!(answer.body.starts_with(b"NOTE=before\n"));
    assert_eq!(fixed.answer("GET").unwrap().body.len(), BIG);
}

pub fn clients_that_break_off_hold_nothing_up(host: &mut Host) {
    configure(host, "0");
    host.start();
    let open = || Connection::open(host.address()).unwrap();
    // Those that stay and say nothing, or half of what they want to say.
    let silent = open();
    let mut half = open();
    half.send(&format!("GET /phoneprov/{MAC}.cfg HTTP/1.1\r\nUser-Ag")).unwrap();
    for round in 1..=3 {
        // Those that go: at once, in the middle of asking, without an answer, and in the middle of one.
        drop(open());
        open().send("GET /phoneprov/").unwrap();
        open().send(&format!("GET /phoneprov/{MAC}.cfg HTTP/1.1\r\n\r\n")).unwrap();
        drop(ask_and_do_not_read(host, &format!("{MAC}-big.cfg")));
        drop(ask_and_do_not_read(host, "big.txt"));

        change_note(host, &round.to_string());
        host.reload();
        assert_eq!(host.line(MAC)["NOTE"], round.to_string());
    }
    half.send("ent: phone\r\n\r\n").unwrap();
    assert_eq!(half.answer("GET").unwrap().status, 200, "it is never too late for the other half");
    drop(silent);
}

pub fn warns_of_an_unknown_option(host: &mut Host) {
    let global = "[phoneprov]\ntype = phoneprov_global\nhttp_gate = yes\ngate = no\n\n";
    host.configure(account("1000") + &section("phone", MAC, "endpoint = 1000") + global);
    host.start();
    assert_eq!(host.phone(MAC).len(), 1);
    let errors = host.errors();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert!(errors[0].contains("WARNING[") && errors[0].contains("section 'phoneprov'"), "{errors:#?}");
    assert!(errors[0].contains("'gate'"), "{errors:#?}");
}

/// The one fault that keeps the module from its place in the HTTP server's list while everything else works.
pub fn works_without_its_place_in_the_list(host: &mut Host) {
    configure(host, "0");
    start_without_place(host);
    let warnings =
        |host: &Host| host.errors().iter().filter(|line| line.contains("no place before res_phoneprov")).count();
    for round in 1..=3 {
        change_note(host, &round.to_string());
        host.reload();
        assert_eq!(host.line(MAC)["NOTE"], round.to_string());
    }
    assert_eq!(warnings(host), 1, "it says so once");

    host.cli(&format!("module unload {MODULE}"));
    host.cli(&format!("module load {MODULE}"));
    assert!(eventually(|| host.phone(MAC).len() == 1));
    assert_eq!(warnings(host), 1, "the next load has nothing to say");
}

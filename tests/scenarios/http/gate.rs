//! Requests and changes of phones keep apart, and neither holds the other up for long.

use hosts::config::{account, section};
use hosts::phones::{Fleet, Phones, fetch_during, file};
use hosts::{Connection, Host, eventually};
use std::thread::sleep;
use std::time::{Duration, Instant};

const MODULE: &str = "res_pjsip_phoneprov_provider.so";
const MAC: &str = "0011223344aa";
/// More than the kernel takes off the server's hands for a client that does not read.
const BIG: usize = 16 << 20;
/// A reload waits for a request for a second at most. The server itself gives a client up after 30, and if that is what
/// the reload has waited for, it takes longer than this.
const WITHOUT_WAITING: Duration = Duration::from_secs(15);

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

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn stale(host: &Host, fleet: &Fleet) -> usize {
    let mut connection = Connection::open(host.address()).unwrap();
    let is_current = |phone| fleet.is_current(phone, &connection.get(&file(phone)).unwrap());
    (0..fleet.len()).map(is_current).filter(|is_current| !is_current).count()
}

/// Every way of changing phones while they are fetched; the real hosts have the stress test for more of it.
pub fn answers_while_phones_change(host: &mut Host) {
    let mut fleet = Fleet::new(70);
    fleet.configure(host, "");
    host.start();
    let ((), got) = fetch_during(host.address(), 4, (Phones::Shared, fleet.len()), || {
        for round in 0..4 {
            fleet.change(round);
            fleet.configure(host, "");
            host.reload();
            fleet.change(round + 10);
            fleet.configure(host, "");
            host.cli("module reload res_pjsip.so");
            sleep(Duration::from_millis(200));
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
    let mut fleet = Fleet::new(100);
    fleet.configure(host, "");
    host.start();
    let ((), got) = fetch_during(host.address(), 100, (Phones::Shared, fleet.len()), || {
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
    let fleet = Fleet::new(100);
    fleet.configure(host, "");
    host.start();
    let ((), got) = fetch_during(host.address(), 4, (Phones::Shared, fleet.len()), || {
        for _ in 0..5 {
            sleep(Duration::from_millis(100));
            host.cli(&format!("module unload {MODULE}"));
            host.cli(&format!("module load {MODULE}"));
        }
    });
    let others: Vec<&String> = got.other.keys().filter(|what| *what != "status 404").collect();
    assert_eq!(others, [""; 0], "an unloaded module's phones are gone, and that is all");
    assert_eq!(stale(host, &fleet), 0);
}

pub fn unloads_while_a_client_does_not_read(host: &mut Host) {
    configure(host, "before");
    host.start();
    let mut slow = ask_and_do_not_read(host, &format!("{MAC}-big.cfg"));
    let took = time(|| {
        host.cli(&format!("module unload {MODULE}"));
    });
    assert!(took < WITHOUT_WAITING, "unloading took {took:?}");
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
    let took = time(|| host.reload());
    assert!(took < WITHOUT_WAITING, "the reload took {took:?}");
    assert_eq!(host.line(MAC)["NOTE"], "after");

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
        let took = time(|| host.reload());
        assert!(took < WITHOUT_WAITING, "the reload took {took:?}");
        assert_eq!(host.line(MAC)["NOTE"], round.to_string());
    }
    half.send("ent: phone\r\n\r\n").unwrap();
    assert_eq!(half.answer("GET").unwrap().status, 200, "it is never too late for the other half");
    drop(silent);
}

/// What can be seen from outside is that a reload waits for a request or does not.
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

/// The one fault that keeps the gate from its place while everything else works.
pub fn works_without_its_place_in_the_list(host: &mut Host) {
    configure(host, "0");
    let modules = host.read("etc/modules.conf").replace(&format!("load = {MODULE}\n"), "");
    host.write("etc/modules.conf", modules);
    host.start();
    let warnings =
        |host: &Host| host.errors().iter().filter(|line| line.contains("no place before res_phoneprov")).count();
    for call in 1.. {
        assert!(call < 50, "the gate's registration never fails");
        host.cli(&format!("stub fail register {call}"));
        host.cli(&format!("module load {MODULE}"));
        host.cli("stub fail off");
        if warnings(host) > 0 {
            break;
        }
        host.cli(&format!("module unload {MODULE}"));
    }
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

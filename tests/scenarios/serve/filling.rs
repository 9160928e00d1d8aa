//! `fill_res_phoneprov = no`: phones are answered as ever, and `res_phoneprov` has none of them.

use crate::faults::start_without_place;
use hosts::config::{account, section};
use hosts::phones::{Connections, Crowd, Fleet, is_whole, model};
use hosts::{Host, eventually, unbroken};

const MODULE: &str = "res_pjsip_phoneprov_provider.so";
const MAC: &str = "0011223344aa";
const OTHER: &str = "0011223344bb";

/// The section with that word.
fn global(fill: &str) -> String {
    format!("[global]\ntype = phoneprov_global\nfill_res_phoneprov = {fill}\n\n")
}

fn phones(fill: &str, note: &str) -> String {
    global(fill) + &account("1000") + &section("phone", MAC, &format!("endpoint = 1000\nNOTE = {note}"))
}

/// How many files of our phones `res_phoneprov` has.
fn copies(host: &Host) -> usize {
    let is_ours = |provider: &String| provider.starts_with("res_pjsip");
    host.routes().iter().filter(|route| route.provider.as_ref().is_some_and(is_ours)).count()
}

fn assert_status(host: &Host, answerer: &str) {
    let status = unbroken(&host.cli("pjsip show phoneprov status"));
    assert!(status.contains(&format!("Requests {answerer} ")), "{status}");
}

fn file(host: &Host, name: &str) -> (u16, String) {
    let answer = host.fetch(name);
    (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
}

pub fn answers_for_phones_that_res_phoneprov_does_not_have(host: &mut Host) {
    let book = "${PP_EACH_USER(<%{MAC} %{LABEL}>,)}";
    host.set_template("book.cfg", book);
    host.set_profile("mime_type = text/plain\n${MAC}.cfg = phone.cfg\nbook.cfg = book.cfg\n");
    host.configure(phones("no", "1") + &section("two", OTHER, "LINE = 1") + &section("third", OTHER, "LINE = 2"));
    host.start();
    assert_eq!(copies(host), 0, "{}", host.cli("phoneprov show routes"));
    assert_eq!(host.line(MAC)["NOTE"], "1");
    assert_eq!(host.line(MAC)["SECRET"], "secret-1000");
    assert_eq!(host.phone(OTHER).len(), 2);
    let (_, text) = file(host, "book.cfg");
    assert!(text.contains(&format!("<{MAC} phone>")) && text.contains(&format!("<{OTHER} two>")), "{text}");
    assert_status(host, "answered by this module alone (fill_res_phoneprov = no), the rest passed on");

    // Changed, removed and added.
    host.configure(phones("no", "2") + &section("new", "0011223344cc", ""));
    assert!(host.cli("pjsip check phoneprovs").contains("add 1 phone, change 1, remove 1"));
    host.reload();
    assert_eq!(host.line(MAC)["NOTE"], "2");
    assert_eq!(file(host, &format!("{OTHER}.cfg")).0, 404);
    assert_eq!(host.phone("0011223344cc").len(), 1);

    // Reloads of whatever there is.
    for command in ["module reload res_phoneprov.so", "core reload", "module reload res_pjsip.so"] {
        host.cli(command);
        host.settle();
        assert_eq!((copies(host), host.phone(MAC).len(), host.phone("0011223344cc").len()), (0, 1, 1), "{command}");
    }
    host.cli(&format!("module unload {MODULE}"));
    assert_eq!(file(host, &format!("{MAC}.cfg")).0, 404);
    host.cli(&format!("module load {MODULE}"));
    assert_eq!((copies(host), host.line(MAC)["NOTE"].as_str()), (0, "2"));
    assert_eq!(host.errors(), [""; 0]);
}

/// A profile that it does not have, as a check foresees.
pub fn refuses_what_res_phoneprov_would(host: &mut Host) {
    host.configure(phones("no", "1"));
    host.start();
    let bad = "[bad]\ntype = phoneprov\nMAC = 0011223344cc\nPROFILE = nothing\n\n";
    host.configure(phones("no", "1") + bad);
    let check = host.cli("pjsip check phoneprovs");
    host.reload();
    let line = |text: &str| text.lines().any(|line| line.contains("'bad'"));
    assert!(line(&check), "{check}");
    assert!(host.errors().iter().any(|error| line(error)), "{:#?}", host.errors());
    let list = host.cli("pjsip list phoneprovs");
    assert!(list.lines().any(|line| line.starts_with("0011223344cc") && line.contains("refused")), "{list}");
    assert_eq!((copies(host), host.phone(MAC).len()), (0, 1));
}

/// A phone of users.conf that is one of ours, too: `res_phoneprov` would have it, and files of it that ours does not have.
pub fn fills_res_phoneprov_where_it_has_the_same_phone(host: &mut Host) {
    let profiles = host.read("etc/phoneprov.conf");
    host.write("etc/phoneprov.conf", profiles + "\n[other]\nmime_type = text/plain\n${MAC}-other.cfg = phone.cfg\n");
    host.configure(phones("no", "1"));
    host.start();
    assert_eq!(copies(host), 0);
    let users = |lines: &str| {
        for file in ["etc/users.conf", "etc/phoneprov_users.conf"] {
            host.write(
                file,
                format!("[general]\n\n[3000]\nmacaddress = {MAC}\nautoprov = yes\nprofile = other\n{lines}"),
            );
        }
        host.cli("module reload res_phoneprov.so");
        host.settle();
    };
    users("username = 3000\n");
    assert_eq!(copies(host), 1, "{}", host.cli("phoneprov show routes"));
    assert_eq!(host.line(MAC)["LABEL"], "phone");
    assert_eq!(file(host, &format!("{MAC}-other.cfg")).0, 404);

    // It takes none without a name.
    users("");
    assert_eq!(copies(host), 0, "{}", host.cli("phoneprov show routes"));
    assert_eq!(host.line(MAC)["LABEL"], "phone");
    host.cli(&format!("module unload {MODULE}"));
    host.cli(&format!("module load {MODULE}"));
    assert_eq!(host.line(MAC)["LABEL"], "phone");
}

/// Both ways, while phones fetch.
pub fn fills_and_empties_res_phoneprov_at_a_reload(host: &mut Host) {
    model::set_up(host);
    let mut fleet = Fleet::new(70);
    fleet.configure(host, &global("yes"));
    host.start();
    let all = copies(host);
    assert!(all > 70, "{all}");
    let files = model::files(host, fleet.len());
    let crowd = Crowd::at(host.address()).fetch(2, Connections::Kept, &files, is_whole);
    let ((), got) = crowd.fetch(2, Connections::New, &files, is_whole).during(|| {
        for round in 0..3 {
            // With a phone that changes, and with none.
            if round > 0 {
                fleet.change(round);
            }
            fleet.configure(host, &global("no"));
            host.reload();
            assert_eq!(copies(host), 0);
            fleet.configure(host, &global("yes"));
            host.reload();
            assert_eq!(copies(host), all);
        }
    });
    got.assert_all_good();
    assert_eq!(model::stale(host.address(), &fleet), 0);
}

/// A reload of it would be its end: it is filled or emptied as soon as that is over.
pub fn leaves_res_phoneprov_as_it_is_while_its_file_is_broken(host: &mut Host) {
    host.configure(phones("yes", "1"));
    host.start();
    let profiles = host.read("etc/phoneprov.conf");
    host.write("etc/phoneprov.conf", "[general]\n");
    host.configure(phones("no", "2"));
    host.reload();
    assert_eq!((copies(host), host.line(MAC)["NOTE"].as_str()), (1, "2"));
    assert_status(host, "answered by this module, the rest passed on");

    host.write("etc/phoneprov.conf", profiles);
    host.reload();
    assert_eq!((copies(host), host.line(MAC)["NOTE"].as_str()), (0, "2"));
}

/// One that has stopped and been started again has none of the phones, either.
pub fn does_not_fill_one_that_is_started_again(host: &mut Host) {
    host.configure(phones("no", "1"));
    host.start();
    let profiles = host.read("etc/phoneprov.conf");
    host.write("etc/phoneprov.conf", "[general]\n");
    host.cli("module reload res_phoneprov.so");
    assert_eq!(host.line(MAC)["NOTE"], "1", "it goes on being served");
    host.write("etc/phoneprov.conf", profiles);
    host.reload();
    assert!(eventually(|| host.cli("phoneprov show routes").contains("Dynamic")), "{}", host.log());
    assert_eq!((copies(host), host.line(MAC)["NOTE"].as_str()), (0, "1"));
}

/// Loaded when phoneprov.conf cannot be read any more, this module knows no file of the phones, and `res_phoneprov` does.
pub fn fills_res_phoneprov_while_its_profiles_are_not_known(host: &mut Host) {
    host.configure(phones("no", "1"));
    host.start();
    host.cli(&format!("module unload {MODULE}"));
    let profiles = host.read("etc/phoneprov.conf");
    host.write("etc/phoneprov.conf", "[general]\n[desk\n");
    host.cli(&format!("module load {MODULE}"));
    assert_eq!((copies(host), host.line(MAC)["NOTE"].as_str()), (1, "1"));

    host.write("etc/phoneprov.conf", profiles);
    host.reload();
    assert!(eventually(|| copies(host) == 0), "{}", host.log());
    assert_eq!(host.line(MAC)["NOTE"], "1");
}

/// Without a place in the HTTP server's list nobody else can answer.
pub fn fills_res_phoneprov_where_it_alone_answers(host: &mut Host) {
    host.configure(phones("no", "1"));
    start_without_place(host);
    assert_eq!((copies(host), host.line(MAC)["NOTE"].as_str()), (1, "1"));
    host.configure(phones("no", "2"));
    host.reload();
    assert_eq!((copies(host), host.line(MAC)["NOTE"].as_str()), (1, "2"));
}

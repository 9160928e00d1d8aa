//! What goes on around the answers: Asterisk's HTTP server, `res_phoneprov`, and files that are not ours.

use hosts::config::{account, section};
use hosts::{Connection, Host, Kind, eventually};

const MODULE: &str = "res_pjsip_phoneprov_provider.so";
const MAC: &str = "0011223344aa";
const OTHER_MAC: &str = "0011223344bb";

fn configure(host: &Host, note: &str) {
    host.configure(account("1000") + &section("phone", MAC, &format!("endpoint = 1000\nNOTE = {note}")));
}

/// The entries of the server's list that requests for phones can reach, in its order.
fn entries(host: &Host) -> Vec<String> {
    let status = host.cli("http show status");
    status.lines().filter(|line| line.contains("/phoneprov/")).map(str::to_owned).collect()
}

fn status_of(host: &Host, path: &str) -> u16 {
    Connection::open(host.address()).unwrap().ask("GET", path).unwrap().status
}

pub fn stands_once_in_the_list(host: &mut Host) {
    configure(host, "0");
    host.start();
    for _ in 0..3 {
        let both = entries(host);
        assert_eq!(both.len(), 2, "{both:#?}");
        assert!(both[0].contains("answered before res_phoneprov"), "ours comes first: {both:#?}");
        host.cli(&format!("module unload {MODULE}"));
        assert_eq!(entries(host).len(), 1, "{:#?}", entries(host));
        host.cli(&format!("module load {MODULE}"));
    }
    assert_eq!(host.phone(MAC).len(), 1);
}

pub fn stands_once_in_the_list_after_declined_loads(host: &mut Host) {
    configure(host, "0");
    let modules = host.read("etc/modules.conf").replace("load = res_phoneprov.so\n", "");
    host.write("etc/modules.conf", modules);
    host.start();
    for _ in 0..3 {
        host.cli(&format!("module load {MODULE}"));
        assert_eq!(entries(host), [""; 0]);
    }
    host.cli("module load res_phoneprov.so");
    host.cli(&format!("module load {MODULE}"));
    assert_eq!(entries(host).len(), 2, "{:#?}", entries(host));
    assert_eq!(host.phone(MAC).len(), 1);
}

pub fn passes_everything_else_on_unchanged(host: &mut Host) {
    configure(host, "0");
    let mut requests: Vec<(&str, String)> = ["firmware.txt", "no-such-file.cfg", "", "a/b%20c", &"x".repeat(2000)]
        .iter()
        .flat_map(|file| ["GET", "HEAD", "POST", "PUT"].map(|method| (method, format!("/phoneprov/{file}"))))
        .collect();
    if host.kind != Kind::Stub {
        let user =
            format!("macaddress = {OTHER_MAC}\nprofile = desk\nautoprov = yes\nusername = 3000\nsecret = theirs\n");
        host.write("etc/users.conf", "[3000]\n".to_owned() + &user);
        requests.extend(["GET", "HEAD", "POST"].map(|method| (method, format!("/phoneprov/{OTHER_MAC}.cfg"))));
    }
    host.start();
    let answers = |host: &Host| -> Vec<String> {
        requests.iter().map(|(method, path)| whole_answer(host, method, path)).collect()
    };
    let ours = answers(host);
    host.cli(&format!("module unload {MODULE}"));
    let without = answers(host);
    for ((request, ours), without) in requests.iter().zip(&ours).zip(&without) {
        assert_eq!(ours, without, "{request:?}");
    }
    assert!(ours[0].starts_with("HTTP/1.1 200 ") && ours[0].ends_with("\r\n\r\nfirmware 1.0\n"), "{}", ours[0]);
    assert!(ours[1].starts_with("HTTP/1.1 200 ") && ours[1].ends_with("\r\n\r\n"), "{}", ours[1]);
    assert!(ours[2].starts_with("HTTP/1.1 501 "), "{}", ours[2]);
    if host.kind != Kind::Stub {
        assert!(ours[20].contains("SECRET=theirs\n"), "{}", ours[20]);
    }
}

/// As it came, but for its date, and for what tells a client how to ask again.
fn whole_answer(host: &Host, method: &str, path: &str) -> String {
    let mut connection = Connection::open(host.address()).unwrap();
    connection.send(&format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n\r\n")).unwrap();
    let answer = String::from_utf8_lossy(&connection.read_to_end().unwrap()).into_owned();
    // What this module's own answers have beside that.
    let ours = ["Date: ", "Accept-Ranges: ", "ETag: "];
    answer.split_inclusive('\n').filter(|line| !ours.iter().any(|name| line.starts_with(name))).collect()
}

pub fn answers_head_for_a_phone(host: &mut Host) {
    configure(host, "0");
    host.start();
    let path = format!("/phoneprov/{MAC}.cfg");
    let get = whole_answer(host, "GET", &path);
    let (head, body) = get.split_once("\r\n\r\n").unwrap();
    assert!(body.contains("SECRET=secret-1000\n"), "{body}");
    assert_eq!(whole_answer(host, "HEAD", &path), format!("{head}\r\n\r\n"));
    assert!(whole_answer(host, "POST", &path).starts_with("HTTP/1.1 501 "));
}

pub fn works_under_a_prefix(host: &mut Host) {
    configure(host, "before");
    let conf = host.read("etc/http.conf") + "prefix = pbx\n";
    host.write("etc/http.conf", conf);
    host.start();
    configure(host, "after");
    host.reload();
    let path = format!("/pbx/phoneprov/{MAC}.cfg");
    let answer = Connection::open(host.address()).unwrap().ask("GET", &path).unwrap();
    assert!(String::from_utf8_lossy(&answer.body).contains("NOTE=after\n"), "it is answered with {}", answer.status);
    assert_eq!(status_of(host, &format!("/phoneprov/{MAC}.cfg")), 404);
    assert_eq!(entries(host).len(), 2, "{:#?}", entries(host));
}

pub fn lives_through_changes_of_http_conf(host: &mut Host) {
    configure(host, "0");
    let original = host.read("etc/http.conf");
    host.start();
    let path = format!("/phoneprov/{MAC}.cfg");
    let set = |conf: String| {
        host.write("etc/http.conf", conf);
        host.cli("module reload http");
    };
    for round in 1..=2 {
        set(original.clone() + "prefix = pbx\n");
        configure(host, &round.to_string());
        host.reload();
        assert_eq!(status_of(host, &path), 404);
        assert_eq!(status_of(host, &format!("/pbx{path}")), 200);

        set(original.replace("enabled = yes", "enabled = no"));
        assert!(Connection::open(host.address()).is_err(), "the server is off");
        configure(host, &format!("{round}, off"));
        host.reload();
        host.cli(&format!("module unload {MODULE}"));
        host.cli(&format!("module load {MODULE}"));

        set(original.clone());
        assert_eq!(host.line(MAC)["NOTE"], format!("{round}, off"));
        assert_eq!(entries(host).len(), 2, "{:#?}", entries(host));
    }
    assert_eq!(host.errors(), [""; 0]);
}

/// A reload of res_phoneprov that finds no profile ends it, and the next one that finds any would take Asterisk down.
pub fn lives_beside_a_dead_res_phoneprov(host: &mut Host) {
    configure(host, "before");
    let profiles = host.read("etc/phoneprov.conf");
    host.start();
    assert_eq!(host.phone(MAC).len(), 1);

    host.write("etc/phoneprov.conf", "[general]\n");
    host.cli("module reload res_phoneprov.so");
    assert!(eventually(|| host.log().contains("Unable to reload provisioning profiles")), "nothing has failed");
    for note in ["after", "after that"] {
        assert_eq!(host.line(MAC)["NOTE"], "before", "phones are served as they were");
        configure(host, note);
        host.reload();
        assert!(host.is_alive());
    }
    host.write("etc/phoneprov.conf", &profiles);
    host.cli("module reload res_phoneprov.so");
    host.reload();
    assert_eq!(host.line(MAC)["NOTE"], "after that", "it runs again");
    host.assert_alive();
    for note in ["at last", "and on"] {
        configure(host, note);
        host.cli("module reload res_phoneprov.so");
        host.reload();
        assert_eq!(host.line(MAC)["NOTE"], note);
    }
}

/// Many changed phones are renewed by a reload of res_phoneprov, which must not be tried where it would fail.
pub fn does_not_kill_res_phoneprov_itself(host: &mut Host) {
    let configure = |host: &Host, note: &str| {
        let sections: Vec<String> =
            (0..100).map(|phone| section(&format!("{phone:03}"), &format!("{phone:012x}"), note)).collect();
        host.configure(sections.concat());
    };
    configure(host, "NOTE = before");
    let profiles = host.read("etc/phoneprov.conf");
    host.start();

    host.write("etc/phoneprov.conf", "[general]\n");
    configure(host, "NOTE = meanwhile");
    host.reload();
    assert!(!host.log().contains("Unable to reload provisioning profiles"), "res_phoneprov was reloaded");

    host.write("etc/phoneprov.conf", &profiles);
    configure(host, "NOTE = after");
    host.reload();
    let note = |phone: usize| host.phone(&format!("{phone:012x}")).first().map(|line| line["NOTE"].clone());
    assert!(eventually(|| (0..100).all(|phone| note(phone).as_deref() == Some("after"))), "some phone was not renewed");
}

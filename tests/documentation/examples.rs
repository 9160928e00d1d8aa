//! The examples of configuration.md do what is said of them.

use crate::page::{Page, page};
use hosts::{Connection, Host, Kind, eventually};

const FILE: &str = "001565a1b2c3.cfg";

/// The page, and its blocks of phoneprov.conf, of pjsip.conf, and of what the phone gets.
fn one_phone() -> (Page, [String; 3]) {
    let page = page("configuration");
    let blocks = page.section("One phone").blocks.clone();
    let blocks = blocks.try_into().expect("there are three blocks");
    (page, blocks)
}

/// A host with that profile and its template.
fn host(kind: Kind) -> Host {
    let (page, [phoneprov_conf, ..]) = one_phone();
    let template = page.section("One phone").code.iter().find(|code| code.starts_with("user=")).expect("a template");
    let host = Host::new(kind);
    host.write("etc/phoneprov.conf", phoneprov_conf);
    host.set_template("desk.cfg", format!("{template}\n"));
    host
}

pub fn configured_phone_gets_its_file(kind: Kind) {
    let (_, [_, pjsip_conf, file]) = one_phone();
    let mut host = host(kind);
    host.write("etc/pjsip.conf", pjsip_conf.replace("0.0.0.0", "127.0.0.1"));
    host.start();
    assert_eq!(String::from_utf8_lossy(&host.fetch(FILE).body), file);
    host.finish();
}

/// Has ARI do it, and gives the status of its answer.
fn ask(host: &Host, request: &str, body: &str) -> u16 {
    let (method, path) = request.split_once(' ').expect("a method stands before the path");
    let head =
        format!("{method} {path}?api_key=tester:secret HTTP/1.1\r\nHost: asterisk\r\nContent-Type: application/json");
    let mut connection = Connection::open(host.address()).unwrap();
    connection.send(&format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())).unwrap();
    connection.answer(method).unwrap().status
}

pub fn ari_puts_and_deletes_a_phone(kind: Kind) {
    let (page, _) = one_phone();
    let [sorcery_conf, requests] = <[String; 2]>::try_from(page.section("ARI").blocks.clone()).expect("two blocks");
    let lines: Vec<&str> = requests.lines().filter(|line| !line.is_empty()).collect();
    let [put, body, delete] = <[&str; 3]>::try_from(lines).expect("a PUT with its body, and a DELETE");
    let mut host = host(kind);
    host.keep_objects_in("memory");
    host.write("etc/sorcery.conf", sorcery_conf);
    host.configure("[kept]\ntype = phoneprov\nMAC = 0011223344ff\nPROFILE = desk\n");
    host.start();

    let is_served = |served: u16| eventually(|| host.fetch(FILE).status == served);
    assert_eq!(ask(&host, put, body), 200);
    assert!(is_served(200), "{:?}", host.errors());
    assert_eq!(ask(&host, &put.replace("alice-desk", "kept"), body), 403);
    assert_eq!(ask(&host, delete, ""), 204);
    assert!(is_served(404), "{:?}", host.errors());
    host.finish();
}

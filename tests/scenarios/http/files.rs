//! Which files there are, and what is in them: names, templates that nobody can use, and what clients may ask for.

use hosts::config::{account, section};
use hosts::{Connection, Host, Kind, eventually};
use std::fs;
use std::net::{Ipv6Addr, SocketAddr};
use std::process::Command;

const MAC: &str = "0011223344aa";
const OTHER: &str = "0011223344bb";

fn one_phone(host: &Host) {
    host.configure(account("1000") + &section("phone", MAC, "endpoint = 1000"));
}

fn body(host: &Host, file: &str) -> String {
    String::from_utf8_lossy(&host.fetch(file).body).into_owned()
}

/// The whole answer to a request with these headers.
fn whole(host: &Host, method: &str, file: &str, headers: &str) -> (String, String) {
    let mut connection = Connection::open(host.address()).unwrap();
    connection.send(&format!("{method} /phoneprov/{file} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n")).unwrap();
    let answer = String::from_utf8_lossy(&connection.read_to_end().unwrap()).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").expect("it has an end of its headers");
    (head.to_owned(), body.to_owned())
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
}

/// Functions are loaded after the module, at each start.
pub fn names_files_by_functions_once_booted(host: &mut Host) {
    host.set_profile("setvar = LOUD=${TOUPPER(${LABEL})}\n${TOLOWER(${MAC})}.cfg = phone.cfg\n");
    host.set_template("phone.cfg", "loud=${LOUD}\n");
    host.configure(section("phone", "0011223344AA", "LABEL = alice"));
    let modules = host.read("etc/modules.conf").replace("load = func_strings.so\n", "");
    host.write("etc/modules.conf", modules + "load = func_strings.so\n");
    host.start();

    assert!(eventually(|| host.fetch("0011223344aa.cfg").status == 200), "{}", host.log());
    assert_eq!(body(host, "0011223344aa.cfg"), "loud=ALICE\n");
    assert_eq!(host.fetch(".cfg").status, 404, "the name that it had for a moment is nobody's");
    let shown = host.cli("pjsip show phoneprov phone");
    assert!(shown.contains("0011223344aa.cfg") && shown.contains("ALICE"), "{shown}");
    assert_eq!(host.errors(), [""; 0]);
}

/// In Asterisk's own words, an SPRINTF without a format is a segmentation fault.
pub fn survives_a_function_that_would_end_asterisk(host: &mut Host) {
    host.load_too("func_sprintf");
    host.set_profile("${MAC}.cfg = phone.cfg\n");
    host.set_template("phone.cfg", "a=${SPRINTF(%03d,7)} b=${SPRINTF(${FORMAT})} c=${SPRINTF()}\n");
    one_phone(host);
    host.start();
    assert_eq!(body(host, &format!("{MAC}.cfg")), "a=007 b= c=\n");
    host.assert_alive();
    assert!(host.errors().iter().any(|line| line.contains("SPRINTF requires a format")), "{:?}", host.errors());
}

pub fn follows_what_a_function_gives(host: &mut Host) {
    host.load_too("func_db");
    host.set_profile("setvar = NOTE=${DB(notes/desk)}\n${MAC}.cfg = phone.cfg\n");
    host.set_template("phone.cfg", "note=${NOTE}\n");
    one_phone(host);
    host.start();
    let file = format!("{MAC}.cfg");
    for note in ["first", "second"] {
        host.cli(&format!("database put notes desk {note}"));
        host.cli("pjsip reload phoneprovs");
        assert_eq!(body(host, &file), format!("note={note}\n"));
        let shown = host.cli("pjsip show phoneprov phone");
        assert!(shown.contains(note), "{shown}");
    }
}

pub fn tells_of_what_is_never_the_same_twice(host: &mut Host) {
    host.load_too("func_rand");
    host.set_profile("setvar = NOTE=${RAND(1,1000000000)}\n${MAC}.cfg = phone.cfg\n");
    host.set_template("phone.cfg", "note=${NOTE}\n");
    one_phone(host);
    host.start();
    let first = body(host, &format!("{MAC}.cfg"));
    let reloaded = host.cli("pjsip reload phoneprovs");
    assert!(reloaded.contains("0 changed") && reloaded.contains("1 unchanged"), "{reloaded}");
    assert_eq!(body(host, &format!("{MAC}.cfg")), first);
    let told = host.errors();
    assert!(told.iter().any(|line| line.contains("'NOTE'") && line.contains("clock or a random number")), "{told:#?}");
}

/// Whatever the template is, the others are served, and it is said what is wrong.
pub fn refuses_templates_that_nobody_can_use(host: &mut Host) {
    host.set_profile(
        "${MAC}.cfg = phone.cfg\na.cfg = missing.cfg\nb.cfg = fifo.cfg\nc.cfg = directory\nd.cfg = large.cfg\n\
         e.cfg = itself.cfg\nf.cfg = deep.cfg\n",
    );
    host.set_template("phone.cfg", "label=${LABEL}\n");
    let dir = host.path("data/phoneprov");
    assert!(Command::new("mkfifo").arg(dir.join("fifo.cfg")).status().unwrap().success());
    fs::create_dir(dir.join("directory")).unwrap();
    host.set_template("large.cfg", "x".repeat(1_100_000));
    host.set_template("itself.cfg", format!("${{PP_EACH_EXTENSION({MAC},itself.cfg)}}"));
    host.set_template("deep.cfg", "${".repeat(60_000));
    host.configure(
        account("1000")
            + &section("phone", MAC, "endpoint = 1000")
            + "[g]\ntype = phoneprov_global\nlargest_template = 1\n",
    );
    host.start();

    for (file, reason) in [
        ("a.cfg", "missing.cfg get nothing: No such file"),
        ("b.cfg", "fifo.cfg get nothing: it is no regular file"),
        ("c.cfg", "directory get nothing: it is no regular file"),
        ("d.cfg", "large.cfg get nothing: it has 1100000 bytes"),
        ("e.cfg", "itself.cfg get nothing: templates include each other"),
        ("f.cfg", "deep.cfg get nothing: ${ and $[ stand in each other"),
    ] {
        for _ in 0..5 {
            assert_eq!(host.fetch(file).status, 500, "{file}");
        }
        let told: Vec<_> = host.errors().into_iter().filter(|line| line.contains(reason)).collect();
        assert_eq!(told.len(), 1, "{file} is told once: {told:#?}\n{:#?}", host.errors());
    }
    assert_eq!(body(host, &format!("{MAC}.cfg")), "label=phone\n");
    host.set_template("missing.cfg", "here\n");
    assert_eq!(body(host, "a.cfg"), "here\n", "it is looked for at each request");
    host.assert_alive();
}

/// What ends Asterisk with the C module in one request.
pub fn survives_odd_templates(host: &mut Host) {
    host.set_profile("a.cfg = a.cfg\nb.cfg = b.cfg\nc.cfg = c.cfg\nd.cfg = empty.cfg\n${MAC}.cfg = phone.cfg\n");
    host.set_template("a.cfg", "a${PP_EACH_USER()}z");
    host.set_template("b.cfg", "b${SET(MAC=1)}${MAC}z");
    host.set_template("c.cfg", "c${PP_EACH_EXTENSION()}${UNKNOWN(1)}${MAC");
    host.set_template("empty.cfg", "");
    host.set_template("phone.cfg", "label=${LABEL}\n");
    one_phone(host);
    host.start();
    for _ in 0..20 {
        assert_eq!(body(host, "a.cfg"), "az");
        assert!(
            body(host, "b.cfg").ends_with(&format!("{MAC}z")) || host.kind == Kind::Stub,
            "{}",
            body(host, "b.cfg")
        );
        assert!(body(host, "c.cfg").starts_with('c'));
        let empty = host.fetch("d.cfg");
        assert_eq!((empty.status, empty.body), (200, Vec::new()));
        assert_eq!(body(host, &format!("{MAC}.cfg")), "label=phone\n");
    }
    host.assert_alive();
}

/// One of a kind for all phones, and one that only some share.
pub fn gives_a_shared_name_to_the_first_section(host: &mut Host) {
    host.set_profile("common.cfg = phone.cfg\n${MODEL}.cfg = phone.cfg\n${MAC}.cfg = phone.cfg\n");
    host.set_template("phone.cfg", "label=${LABEL}\n");
    host.configure(
        section("c", MAC, "MODEL = x\nLABEL = third")
            + &section("b", OTHER, "MODEL = x\nLABEL = second")
            + &section("d", "0011223344cc", "MODEL = y\nLABEL = fourth"),
    );
    host.start();
    assert_eq!(body(host, "common.cfg"), "label=second\n");
    assert_eq!(body(host, "x.cfg"), "label=second\n");
    let told = host.problems();
    assert_eq!(told.len(), 1, "a common file is no fault: {told:#?}");
    assert!(
        told[0].contains("section 'c'") && told[0].contains("'x.cfg'") && told[0].contains("section 'b'"),
        "{told:#?}"
    );

    host.configure(section("c", MAC, "MODEL = x\nLABEL = third"));
    host.reload();
    assert_eq!(body(host, "common.cfg"), "label=third\n", "the next one has it when the first has gone");
}

pub fn tells_a_phone_that_nothing_has_changed(host: &mut Host) {
    one_phone(host);
    host.start();
    let file = format!("{MAC}.cfg");
    let (head, content) = whole(host, "GET", &file, "");
    let tag = header(&head, "ETag");
    assert!(head.starts_with("HTTP/1.1 200 ") && tag.len() == 18 && !content.is_empty(), "{head}");
    let (unchanged, nothing) = whole(host, "GET", &file, &format!("If-None-Match: \"other\", {tag}\r\n"));
    assert!(unchanged.starts_with("HTTP/1.1 304 "), "{unchanged}");
    assert_eq!((nothing.as_str(), header(&unchanged, "ETag")), ("", tag));

    host.configure(account("1000") + &section("phone", MAC, "endpoint = 1000\nNOTE = other"));
    host.reload();
    let (changed, _) = whole(host, "GET", &file, &format!("If-None-Match: {tag}\r\n"));
    assert!(changed.starts_with("HTTP/1.1 200 ") && header(&changed, "ETag") != tag, "{changed}");
}

pub fn sends_parts_of_static_files(host: &mut Host) {
    one_phone(host);
    host.start();
    let (head, content) = whole(host, "GET", "firmware.txt", "Range: bytes=9-\r\n");
    assert!(head.starts_with("HTTP/1.1 206 "), "{head}");
    assert_eq!((header(&head, "Content-Range"), content.as_str()), ("bytes 9-12/13", "1.0\n"));
    let (head, content) = whole(host, "GET", "firmware.txt", "Range: bytes=0-7\r\n");
    assert_eq!((header(&head, "Content-Length"), content.as_str()), ("8", "firmware"));
    let (head, _) = whole(host, "GET", "firmware.txt", "Range: bytes=99-\r\n");
    assert!(head.starts_with("HTTP/1.1 416 "), "{head}");
    let (head, content) = whole(host, "GET", "firmware.txt", "Range: bytes=0-1,3-4\r\n");
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert_eq!(content, "firmware 1.0\n");
    let (head, content) = whole(host, "GET", "firmware.txt", "Range: bytes=9-\r\nIf-Range: \"other\"\r\n");
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert_eq!(content, "firmware 1.0\n", "a part of another content is no use");

    // Firmware is no text.
    host.set_template("firmware.txt", [b"one\0two\0".as_slice(), &[b'x'; 300_000]].concat());
    let (head, content) = whole(host, "GET", "firmware.txt", "Range: bytes=2-5\r\n");
    assert_eq!((header(&head, "Content-Length"), content.as_str()), ("4", "e\0tw"));
    let (head, content) = whole(host, "GET", "firmware.txt", "Range: bytes=3-\r\n");
    assert_eq!((header(&head, "Content-Length"), content.len()), ("300005", 300_005));
}

/// Whoever waits for the rest learns that there is none.
pub fn ends_with_a_static_file_that_was_cut_off(host: &mut Host) {
    host.write("etc/http.conf", host.read("etc/http.conf") + "session_keep_alive = 3600000\n");
    one_phone(host);
    let announced = 24 << 20;
    host.set_template("firmware.txt", vec![0; announced]);
    host.start();
    let mut connection = Connection::open(host.address()).unwrap();
    connection.send("GET /phoneprov/firmware.txt HTTP/1.1\r\n\r\n").unwrap();
    connection.wait().unwrap();
    // So much is not on its way before the client reads.
    let file = fs::File::options().write(true).open(host.path("data/phoneprov/firmware.txt")).unwrap();
    file.set_len(announced as u64 / 2).unwrap();
    let answer = connection.read_to_end().unwrap();
    assert!(answer.len() < announced && answer.len() >= announced / 2, "{} bytes", answer.len());
    assert_eq!(host.fetch(&format!("{MAC}.cfg")).status, 200);
}

/// Phones of users.conf keep what the host gives them, and are among all phones.
pub fn answers_phones_of_users_conf(host: &mut Host) {
    host.set_profile("common.cfg = phone.cfg\n${MAC}.cfg = phone.cfg\nbook.cfg = book.cfg\n");
    host.set_template(
        "phone.cfg",
        "label=${LABEL} user=${USERNAME} server=${SERVER} port=${SERVER_PORT} vm=${VOICEMAIL_EXTEN}\n",
    );
    host.set_template("book.cfg", "${PP_EACH_USER(<%{MAC}>)}");
    let user = format!("[3000]\nmacaddress = {OTHER}\nautoprov = yes\nusername = 3000\nlabel = theirs\n");
    host.write("etc/users.conf", "[general]\nvmexten = *97\n".to_owned() + &user);
    one_phone(host);
    host.start();
    let theirs = "label=theirs user=3000 server=127.0.0.1 port=5060 vm=*97\n";
    assert_eq!(body(host, &format!("{OTHER}.cfg")), theirs);
    assert_eq!(body(host, "common.cfg"), theirs, "the host adds them first");
    let book = body(host, "book.cfg");
    assert!(book.contains(&format!("<{MAC}>")) && book.contains(&format!("<{OTHER}>")) && book.len() == 28, "{book}");

    host.write("etc/users.conf", "");
    host.cli("module reload res_phoneprov.so");
    assert_eq!(host.fetch(&format!("{OTHER}.cfg")).status, 404);
    assert!(body(host, "common.cfg").starts_with("label=phone "));
}

/// SERVER is the address that was asked, on each line that has none, whichever lines have it.
pub fn gives_server_to_each_line_that_has_none(host: &mut Host) {
    host.set_profile("${MAC}.cfg = phone.cfg\n");
    host.set_template(
        "phone.cfg",
        "${SERVER}\n${PP_EACH_EXTENSION(0011223344aa,line.cfg)}${PP_EACH_EXTENSION(0011223344bb,line.cfg)}",
    );
    host.set_template("line.cfg", "${LINE}:${SERVER}\n");
    host.configure(
        section("a", MAC, "LINE = 1")
            + &section("b", MAC, "LINE = 2\nSERVER = 192.0.2.7")
            + &section("c", OTHER, "LINE = 1"),
    );
    host.start();
    for _ in 0..3 {
        let expected = "127.0.0.1\n1:127.0.0.1\n2:192.0.2.7\n1:127.0.0.1\n";
        assert_eq!(body(host, &format!("{MAC}.cfg")), expected, "the host's own address is shown so");
    }
}

/// A server that listens on all addresses of both kinds knows its own IPv4 address as one of IPv6.
pub fn gives_an_ipv4_address_as_one(host: &mut Host) {
    host.set_profile("${MAC}.cfg = phone.cfg\n");
    host.set_template("phone.cfg", "${SERVER}\n");
    one_phone(host);
    host.write("etc/http.conf", "[general]\nenabled = yes\nbindaddr = ::ffff:127.0.0.1\nbindport = 8088\n");
    host.start();
    assert_eq!(body(host, &format!("{MAC}.cfg")), "127.0.0.1\n", "the host's own address is shown so");
}

pub fn gives_an_ipv6_address(host: &mut Host) {
    host.set_profile("${MAC}.cfg = phone.cfg\n");
    host.set_template("phone.cfg", "${SERVER}\n");
    one_phone(host);
    // All hosts have this address: the port is this one's own.
    let octets = host.address().split('.').map(|part| part.parse::<u16>().unwrap());
    let port = octets.fold(0u16, |port, octet| port.wrapping_mul(31).wrapping_add(octet)) % 20_000 + 10_000;
    host.write("etc/http.conf", format!("[general]\nenabled = yes\nbindaddr = ::1\nbindport = {port}\n"));
    host.start();
    let mut connection = Connection::to(SocketAddr::new(Ipv6Addr::LOCALHOST.into(), port)).unwrap();
    assert_eq!(connection.get(&format!("{MAC}.cfg")).unwrap().body, b"::1\n");
}

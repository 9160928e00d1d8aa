//! What is answered otherwise, because our module answers for its phones itself.

use super::super::case::{account, mac, phone};
use super::{MAC, Module, value};
use hosts::phones::{Connections, Crowd, Fleet, file, is_whole};
use hosts::{Connection, Host, eventually};
use std::time::Duration;

/// A file's text, with the host's own address as 127.0.0.1.
fn text(host: &Host, file: &str) -> String {
    let answer = host.fetch(file);
    assert_eq!(answer.status, 200, "{file}");
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// A phone of two lines, and a template that shows SERVER of both.
fn start_phone_of_two_lines(host: &mut Host, server: [&str; 2]) {
    host.set_template("phone.cfg", "${PP_EACH_EXTENSION(${MAC},line.cfg)}");
    host.set_template("line.cfg", "${LINE}=${SERVER} ");
    let line = |line: usize| phone(&format!("line{line}"), MAC, &format!("LINE = {line}\n{}", server[line - 1]));
    host.configure(line(1) + &line(2));
    host.start();
}

/// `res_phoneprov` looks at the first line alone.
pub fn server_of_lines_after_one_that_has_its_own(host: &mut Host, module: Module) {
    start_phone_of_two_lines(host, ["SERVER = 192.0.2.1", ""]);
    let expected = if module == Module::C { "1=192.0.2.1 2= " } else { "1=192.0.2.1 2=127.0.0.1 " };
    assert_eq!(text(host, &format!("{MAC}.cfg")), expected);
}

/// Since it takes SERVER out of the lines again, it takes out what they had of their own, too.
pub fn server_that_only_a_later_line_has(host: &mut Host, module: Module) {
    start_phone_of_two_lines(host, ["", "SERVER = 192.0.2.1"]);
    let whole = "1=127.0.0.1 2=192.0.2.1 ";
    assert_eq!(text(host, &format!("{MAC}.cfg")), whole);
    let expected = if module == Module::C { "1=127.0.0.1 2=127.0.0.1 " } else { whole };
    assert_eq!(text(host, &format!("{MAC}.cfg")), expected);
}

/// It gives SERVER to the lines of the phone whose file is asked for, and to no others.
pub fn server_of_other_phones(host: &mut Host, module: Module) {
    host.set_template("phone.cfg", format!("${{PP_EACH_USER(%{{SERVER}} )}}${{PP_EACH_EXTENSION({MAC},line.cfg)}}"));
    host.set_template("line.cfg", "${SERVER}");
    host.configure(phone("a", MAC, "") + &phone("b", &mac(2), ""));
    host.start();
    // Phones of one Asterisk stand in the order of their MACs' hashes.
    let mut words: Vec<String> = text(host, &format!("{}.cfg", mac(2))).split_whitespace().map(str::to_owned).collect();
    words.sort();
    assert_eq!(words, vec!["127.0.0.1"; if module == Module::C { 1 } else { 3 }]);
}

/// A server that listens on `::` sees every address as one of IPv6, of which `res_phoneprov` reads a part that is zero. This
/// one listens on a loopback address alone, as IPv6 writes it.
pub fn server_over_sockets_of_ipv6(host: &mut Host, module: Module) {
    host.write("etc/http.conf", "[general]\nenabled = yes\nbindaddr = ::ffff:127.0.0.1\nbindport = 8088\n");
    host.set_template("phone.cfg", "SERVER=${SERVER}");
    host.configure(phone("a", MAC, ""));
    host.start();
    let expected = if module == Module::C { "SERVER=0.0.0.0" } else { "SERVER=127.0.0.1" };
    assert_eq!(text(host, &format!("{MAC}.cfg")), expected);
}

/// Functions are loaded after phones are added, if modules.conf does not say otherwise: names and setvars that need one come
/// out wrong, until something adds the phones again.
pub fn functions_that_are_loaded_later(host: &mut Host, module: Module) {
    let modules = host.read("etc/modules.conf").replace("load = func_strings.so\n", "") + "load = func_strings.so\n";
    host.write("etc/modules.conf", modules);
    host.set_profile("setvar = UPPER=${TOUPPER(${LABEL})}\n${TOLOWER(${MAC})}.cfg = phone.cfg\n");
    host.set_template("phone.cfg", "[line]\nUPPER=${UPPER}\n");
    host.configure(phone("desk", &MAC.to_uppercase(), "LABEL = ann"));
    host.start();
    match module {
        Module::C => {
            assert_eq!(value(host, "UPPER"), None, "nobody has that name");
            assert_eq!(host.fetch(".cfg").status, 200);
        }
        Module::Ours => {
            assert!(eventually(|| value(host, "UPPER").as_deref() == Some("ANN")), "{:?}", value(host, "UPPER"));
            assert_eq!(host.fetch(".cfg").status, 404);
        }
    }
}

/// The C module's phone that was added first fills a file that all have; ours is that of the smallest id, whenever it came.
pub fn common_file_of_the_smallest_section(host: &mut Host, module: Module) {
    host.set_profile("model.cfg = phone.cfg\n");
    host.set_template("phone.cfg", "${LABEL}");
    host.configure(phone("b", &mac(2), ""));
    host.start();
    assert_eq!(text(host, "model.cfg"), "b");
    host.configure(phone("b", &mac(2), "") + &phone("a", &mac(1), ""));
    host.reload();
    let shown = text(host, "model.cfg");
    match module {
        Module::C => assert!(["a", "b"].contains(&shown.as_str()), "{shown}"),
        Module::Ours => assert_eq!(shown, "a"),
    }
}

/// 16 sends what was in memory where the text should be.
pub fn empty_template(host: &mut Host, module: Module) {
    host.set_template("phone.cfg", "");
    host.configure(phone("a", MAC, ""));
    host.start();
    // Whatever the C module sends may be nothing, too.
    let shown = text(host, &format!("{MAC}.cfg"));
    if module == Module::Ours {
        assert_eq!(shown, "");
    }
}

/// The host's parser of expressions does not live through every long one: what is longer than 4,000 bytes is not given to it,
/// and the file is refused with a word in the log.
pub fn expression_of_more_than_4000_bytes(host: &mut Host, module: Module) {
    host.set_template("phone.cfg", format!("$[\"{}\" = \"\"]", "x".repeat(4_000)));
    host.configure(phone("a", MAC, ""));
    host.start();
    let status = host.fetch(&format!("{MAC}.cfg")).status;
    match module {
        Module::C => assert_eq!(status, 200),
        Module::Ours => {
            assert_eq!(status, 500);
            assert!(eventually(|| host
                .log()
                .contains("phone.cfg get nothing: an expression has more than 4000 bytes")));
        }
    }
}

/// Templates that nobody needs: the C module's Asterisk ends at once.
pub fn templates_that_end_asterisk(host: &mut Host, module: Module) {
    for (number, text) in ["${PP_EACH_USER()}".to_owned(), "${".repeat(60_000)].iter().enumerate() {
        host.set_template(&format!("{number}.cfg"), text);
    }
    host.set_template("2.cfg", "${PP_EACH_EXTENSION(${MAC},2.cfg)}");
    host.set_profile("0.txt = 0.cfg\n1.txt = 1.cfg\n2.txt = 2.cfg\n");
    host.configure(phone("a", MAC, ""));
    for file in ["0.txt", "1.txt", "2.txt"] {
        host.start();
        let answer = Connection::open(host.address()).and_then(|mut connection| connection.get(file));
        match module {
            Module::C => {
                assert!(answer.is_err(), "{file} is answered");
                assert!(eventually(|| !host.is_alive()), "the C module takes Asterisk down");
            }
            Module::Ours => {
                assert!([200, 500].contains(&answer.expect("it is answered").status));
                host.stop_gracefully();
            }
        }
    }
    if module == Module::Ours {
        host.start();
    }
}

/// `res_phoneprov` writes SERVER into the phone's lines and takes it out again, whoever else uses them at that moment.
pub fn common_file_beside_own_ones(host: &mut Host, module: Module) {
    const PHONES: usize = 20;
    host.set_profile("model.cfg = phone.cfg\n${MAC}.cfg = phone.cfg\n");
    host.set_template("phone.cfg", format!("{}end\n", "SERVER=${SERVER}\n".repeat(100)));
    Fleet::new(PHONES).configure(host, "");
    host.start();
    let own: Vec<String> = (0..PHONES).map(file).collect();
    let crowd = Crowd::at(host.address()).fetch(2, Connections::Kept, &own, is_whole).fetch(
        2,
        Connections::Kept,
        &["model.cfg".to_owned()],
        is_whole,
    );
    // The C module's is usually dead within a second.
    let time = Duration::from_secs(if module == Module::C { 60 } else { 2 });
    let (lives, got) = crowd.during(|| host.lives_for(time));
    match module {
        Module::C => assert!(!lives, "the C module takes Asterisk down"),
        Module::Ours => {
            assert!(lives);
            got.assert_all_good();
        }
    }
}

/// A phone that has a file already need not read it again, and one that has a part of a large one need not begin anew.
pub fn files_that_a_phone_has_already(host: &mut Host, module: Module) {
    host.configure(account("1000") + &phone("a", MAC, "endpoint = 1000"));
    host.start();
    let ask = |file: &str, header: &str| {
        let mut connection = Connection::open(host.address()).expect("the server listens");
        connection
            .send(&format!("GET /phoneprov/{file} HTTP/1.1\r\nConnection: close\r\n{header}\r\n"))
            .and_then(|()| connection.read_to_end())
            .map(|answer| String::from_utf8_lossy(&answer).into_owned())
            .expect("it is answered")
    };
    let own = format!("{MAC}.cfg");
    let tag = ask(&own, "").lines().find_map(|line| line.strip_prefix("ETag: ").map(str::to_owned));
    let part = ask("firmware.txt", "Range: bytes=0-7\r\n");
    match module {
        Module::C => {
            assert_eq!(tag, None);
            assert!(part.starts_with("HTTP/1.1 200 ") && part.ends_with("\nfirmware 1.0\n"), "{part}");
        }
        Module::Ours => {
            let again = ask(&own, &format!("If-None-Match: {}\r\n", tag.expect("it has a tag")));
            assert!(again.starts_with("HTTP/1.1 304 "), "{again}");
            assert!(part.starts_with("HTTP/1.1 206 ") && part.ends_with("\nfirmware"), "{part}");
        }
    }
}

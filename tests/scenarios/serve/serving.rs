//! What a phone gets for its request.

use hosts::Host;
use hosts::config::{account, section};

pub fn serves_a_phone(host: &mut Host) {
    host.configure(account("1000") + &section("phone", "0011223344aa", "endpoint = 1000\nNOTE = hello world"));
    host.start();

    let answer = host.fetch("0011223344aa.cfg");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.content_type, "text/plain");
    let expected = "[line]\nLINE=1\nMAC=0011223344aa\nPROFILE=desk\nUSERNAME=user-1000\nSECRET=secret-1000\nCALLERID=1000\n\
        DISPLAY_NAME=Phone 1000\nLABEL=phone\nSERVER=127.0.0.1\nSERVER_PORT=5060\nENDPOINT_ID=1000\nTRANSPORT_ID=udp\n\
        AUTH_ID=1000\nLINEKEYS=1\nNOTE=hello world\n\n";
    assert_eq!(String::from_utf8_lossy(&answer.body), expected);
    assert_eq!(host.fetch("0011223344bb.cfg").status, 404);
    assert_eq!(host.errors(), [""; 0]);
}

pub fn serves_an_endpoint_without_transport(host: &mut Host) {
    host.configure(
        "[1000]\ntype = endpoint\n\n".to_owned() + &section("phone", "0011223344aa", "endpoint = 1000\nSECRET = own"),
    );
    host.start();

    let line = host.line("0011223344aa");
    assert_eq!(line["ENDPOINT_ID"], "1000");
    assert_eq!(line["TRANSPORT_ID"], "");
    assert_eq!(line["SERVER_PORT"], "5060");
    assert_eq!(host.problems(), [""; 0]);
}

pub fn serves_a_section_without_endpoint(host: &mut Host) {
    host.configure(section("phone", "0011223344aa", ""));
    host.start();

    let line = host.line("0011223344aa");
    assert_eq!(line["SERVER_PORT"], "5060");
    assert_eq!(line["USERNAME"], "phone");
    assert_eq!(line["LABEL"], "phone");
    assert_eq!(line["ENDPOINT_ID"], "");
    assert_eq!(host.problems(), [""; 0]);
}

pub fn prefers_what_the_section_says(host: &mut Host) {
    let own = "endpoint = 1000\nUSERNAME = mine\nCALLERID = 7\nLABEL = Desk\nSERVER_PORT = 5070\nDISPLAY_NAME =";
    host.configure(account("1000") + &section("phone", "0011223344aa", own));
    host.start();

    let line = host.line("0011223344aa");
    assert_eq!(line["USERNAME"], "mine");
    assert_eq!(line["CALLERID"], "7");
    assert_eq!(line["LABEL"], "Desk");
    assert_eq!(line["SERVER_PORT"], "5070");
    assert_eq!(line["SECRET"], "secret-1000");
    assert_eq!(line["DISPLAY_NAME"], "Phone 1000", "an empty value counts as not given");
}

/// The C module has no such variable.
pub fn tells_what_the_transport_speaks(host: &mut Host) {
    let endpoint = |id: &str, transport: &str| format!("[{id}]\ntype = endpoint\n{transport}\n\n");
    let phone = |id: &str, mac: &str, more: &str| section(id, mac, &format!("endpoint = {id}\nSECRET = own\n{more}"));
    host.configure(
        "[tcp]\ntype = transport\nprotocol = TCP\nbind = 127.0.0.1:5070\n\n".to_owned()
            + &endpoint("u", "transport = udp")
            + &endpoint("t", "transport = tcp")
            + &endpoint("none", "")
            + &phone("u", "0011223344aa", "")
            + &phone("t", "0011223344bb", "")
            + &phone("none", "0011223344cc", ""),
    );
    host.set_template("phone.cfg", "[${TRANSPORT_PROTOCOL} ${SERVER_PORT}]");
    host.start();
    let file = |mac: &str| String::from_utf8_lossy(&host.fetch(&format!("{mac}.cfg")).body).into_owned();
    assert_eq!(file("0011223344aa"), "[udp 5060]");
    assert_eq!(file("0011223344bb"), "[tcp 5070]");
    assert_eq!(file("0011223344cc"), "[ 5060]");
    // A check reads the same of the files.
    assert!(host.cli("pjsip check phoneprovs").contains("add 0 phones, change 0, remove 0"), "nothing would change");
    assert_eq!(host.problems(), [""; 0]);
}

/// SQL databases fold the case of column names.
pub fn knows_standard_names_in_another_case(host: &mut Host) {
    let folded = "[phone]\ntype = phoneprov\nmac = 0011223344aa\nprofile = desk\nendpoint = 1000\nusername = mine\nNote = kept\n";
    host.configure(account("1000") + folded);
    host.start();

    let line = host.line("0011223344aa");
    assert_eq!(line["MAC"], "0011223344aa");
    assert_eq!(line["USERNAME"], "mine");
    assert_eq!(line["NOTE"], "", "only standard names are known in another case");
}

/// res_phoneprov itself loses lines that come in before two or more higher ones. Here is one phone for every order.
pub fn keeps_every_line_of_a_phone_in_any_order(host: &mut Host) {
    let orders = orders_of(&["1", "2", "3", "4", "5", "6"]);
    let mac = |phone: usize| format!("00000000{phone:04x}");
    let mut sections = String::new();
    for (phone, order) in orders.iter().enumerate() {
        for (position, line) in order.iter().enumerate() {
            let id = format!("{phone:03}-{position}");
            sections += &section(&id, &mac(phone), &format!("LINE = {line}\nNOTE = line {line}"));
        }
    }
    host.configure(sections);
    host.start();

    for (phone, order) in orders.iter().enumerate() {
        let lines = host.phone(&mac(phone));
        let notes: Vec<&str> = lines.iter().map(|line| line["NOTE"].as_str()).collect();
        assert_eq!(
            notes,
            ["line 1", "line 2", "line 3", "line 4", "line 5", "line 6"],
            "written in the order {order:?}"
        );
    }
    assert_eq!(host.problems(), [""; 0]);
}

fn orders_of<'a>(items: &[&'a str]) -> Vec<Vec<&'a str>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut orders = Vec::new();
    for (at, first) in items.iter().enumerate() {
        let rest = [&items[..at], &items[at + 1..]].concat();
        orders.extend(orders_of(&rest).into_iter().map(|order| [vec![*first], order].concat()));
    }
    orders
}

//! What is served when pjsip.conf changes.

use crate::case::{Case, account, mac, phone, section};

/// The phones 1 to 9, of which a step may change any.
fn fleet(change: impl Fn(usize) -> Option<String>) -> String {
    let plain =
        |number: usize| phone(&format!("p{number}"), &mac(number), &format!("endpoint = {}000", 1 + number % 2));
    let phones = (1..=9).map(|number| change(number).unwrap_or_else(|| plain(number)));
    account("1000") + &account("2000") + &phones.collect::<String>()
}

fn changed(which: usize, text: &str) -> String {
    fleet(|number| (number == which).then(|| text.to_owned()))
}

pub fn edits_of_sections() -> Case {
    Case::new(fleet(|_| None), 9)
        .then(changed(2, &phone("p2", &mac(2), "endpoint = 2000\nNOTE = added")))
        .then(changed(2, &phone("p2", &mac(2), "endpoint = 1000\nNOTE = of another account")))
        .then(changed(2, &phone("p2", &mac(12), "endpoint = 1000\nNOTE = of another MAC")))
        .then(changed(2, &phone("renamed", &mac(2), "endpoint = 1000")))
        .then(changed(2, ""))
        .then(changed(2, &phone("p2", &mac(2), "endpoint = 1000").replace("desk", "sofa")))
        .then(changed(2, &phone("p2", &mac(2), "endpoint = nobody")))
        .then(changed(2, &phone("p2", &mac(1), "endpoint = 1000\nLINE = 2")))
        .then(changed(1, &phone("p1", &mac(2), "endpoint = 1000\nLINE = 2")))
        // Endpoints that only res_pjsip's own reload would find.
        .then(changed(2, &phone("p2", &mac(2), "endpoint = 3000")) + &account("3000"))
        .then(fleet(|number| Some(phone(&format!("p{number}"), &mac(10 - number), "endpoint = 1000"))))
        .then(fleet(|number| Some(phone(&format!("p{number}"), &mac(number), "endpoint = 1000"))))
        .then(fleet(|_| Some(String::new())))
        .then(fleet(|_| None))
        .then(fleet(|_| None))
}

pub fn edits_of_accounts() -> Case {
    let fleet = fleet(|_| None);
    let third = account("3000") + &phone("third", &mac(3000), "endpoint = 3000");
    let two_lines = |accounts: [&str; 2]| {
        let line = |line: usize, account| {
            phone(&format!("line{line}"), &mac(50), &format!("LINE = {line}\nendpoint = {account}"))
        };
        line(1, accounts[0]) + &line(2, accounts[1])
    };
    let tcp = section("transport", "tcp", "protocol = tcp\nbind = 127.0.0.1:5070");
    Case::new(&fleet, 9)
        .then_everywhere(fleet.replace("secret-1000", "changed"))
        .then_everywhere(fleet.replace("Phone 1000", "Somebody else"))
        .then_everywhere(fleet.replace("<2000>", "<4711>").replace("user-2000", "other"))
        .then_everywhere(fleet.replace("callerid = \"Phone 1000\" <1000>", ""))
        .then_everywhere(fleet.replace("auth = 1000", ""))
        .then_everywhere(fleet.replace("[1000]\ntype = auth", "[gone]\ntype = auth"))
        .then_everywhere(tcp + &fleet.replacen("transport = udp", "transport = tcp", 1))
        .then_everywhere(fleet.clone() + &third + &two_lines(["1000", "2000"]))
        .then_everywhere(fleet.clone() + &third + &two_lines(["2000", "1000"]))
        .then_everywhere(fleet)
}

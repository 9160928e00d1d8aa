//! Where accounts are registered: served, current and not registered is one look.

use super::office::{assert_current, fetch_all, fleet};
use hosts::phones::{Manner, mac};
use hosts::{Host, eventually};

pub fn tells_which_lines_are_registered(host: &mut Host) {
    host.take_registrations();
    // The first phone has a second line.
    let second =
        format!("[second]\ntype = phoneprov\nendpoint = {}\nMAC = {}\nPROFILE = desk\nLINE = 2\n\n", mac(2), mac(0));
    host.configure(fleet(3, "").replace(&format!("MAC = {}", mac(2)), "MAC = 00aa00aa00aa") + &second);
    host.start();
    fetch_all(host, 2);
    assert_current(host, 2);
    let _phones = host.phones(Manner::Break);
    host.register([mac(0).as_str()]);
    let row = |mac: &str| {
        let list = host.cli("pjsip list phoneprovs");
        let row = list.lines().find(|line| line.starts_with(mac)).unwrap_or_else(|| panic!("no {mac} in\n{list}"));
        row.split_whitespace().skip(2).take(3).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(eventually(|| row(&mac(0)) == ["1/2", "served", "current"]), "{:?}", row(&mac(0)));
    assert_eq!(row(&mac(1)), ["0/1", "served", "current"]);
    assert_eq!(row("00aa00aa00aa"), ["0/1", "served", "new"]);

    let place = format!("at sip:{0}@127.0.0.1:5070;transport=udp, from 127.0.0.1, as Phone {0}", mac(0));
    for command in [format!("pjsip show phoneprov {}", mac(0)), format!("pjsip show phoneprovs like {}", mac(0))] {
        let told = hosts::unbroken(&host.cli(&command)).replace(host.address(), "127.0.0.1");
        for expected in [format!("{} is registered {place}", mac(0)), format!("{} is not registered", mac(2))] {
            assert!(told.contains(&expected), "{command} lacks '{expected}':\n{told}");
        }
    }

    let mut ami = host.ami("system");
    let listed = ami.action("PJSIPShowPhoneprovs", &[("Like", &mac(0))]);
    let phone = listed.iter().find(|event| event.is_event("PhoneprovList")).unwrap();
    assert_eq!(
        (phone.get("LinesRegistered"), phone.get("ContactEndpoint")),
        (Some("1"), Some(mac(0).as_str())),
        "{phone:?}"
    );
    let shown = ami.action("PJSIPShowPhoneprov", &[("Phoneprov", &mac(0))]);
    let lines: Vec<_> = shown.iter().filter(|event| event.is_event("PhoneprovDetail")).collect();
    assert_eq!(
        lines.iter().map(|line| line.get("Registered")).collect::<Vec<_>>(),
        [Some("Yes"), Some("No")],
        "{lines:?}"
    );
    assert_eq!(lines[0].get("ContactAddress"), Some(host.address()), "{lines:?}");
    assert_eq!(lines[0].get("ContactUserAgent"), Some(format!("Phone {}", mac(0)).as_str()), "{lines:?}");
    assert_eq!(lines[0].get("Delivery"), Some("Current"), "{lines:?}");
}

//! Endpoints as the versions of Asterisk lay them out, all read by one build.

use hosts::Host;
use hosts::Kind;
use hosts::config::{account, section};

/// SIZE/ID/AUTHS, and how the status names the last two.
const KNOWN: [(&str, &str); 13] = [
    ("1152/720/928", "720/928"),
    ("1184/720/928", "720/928"),
    ("1200/784/1000", "784/1000"),
    ("1208/792/1008", "792/1008"),
    ("1224/792/1008", "792/1008"),
    ("1232/800/1016", "800/1016"),
    ("1240/792/1008", "792/1008"),
    ("1256/792/1008", "792/1008"),
    ("1264/792/1008", "792/1008"),
    ("1272/800/1016", "800/1016"),
    ("1280/792/1008", "792/1008"),
    ("1288/792/1008", "792/1008"),
    ("1296/800/1016", "800/1016"),
];
/// More than are compared before offsets are believed.
const PHONES: u32 = 40;

fn mac(phone: u32) -> String {
    format!("00112233{phone:04x}")
}

fn phones() -> String {
    let phone = |phone: u32| {
        let id = format!("{}", 1000 + phone);
        account(&id) + &section(&format!("phone{phone}"), &mac(phone), &format!("endpoint = {id}"))
    };
    // What is read first: one without anything, and caller ids that do not come back from the text of an object set.
    let odd = ["555-1234", "<2>", r#""Ann <1001>"#, r#"Ann" <1001>"#, r#""A \"B\" C" <1>"#]
        .iter()
        .enumerate()
        .map(|(number, callerid)| {
            format!("[0odd{number}]\ntype = endpoint\ncallerid = {callerid}\n\n")
                + &section(
                    &format!("0odd{number}"),
                    &format!("0011223344c{number}"),
                    &format!("endpoint = 0odd{number}"),
                )
        })
        .collect::<String>();
    odd + &(0..PHONES).map(phone).collect::<String>()
        + "[bare]\ntype = endpoint\n\n[named]\ntype = endpoint\ncallerid = Desk\n\n[numbered]\ntype = endpoint\ncallerid = 77\n\n"
        + &section("bare", "0011223344b0", "endpoint = bare")
        + &section("named", "0011223344b1", "endpoint = named")
        + &section("numbered", "0011223344b2", "endpoint = numbered")
}

fn assert_serves_all(host: &Host) {
    for phone in 0..PHONES {
        let (line, id) = (host.line(&mac(phone)), 1000 + phone);
        assert_eq!(line["SECRET"], format!("secret-{id}"));
        assert_eq!(line["USERNAME"], format!("user-{id}"));
        assert_eq!(line["TRANSPORT_ID"], "udp");
        assert_eq!(line["CALLERID"], format!("{id}"));
        assert_eq!(line["DISPLAY_NAME"], format!("Phone {id}"));
    }
    assert_eq!(host.line("0011223344b0")["DISPLAY_NAME"], "");
    assert_eq!(host.line("0011223344b1")["DISPLAY_NAME"], "Desk");
    assert_eq!(host.line("0011223344b2")["CALLERID"], "77");
}

fn layout(host: &Host) -> String {
    let status = host.cli("pjsip show phoneprov status");
    let line = status.lines().find_map(|line| line.trim().strip_prefix("Layout"));
    line.unwrap_or_else(|| panic!("no layout in {status}")).trim().to_owned()
}

/// But for what is said of endpoints that have no auth, as some here.
fn errors(host: &Host) -> Vec<String> {
    host.errors().into_iter().filter(|line| !line.contains("names no auth")).collect()
}

fn lay_out(host: &mut Host, layout: &str) {
    let options = host.read("asterisk.conf");
    let kept: Vec<_> = options.lines().filter(|line| !line.starts_with("stub_layout")).collect();
    host.write("asterisk.conf", format!("{}\nstub_layout = {layout}\n", kept.join("\n")));
    host.write("log/full", "");
}

fn configure(host: &mut Host) {
    host.configure(phones());
}

pub fn serve_phones_whichever_version_has_them(host: &mut Host) {
    configure(host);
    for (known, described) in KNOWN {
        lay_out(host, known);
        host.start();
        assert_serves_all(host);
        assert_eq!(layout(host), format!("{described}, proved"), "of {known}");
        assert_eq!(errors(host), [""; 0], "of {known}");
        host.stop_gracefully();
    }
}

/// Sizes that no version has, and known sizes whose fields lie elsewhere than they did: too far behind, too far in front, and at
/// what is no address.
pub fn serve_phones_of_a_version_that_nobody_knows(host: &mut Host) {
    configure(host);
    for (unknown, because) in [
        ("1408/808/1104", "an endpoint has 1408 bytes"),
        ("1296/792/1008", "endpoints of 1296 bytes"),
        ("1296/800/1024", "endpoints of 1296 bytes"),
        ("1152/784/928", "endpoints of 1152 bytes"),
    ] {
        lay_out(host, unknown);
        host.start();
        assert_serves_all(host);
        let described = layout(host);
        assert!(described.starts_with(&format!("object sets, because {because}")), "{unknown}: {described}");
        let check = host.cli("pjsip check phoneprovs");
        assert!(check.contains("add 0 phones, change 0, remove 0"), "{unknown}: {check}");
        let errors = errors(host);
        assert!(errors.len() == 1 && errors[0].contains("are read as object sets"), "{unknown}: {errors:?}");
        host.stop_gracefully();
    }
}

pub fn are_compared_with_what_sorcery_says(host: &mut Host) {
    configure(host);
    host.start();
    assert_serves_all(host);
    if hosts::foreign_architecture().is_some() {
        assert!(layout(host).starts_with("object sets, because process_vm_readv"), "{}", layout(host));
        assert!(host.log().contains("where Asterisk may call that, they are read directly"));
        return;
    }
    let of_this = if host.kind == Kind::Asterisk16 { "720/928" } else { "800/1016" };
    assert_eq!(layout(host), format!("{of_this}, proved"));
}

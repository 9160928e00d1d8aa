//! Which phones there are, and with which values.

use super::super::case::{account, mac, phone, section};
use super::{MAC, Module, value};
use hosts::phones::{Fleet, Phones, fetch_during};
use hosts::{Host, Kind, eventually};
use std::time::{Duration, Instant};

const OUR_MODULE: &str = "res_pjsip_phoneprov_provider.so";

/// Reloads res_pjsip, which does it in a thread of its own, and waits until it knows the endpoint `2000`.
fn reload_res_pjsip(host: &Host) {
    host.cli("module reload res_pjsip.so");
    assert!(eventually(|| host.cli("pjsip show endpoints").contains("2000")), "res_pjsip did not reload");
}

pub fn edit_and_reload_of_res_pjsip(host: &mut Host, module: Module) {
    host.configure(account("1000") + &phone("phone", MAC, "endpoint = 1000\nNOTE = before"));
    host.start();
    assert_eq!(value(host, "NOTE").as_deref(), Some("before"));

    let edited = account("1000") + &account("2000") + &phone("phone", MAC, "endpoint = 1000\nNOTE = after");
    host.configure(edited);
    reload_res_pjsip(host);
    match module {
        Module::C => {
            assert!(eventually(|| value(host, "NOTE").is_none()), "the C module loses the phone");
            host.cli("module reload res_pjsip.so");
            assert_eq!(value(host, "NOTE"), None, "and does not find it again");
        }
        Module::Ours => {
            assert!(
                eventually(|| value(host, "NOTE").as_deref() == Some("after")),
                "the phone has {:?}",
                value(host, "NOTE")
            );
        }
    }
}

pub fn unload_and_reload_of_res_pjsip(host: &mut Host, module: Module) {
    host.configure(account("1000") + &phone("phone", MAC, "endpoint = 1000"));
    host.start();
    host.cli(&format!("module unload {OUR_MODULE}"));
    assert_eq!(value(host, "MAC"), None);

    host.configure(account("1000") + &account("2000") + &phone("phone", MAC, "endpoint = 2000"));
    match module {
        Module::C => {
            host.cli("module reload res_pjsip.so");
            assert!(eventually(|| !host.is_alive()), "the C module takes Asterisk down");
        }
        Module::Ours => {
            reload_res_pjsip(host);
            assert!(host.is_alive());
            assert_eq!(value(host, "MAC"), None, "an unloaded module serves nothing");
            host.cli(&format!("module load {OUR_MODULE}"));
            assert_eq!(value(host, "ENDPOINT_ID").as_deref(), Some("2000"));
        }
    }
}

/// The C module takes what is on the stack, so there is nothing to say about it.
pub fn port_of_a_section_without_endpoint(host: &mut Host, module: Module) {
    host.configure(phone("phone", MAC, ""));
    host.start();
    let port = value(host, "SERVER_PORT").expect("the phone is served");
    if module == Module::Ours {
        assert_eq!(port, "5060");
    }
}

pub fn endpoint_without_transport(host: &mut Host, module: Module) {
    host.configure(
        section("endpoint", "1000", "callerid = Ann <1000>") + &phone("phone", MAC, "endpoint = 1000\nSECRET = own"),
    );
    host.start();
    match module {
        Module::C => {
            assert_eq!(value(host, "MAC"), None);
            assert!(host.log().contains("Endpoint 1000 contained invalid transport ."));
        }
        Module::Ours => {
            let line = host.line(MAC);
            assert_eq!(line["ENDPOINT_ID"], "1000");
            assert_eq!(line["DISPLAY_NAME"], "Ann");
            assert_eq!(line["TRANSPORT_ID"], "");
            assert_eq!(line["SERVER_PORT"], "5060");
            assert_eq!(host.errors(), [""; 0]);
        }
    }
}

pub fn what_the_transport_speaks(host: &mut Host, module: Module) {
    host.set_template("line.cfg", "[line]\nTRANSPORT_ID=${TRANSPORT_ID}\nTRANSPORT_PROTOCOL=${TRANSPORT_PROTOCOL}\n");
    host.configure(account("1000") + &phone("phone", MAC, "endpoint = 1000"));
    host.start();
    assert_eq!(value(host, "TRANSPORT_ID").as_deref(), Some("udp"));
    let speaks = if module == Module::C { "" } else { "udp" };
    assert_eq!(value(host, "TRANSPORT_PROTOCOL").as_deref(), Some(speaks));
}

/// The auths are in a file of their own: its edit leaves the sections as they are.
pub fn derived_values_after_a_reload(host: &mut Host, module: Module) {
    let auth = |password: &str| section("auth", "1000", &format!("username = u\npassword = {password}"));
    host.write("etc/sorcery.conf", "[res_pjsip]\nauth = config,auths.conf,criteria=type=auth\n");
    host.write("etc/auths.conf", auth("before"));
    host.configure(
        section("endpoint", "1000", "transport = udp\nauth = 1000") + &phone("phone", MAC, "endpoint = 1000"),
    );
    host.start();
    assert_eq!(value(host, "SECRET").as_deref(), Some("before"));

    host.write("etc/auths.conf", auth("after"));
    host.cli("module reload res_pjsip.so");
    assert!(eventually(|| host.cli("pjsip show auth 1000").contains("after")), "res_pjsip did not reload");
    host.reload();
    let expected = if module == Module::C { "before" } else { "after" };
    assert_eq!(value(host, "SECRET").as_deref(), Some(expected));
}

/// The C module takes the first value that Asterisk hands over, and a template's come first.
pub fn values_of_templates(host: &mut Host, module: Module) {
    let templates = "[far](!)\ntype = phoneprov\nPROFILE = desk\nNOTE = far\nLABEL = far\nLINEKEYS = 4\n\n\
                     [near](!,far)\nNOTE = near\nLABEL = near\n\n";
    host.configure(templates.to_owned() + &format!("[phone](near)\nMAC = {MAC}\nNOTE = own\n"));
    host.start();
    let expected = match module {
        Module::C => ["far", "far", "4"],
        Module::Ours => ["own", "near", "4"],
    };
    assert_eq!(["NOTE", "LABEL", "LINEKEYS"].map(|name| value(host, name).unwrap_or_default()), expected);
}

pub fn lines_of_a_phone(host: &mut Host, module: Module) {
    const LINES: [&str; 6] = ["1", "2", "3", "4", "5", "6"];
    // The ids tell one order, the numbers of the lines another.
    let ids = ["f", "e", "d", "c", "b", "a"];
    let sections = LINES.iter().zip(ids).map(|(line, id)| phone(id, MAC, &format!("LINE = {line}")));
    host.configure(sections.collect::<String>());
    host.start();
    let lines: Vec<String> = host.phone(MAC).iter().map(|line| line["LINE"].clone()).collect();
    match module {
        Module::C => assert!(lines.len() < LINES.len(), "the C module loses lines, but here are {lines:?}"),
        Module::Ours => assert_eq!(lines, LINES),
    }
}

pub fn object_set(host: &mut Host, module: Module) {
    host.configure(account("1000") + &phone("phone", MAC, "endpoint = 1000\nNOTE = own"));
    host.start();
    host.reload();
    let field = |name: &str| {
        let answer = host.cli(&format!("dialplan eval function AST_SORCERY(res_pjsip,phoneprov,phone,{name})"));
        let (_, result) = answer.split_once("Result:").unwrap_or_else(|| panic!("{answer}"));
        result.trim().to_owned()
    };
    assert_eq!(field("NOTE"), "own");
    // Each value that the C module derived is there once for each time that it derived it.
    let secret = if module == Module::C { "secret-1000,secret-1000" } else { "" };
    assert_eq!(field("SECRET"), secret);
}

/// Realtime sections are made anew for each lookup, as are those of the internal database.
pub fn sections_that_live_for_one_lookup(host: &mut Host, module: Module) {
    host.write("etc/sorcery.conf", "[res_pjsip_phoneprov_provider]\nphoneprov = astdb,sections\n");
    host.configure(account("1000"));
    host.start();
    let object = format!(r#"{{\"MAC\":\"{MAC}\",\"PROFILE\":\"desk\",\"endpoint\":\"1000\",\"NOTE\":\"own\"}}"#);
    host.cli(&format!("database put sections/phoneprov phone {object}"));
    host.reload();
    let expected = if module == Module::C { None } else { Some("own") };
    assert_eq!(value(host, "NOTE").as_deref(), expected);
}

pub fn default_sections(host: &mut Host, module: Module) {
    let default =
        section("phoneprov_default", "all", "NOTE = of the default\nLABEL = of the default\nUSERNAME = of the default");
    host.configure(account("1000") + &default + &phone("phone", MAC, "endpoint = 1000\nLABEL = own"));
    host.start();
    let line = host.line(MAC);
    assert_eq!(line["LABEL"], "own");
    let (note, username) = if module == Module::C { ("", "user-1000") } else { ("of the default", "of the default") };
    assert_eq!(line["NOTE"], note);
    assert_eq!(line["USERNAME"], username);
}

/// SQL databases fold the case of column names.
pub fn standard_names_in_another_case(host: &mut Host, module: Module) {
    let folded = section("phoneprov", "phone", &format!("mac = {MAC}\nprofile = desk\nlabel = own\nendpoint = 1000"));
    let half = phone("half", &mac(2), "endpoint = 1000\nUserName = own");
    host.configure(account("1000") + &folded + &half);
    host.start();
    match module {
        Module::C => {
            assert_eq!(value(host, "MAC"), None);
            assert_eq!(host.line(&mac(2))["USERNAME"], "user-1000");
        }
        Module::Ours => {
            assert_eq!(value(host, "LABEL").as_deref(), Some("own"));
            assert_eq!(host.line(&mac(2))["USERNAME"], "own");
        }
    }
}

/// PP_EACH_USER never gives back the phone that it leaves out, so that removing it leaves its files where they were.
pub fn edit_of_a_phone_that_left_itself_out(host: &mut Host, module: Module) {
    let template = "[line]\nNOTE=${NOTE}\nOTHERS=${PP_EACH_USER(%{MAC} ,${MAC})}\n";
    host.set_template("phone.cfg", template);
    let configure = |host: &Host, note: &str| {
        let noted = phone("phone", MAC, &format!("endpoint = 1000\nNOTE = {note}"));
        host.configure(account("1000") + &noted + &phone("other", &mac(2), "endpoint = 1000"));
    };
    configure(host, "before");
    host.start();
    assert_eq!(value(host, "NOTE").as_deref(), Some("before"));
    assert_eq!(value(host, "OTHERS").as_deref(), Some(format!("{} ", mac(2)).as_str()));

    for note in ["after", "later"] {
        configure(host, note);
        host.reload();
        let expected = if module == Module::C { "before" } else { note };
        assert_eq!(value(host, "NOTE").as_deref(), Some(expected));
    }
}

/// `res_phoneprov` uses a phone that is removed meanwhile. How many reloads the C module needs for it is luck: 1 to 59 on 22,
/// up to 150 on 16, where it is therefore not waited for.
pub fn reloads_while_phones_fetch(host: &mut Host, module: Module) {
    const CLIENTS: usize = 8;
    const PHONES: usize = 500;
    const RELOADS: usize = 15;
    const PATIENCE: Duration = Duration::from_secs(100);

    if module == Module::C && host.kind == Kind::Asterisk16 {
        return;
    }
    let mut fleet = Fleet::new(PHONES);
    fleet.configure(host, "");
    host.start();
    let address = host.address().to_owned();
    let ((), got) = fetch_during(&address, CLIENTS, (Phones::OneClientEach, PHONES), || {
        let start = Instant::now();
        for reload in 0.. {
            let over = if module == Module::C { start.elapsed() > PATIENCE } else { reload == RELOADS };
            if over || !host.is_alive() {
                break;
            }
            fleet.change_all();
            fleet.configure(host, "");
            host.reload();
        }
    });
    match module {
        Module::C => assert!(!host.is_alive(), "the C module takes Asterisk down"),
        Module::Ours => {
            assert!(host.is_alive());
            assert!(got.other.is_empty(), "besides 200 there was {:?}", got.other);
            assert!(!got.good.is_empty());
        }
    }
}

/// The line that res_phoneprov gets first gives a phone its files: their names and the profile that they are of.
pub fn files_of_the_lowest_line(host: &mut Host, module: Module) {
    let general = "[general]\nserveraddr = 127.0.0.1\ndefault_profile = desk\n\n";
    let profiles = "[desk]\ndesk-${USERNAME}.cfg = phone.cfg\n\n[lobby]\nlobby-${USERNAME}.cfg = phone.cfg\n";
    host.write("etc/phoneprov.conf", general.to_owned() + profiles);
    let second = phone("a", MAC, "LINE = 2\nUSERNAME = two").replace("desk", "lobby");
    host.configure(second + &phone("b", MAC, "LINE = 1\nUSERNAME = one"));
    host.start();
    let served = if module == Module::C { "lobby-two" } else { "desk-one" };
    for name in ["desk-one", "desk-two", "lobby-one", "lobby-two"] {
        assert_eq!(host.phone(name).len(), if name == served { 2 } else { 0 }, "{name}.cfg");
    }
}

/// Before Asterisk 20 sorcery gives sections in no order, and so the C module lets any one of two rivals win.
pub fn sections_in_order_of_id(host: &mut Host, module: Module) {
    let rivals = |number: usize| ["a", "b"].map(|id| phone(&format!("{id}{number}"), &mac(number), "LINE = 1"));
    host.configure((0..10).flat_map(rivals).collect::<String>());
    host.start();
    let first = (0..10).filter(|&number| host.line(&mac(number))["LABEL"] == format!("a{number}")).count();
    match module {
        Module::C => assert!(first < 10, "the C module lets any one win"),
        Module::Ours => assert_eq!(first, 10),
    }
}

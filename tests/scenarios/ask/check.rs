//! `pjsip check phoneprovs`: what it says of files before they are applied, and that it names the reason for a 404.

use hosts::config::{GOOD_MAC, account, good_phone, section};
use hosts::{Ami, Host, Kind, Message, eventually, unbroken, without_places};
use std::collections::BTreeMap;

const MAC: &str = "0011223344aa";

fn check(host: &Host) -> String {
    host.cli("pjsip check phoneprovs").trim().to_owned()
}

fn assert_checks(host: &Host, expected: &str) {
    let text = check(host);
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
    assert_eq!(text, expected.trim(), "\n{text}\n");
}

/// Nothing of what is served is touched.
pub fn tells_what_a_reload_would_change(host: &mut Host) {
    let third = section("third", "0000000000cc", "");
    host.configure(good_phone() + &section("other", MAC, "NOTE = before\nVM_PIN = 1234\nGOES = 1") + &third);
    host.start();
    let before = host.served([]);
    assert_checks(host, "A reload would add 0 phones, change 0, remove 0 and leave 3 as they are.\nOK");

    host.configure(
        good_phone().replace("callerid = \"Phone 1000\"", "callerid = \"Ann\"").replace("secret-1000", "better")
            + &section("other", MAC, "NOTE = after\nVM_PIN = 9876\nCOMES = 2")
            + &section("new-2", "0000000000dd", "LINE = 2")
            + &section("new-1", "0000000000dd", "LINE = 1"),
    );
    assert_checks(
        host,
        "
change* 00aa00aa00aa (good)
          good DISPLAY_NAME: 'Phone 1000' -> 'Ann'
          good SECRET: ******** -> ********
add     0000000000dd (new-1, new-2)
change  0011223344aa (other)
          other COMES: nothing -> '2'
          other GOES: '1' -> nothing
          other NOTE: 'before' -> 'after'
          other VM_PIN: ******** -> ********
remove  0000000000cc (third)
* takes 'module reload res_pjsip.so', because endpoints, auths or transports
  change, which 'pjsip reload phoneprovs' does not read
A reload would add 1 phone, change 2, remove 1 and leave 0 as they are.
OK",
    );
    assert_eq!(host.served([]).differences(&before), [""; 0], "a check has changed something");
    assert_eq!(host.errors(), [""; 0]);
}

/// Two sections that change their places are still themselves.
pub fn compares_each_section_with_itself(host: &mut Host) {
    let sections = |one: u8, two: u8| {
        section("one", MAC, &format!("LINE = {one}\nNOTE = of one"))
            + &section("two", MAC, &format!("LINE = {two}\nNOTE = of two"))
    };
    host.configure(sections(1, 2));
    host.start();
    host.configure(sections(2, 1));
    assert_checks(
        host,
        "
change  0011223344aa (two, one)
          two LINE: '2' -> '1'
          one LINE: '1' -> '2'
A reload would add 0 phones, change 1, remove 0 and leave 0 as they are.
OK",
    );
}

/// res_phoneprov takes what it has read of phoneprov.conf, and one phone of a MAC.
pub fn foresees_what_res_phoneprov_refuses(host: &mut Host) {
    host.configure(good_phone() + &section("other", MAC, ""));
    if host.kind != Kind::Stub {
        let user = "[general]\n\n[3000]\nmacaddress = 0011223344ff\nautoprov = yes\nusername = 3000\n";
        host.write("etc/users.conf", user);
    }
    host.start();
    host.configure(
        good_phone() + &section("other", MAC, "").replace("desk", "sofa") + &section("user", "0011223344ff", ""),
    );
    let text = check(host);
    assert!(text.contains("remove  0011223344aa (other)\n"), "{text}");
    assert!(
        without_places(&unbroken(&text)).contains("error: phoneprov section 'other': names PROFILE 'sofa'"),
        "{text}"
    );
    let is_users = host.kind != Kind::Stub;
    assert_eq!(without_places(&unbroken(&text)).contains("phoneprov section 'user': was refused"), is_users, "{text}");
    assert_eq!(text.contains("add     0011223344ff"), !is_users, "{text}");
    host.reload();
    assert_eq!(host.phone(MAC).len(), 0);
    let refused = host.problems().iter().any(|line| line.contains("'user': was refused"));
    assert_eq!(refused, is_users, "{:?}", host.problems());

    // A profile that res_phoneprov has not read yet.
    let profiles = host.read("etc/phoneprov.conf") + "\n[sofa]\nmime_type = text/plain\n${MAC}.cfg = phone.cfg\n";
    host.write("etc/phoneprov.conf", profiles);
    let text = without_places(&unbroken(&check(host)));
    assert!(
        text.contains("section 'other': was refused by res_phoneprov; reload it if")
            && !text.contains("add 0011223344aa"),
        "{text}"
    );
}

/// It says in its object what the file says, and lets it run as it was started.
pub fn foresees_what_transports_speak(host: &mut Host) {
    let configure = |host: &Host, protocol: &str, more: &str| {
        let transport = format!("[udp]\ntype = transport\nprotocol = {protocol}\nbind = 127.0.0.1:5060\n{more}\n");
        host.write("etc/pjsip.conf", transport + &good_phone());
    };
    let speaks = |host: &Host| String::from_utf8_lossy(&host.fetch(&format!("{GOOD_MAC}.cfg")).body).into_owned();
    host.set_template("phone.cfg", "${TRANSPORT_PROTOCOL}");
    configure(host, "udp", "");
    host.start();
    configure(host, "tcp", "");
    let keeps = "
! warning: transport section 'udp' (pjsip.conf:3): keeps speaking udp until
  Asterisk is restarted, and speaks tcp after that; give it allow_reload=yes to
  have a reload change it
A reload would add 0 phones, change 0, remove 0 and leave 1 as they are.
1 problem";
    assert_checks(host, keeps);
    host.cli("module reload res_pjsip.so");
    host.settle();
    assert_checks(host, keeps);
    assert_eq!(speaks(host), "udp");

    configure(host, "tcp", "allow_reload = yes\n");
    host.cli("module reload res_pjsip.so");
    host.settle();
    assert_checks(host, "\nA reload would add 0 phones, change 0, remove 0 and leave 1 as they are.\nOK");
    assert_eq!(speaks(host), "tcp");
}

/// Asterisk leaves a transport where it is while it runs.
pub fn foresees_which_transports_move(host: &mut Host) {
    let configure = |host: &Host, port: u16, more: &str| {
        let transport = format!("[udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{port}\n{more}\n");
        host.write("etc/pjsip.conf", transport + &good_phone());
    };
    configure(host, 5060, "");
    host.start();
    configure(host, 5070, "");
    assert_checks(
        host,
        "
! warning: transport section 'udp' (pjsip.conf:4): keeps port 5060 until
  Asterisk is restarted, and has 5070 after that; give it allow_reload=yes to
  have a reload move it
A reload would add 0 phones, change 0, remove 0 and leave 1 as they are.
1 problem",
    );
    host.cli("module reload res_pjsip.so");
    host.settle();
    assert_eq!(host.line(GOOD_MAC)["SERVER_PORT"], "5060");

    configure(host, 5070, "allow_reload = yes\n");
    assert_checks(
        host,
        "
change* 00aa00aa00aa (good)
          good SERVER_PORT: '5060' -> '5070'
* takes 'module reload res_pjsip.so', because endpoints, auths or transports
  change, which 'pjsip reload phoneprovs' does not read
A reload would add 0 phones, change 1, remove 0 and leave 0 as they are.
OK",
    );
    host.cli("module reload res_pjsip.so");
    host.settle();
    assert_eq!(host.line(GOOD_MAC)["SERVER_PORT"], "5070");
}

/// An object that Asterisk refuses is not missing, whether that can be foreseen or not.
pub fn tells_what_asterisk_refuses(host: &mut Host) {
    const PHONE: &str = "pjsip show phoneprov 0011223344aa";
    host.configure(good_phone());
    host.start();
    let endpoint = |lines: &str| format!("[2000]\ntype = endpoint\n{lines}\n\n");
    let transport = |lines: &str| format!("[air]\ntype = transport\nprotocol = udp\n{lines}\n\n");
    let auth = "[2000]\ntype = auth\npassword = p\n\n";
    let mut cases = vec![
        (endpoint("allow_all = yes"), "names endpoint '2000', which Asterisk refuses", true),
        (endpoint("auth = 2000") + auth, "whose auth '2000' Asterisk refuses", true),
        (endpoint("transport = air") + &transport(""), "whose transport 'air' Asterisk refuses", true),
        (endpoint("rtp_timeout = soon"), "names endpoint '2000', which Asterisk refuses", false),
    ];
    if host.kind != Kind::Stub {
        // The port is in use.
        let other = transport("bind = 127.0.0.1");
        cases.push((endpoint("transport = air") + &other, "whose transport 'air' Asterisk refuses", false));
    }
    for (objects, says, is_foreseen) in cases {
        let configured = good_phone() + &objects + &section("phone", MAC, "endpoint = 2000");
        host.configure(&configured);
        if is_foreseen {
            assert!(unbroken(&check(host)).contains(says), "{}", check(host));
            assert!(check(host).contains("add 0 phones, change 0, remove 0 and leave 1"), "{}", check(host));
        }
        host.cli("module reload res_pjsip.so");
        host.settle();
        // What was refused once is foreseen from then on.
        for note in ["", "NOTE = 1\n"] {
            host.configure(configured.clone() + note);
            let texts = [check(host), host.cli("pjsip list phoneprovs"), host.cli(PHONE)];
            for text in &texts {
                assert!(unbroken(text).contains(says), "'{says}' is not in\n{text}");
                assert!(!text.contains("does not exist"), "{text}");
            }
            assert!(
                texts[0].ends_with("add 0 phones, change 0, remove 0 and leave 1 as they are.\n1 problem"),
                "{}",
                texts[0]
            );
        }
        assert!(host.problems().iter().any(|line| line.contains(says)), "{:?}", host.problems());
        host.configure(good_phone());
        host.cli("module reload res_pjsip.so");
        host.settle();
    }

    // Asterisk keeps the one that it had.
    host.configure(good_phone().replace("username = user-1000\n", "").replace("secret-1000", "better"));
    for is_reloaded in [false, true] {
        if is_reloaded {
            host.cli("module reload res_pjsip.so");
            host.settle();
        }
        let text = check(host);
        let says = "is refused by Asterisk as it stands in its file, so it keeps the one that it had; its log says why at each load";
        assert!(text.contains("! warning: auth section '1000'") && unbroken(&text).contains(says), "{text}");
        assert!(text.ends_with("add 0 phones, change 0, remove 0 and leave 1 as they are.\n1 problem"), "{text}");
        assert_eq!(host.line(GOOD_MAC)["SECRET"], "secret-1000");
    }
}

/// A reload of this module reads its own sections alone, and says what it leaves.
pub fn tells_which_reload_brings_what(host: &mut Host) {
    const LEFT: &str = "1 phone has changes in endpoints, auths or transports that 'module reload res_pjsip.so' brings";
    host.configure(good_phone() + &section("other", MAC, "NOTE = 1"));
    host.start();
    let answer = host.cli("pjsip reload phoneprovs");
    assert!(!answer.contains("res_pjsip.so"), "{answer}");
    host.configure(good_phone().replace("secret-1000", "better") + &section("other", MAC, "NOTE = 2"));
    let text = check(host);
    assert!(
        text.contains("change* 00aa00aa00aa (good)\n") && text.contains("change  0011223344aa (other)\n"),
        "{text}"
    );
    assert!(unbroken(&text).contains("* takes 'module reload res_pjsip.so', because"), "{text}");
    for _ in 0..2 {
        let answer = host.cli("pjsip reload phoneprovs");
        assert!(unbroken(&answer).contains(LEFT), "{answer}");
        assert_eq!((&*host.line(MAC)["NOTE"], &*host.line(GOOD_MAC)["SECRET"]), ("2", "secret-1000"));
    }
    host.cli("module reload res_pjsip.so");
    host.settle();
    assert_eq!(host.line(GOOD_MAC)["SECRET"], "better");
    let answer = host.cli("pjsip reload phoneprovs");
    assert!(!answer.contains("res_pjsip.so"), "{answer}");
}

/// Of a phone whose section has another id and says the same, nothing changes but that.
pub fn follows_a_section_that_is_renamed(host: &mut Host) {
    let phone = |id: &str| section(id, MAC, "USERNAME = u\nLABEL = l");
    host.configure(phone("before"));
    host.start();
    host.configure(phone("after"));
    for _ in 0..2 {
        assert_checks(host, "A reload would add 0 phones, change 0, remove 0 and leave 1 as they are.\nOK");
        host.cli("module reload res_pjsip.so");
        host.settle();
    }
    assert_eq!(host.phone(MAC).len(), 1);
}

/// All of them come at once after a power cut.
pub fn warns_where_there_are_more_phones_than_sessions(host: &mut Host) {
    let phones = (0..3).map(|number| section(&format!("p{number}"), &format!("00000000000{number}"), ""));
    host.configure(phones.collect::<String>());
    host.start();
    let status = |host: &Host| unbroken(&host.cli("pjsip show phoneprov status"));
    assert!(status(host).contains(" Clients at once 100 "), "{}", status(host));
    assert_checks(host, "A reload would add 0 phones, change 0, remove 0 and leave 3 as they are.\nOK");

    let http_conf = host.read("etc/http.conf");
    host.write("etc/http.conf", http_conf.clone() + "sessionlimit = 2\n");
    assert!(status(host).contains("at once 2, and there are more phones: raise sessionlimit"), "{}", status(host));
    assert_checks(
        host,
        "
! warning: http.conf lets 2 clients in at once, and there are 3 phones, which
  all come after a power cut; raise sessionlimit there
A reload would add 0 phones, change 0, remove 0 and leave 3 as they are.
1 problem",
    );
    host.write("etc/http.conf", http_conf + "sessionlimit = 3\n");
    assert!(status(host).contains(" Clients at once 3 "), "{}", status(host));
    assert_checks(host, "A reload would add 0 phones, change 0, remove 0 and leave 3 as they are.\nOK");
}

/// Each faulty section on its own, beside a phone that is all right.
pub fn names_every_problem(host: &mut Host) {
    host.configure(good_phone());
    host.start();
    let endpoint = |lines: &str| format!("[2000]\ntype = endpoint\n{lines}\n\n");
    let digest = "[2000]\ntype = auth\nauth_type = md5\nusername = u\nmd5_cred = 0123456789abcdef0123456789abcdef\n\n";
    let bad = |lines: &str| section("bad", MAC, lines);
    for (sections, says) in [
        (bad("endpoint = nobody"), "error: phoneprov section 'bad': names endpoint 'nobody', which does not exist"),
        (endpoint("auth = nothing") + &bad("endpoint = 2000"), "endpoint '2000', whose auth 'nothing' does not exist"),
        (
            endpoint("transport = air") + &bad("endpoint = 2000"),
            "endpoint '2000', whose transport 'air' does not exist",
        ),
        (
            bad("").replace("desk", "sofa"),
            "error: phoneprov section 'bad': names PROFILE 'sofa', which phoneprov.conf does not have",
        ),
        (
            endpoint("auth = 2000") + digest + &bad("endpoint = 2000"),
            "warning: phoneprov section 'bad': gets no SECRET: auth '2000'",
        ),
        (
            endpoint("") + &bad("ENDPOINT = 2000"),
            "warning: phoneprov section 'bad': gets no SECRET: endpoint '2000' names no auth",
        ),
        (
            bad("").replace("type = phoneprov\n", ""),
            "error: phoneprov section 'bad': has MAC and PROFILE, and no type, so nobody reads it; write type=phoneprov",
        ),
        (
            bad("LINE = 3") + &section("worse", MAC, "LINE = 3"),
            "error: phoneprov section 'worse': is line 3 of MAC '0011223344aa', which section 'bad' is already",
        ),
        (
            bad("") + &section("worse", "00:11:22:33:44:AA", ""),
            "warning: phoneprov section 'worse': writes MAC '00:11:22:33:44:AA', section 'bad' writes '0011223344aa'",
        ),
        (section("bad", "kitchen", ""), "warning: phoneprov section 'bad': has MAC 'kitchen', which is no MAC"),
        (
            "[bad]\ntype = phoneprovr\nMAC = 1\n".into(),
            "error: phoneprov section 'bad': has type 'phoneprovr', which nobody knows; write type=phoneprov",
        ),
        (
            "[bad]\ntype = phoneprov_defaults\nA = 1\n".into(),
            "has type 'phoneprov_defaults', which nobody knows; write type=phoneprov_default",
        ),
        (bad("") + &bad("LINE = 2"), "error: phoneprov section 'bad': is there twice in pjsip.conf"),
        (
            bad("endpoint = 2000") + &endpoint("") + &endpoint(""),
            "error: endpoint section '2000': is there twice in pjsip.conf",
        ),
        ("[bad]\ntype = phoneprov\nPROFILE = desk\n".into(), "error: phoneprov section 'bad': has no MAC; add MAC="),
        (
            format!("[bad]\ntype = phoneprov\nMAC = {MAC}\n"),
            "error: phoneprov section 'bad': has no PROFILE; add PROFILE=",
        ),
        (
            bad("TIMEZONE = Europe/Berlim"),
            "warning: phoneprov section 'bad': has TIMEZONE 'Europe/Berlim', which is no file in /usr/share/zoneinfo",
        ),
        (bad("LINE = two"), "warning: phoneprov section 'bad': has LINE 'two', which is no number and counts as 0"),
        (
            bad("NOTE = one\nNOTE = two"),
            "warning: phoneprov section 'bad': gives NOTE two values; 'one', the first, is used",
        ),
        (
            "[bad]\ntype = phoneprov_global\nhttp_gat = no\n".into(),
            "phoneprov_global section 'bad': has option 'http_gat', which does not exist",
        ),
    ] {
        host.configure(good_phone() + &sections);
        let text = check(host);
        assert!(without_places(&unbroken(&text)).contains(says), "'{says}' is not in\n{text}");
        assert!(!text.contains("\nremove"), "the good phone stays:\n{text}");
        let verdict = text.lines().last().unwrap();
        let problems = text.lines().filter(|line| line.starts_with("! ")).count();
        assert_eq!(verdict, if problems == 1 { "1 problem".to_owned() } else { format!("{problems} problems") });
        let is_served_anyway = says.contains("warning: phoneprov");
        assert!(problems == 1 || says.contains("endpoint section '2000'"), "{text}");
        assert_eq!(
            text.contains("add     ") || text.contains("add*    "),
            is_served_anyway || says.contains("section 'worse'"),
            "{text}"
        );
    }
    assert_eq!(host.problems(), [""; 0], "a check is not logged");
}

/// What sorcery does then is keep what it has.
pub fn tells_of_a_file_that_cannot_be_read(host: &mut Host) {
    host.configure(good_phone());
    host.start();
    for broken in ["[good\ntype = phoneprov\n", "#include \"nowhere.conf\"\n#exec x\n[unfinished"] {
        host.write("etc/pjsip.conf", broken);
        let text = check(host);
        if !text.contains("add 0 phones, change 0, remove 0 and leave 1") {
            panic!("{text}");
        }
        assert!(without_places(&unbroken(&text)).contains("pjsip.conf cannot be read or parsed"), "{text}");
        assert!(text.ends_with("\n1 problem"), "{text}");
        host.cli("module reload res_pjsip.so");
        host.reload();
        assert_eq!(host.phone(GOOD_MAC).len(), 1, "Asterisk keeps what it has");
    }
    host.configure(good_phone() + &account("1000"));
    let text = check(host);
    assert!(text.contains("add 0 phones, change 0, remove 0 and leave 1"), "{text}");
    assert!(
        without_places(&unbroken(&text)).contains("endpoint section '1000': is there twice in pjsip.conf"),
        "{text}"
    );
    assert!(without_places(&unbroken(&text)).contains("auth section '1000': is there twice in pjsip.conf"), "{text}");
    host.cli("module reload res_pjsip.so");
    host.reload();
    assert_eq!(host.line(GOOD_MAC)["SECRET"], "secret-1000");
}

/// What res_phoneprov does then is to stop.
pub fn tells_of_profiles_that_cannot_be_read(host: &mut Host) {
    host.configure(good_phone());
    host.start();
    let served = host.line(GOOD_MAC);
    let good = host.read("etc/phoneprov.conf");
    let line = good.lines().position(|line| line == "[desk]").expect("there is that profile") + 1;
    host.write("etc/phoneprov.conf", good.replace("[desk]", "[desk"));
    let why = format!("phoneprov.conf cannot be parsed, because line {line} lacks a ']'");
    for is_reloaded in [false, true] {
        if is_reloaded {
            host.cli("module reload res_phoneprov.so");
        }
        let text = check(host);
        assert!(without_places(&unbroken(&text)).contains(&why), "{text}");
        assert!(unbroken(&text).contains("add 0 phones, change 0, remove 0 and leave 1"), "{text}");
        assert!(text.ends_with("\n1 problem"), "{text}");
        assert_eq!(host.line(GOOD_MAC), served);
        let list = host.cli("pjsip list phoneprovs");
        assert!(list.contains("1 phone with 1 line, 1 served, 0 refused"), "{list}");
    }
    host.assert_alive();
}

/// Templates, files of their own, and objects that are in no file.
pub fn knows_where_sections_come_from(host: &mut Host) {
    host.keep_objects_in("memory");
    let sorcery = host.read("etc/sorcery.conf");
    // Without criteria each section of the file is one.
    let phones = "phoneprov = memory\nphoneprov/phones = config,phones.conf\n";
    let of_file = "phoneprov = config,pjsip.conf,criteria=type=phoneprov\nphoneprov = memory\n";
    assert!(sorcery.contains(of_file), "{sorcery}");
    host.write("etc/sorcery.conf", sorcery.replace(of_file, phones));
    host.configure(account("1000"));
    host.write(
        "etc/phones.conf",
        "[desk-phone](!)\nPROFILE = desk\nendpoint = 1000\n\n[a](desk-phone)\nMAC = 0000000000a1\n\n[b](desk-phone)\nMAC = 0000000000b1\n",
    );
    host.start();
    host.put("phoneprov", "made", &[("MAC", MAC), ("PROFILE", "desk"), ("endpoint", "2000"), ("SECRET", "s")]);
    host.put("endpoint", "2000", &[("transport", "udp"), ("allow", "ulaw"), ("callerid", "Ann <2000>")]);
    host.put("phoneprov_default", "all", &[("NOTE", "of the default")]);
    assert!(eventually(|| host.phone(MAC).first().is_some_and(|line| line["NOTE"] == "of the default")));
    for mac in ["0000000000a1", "0000000000b1"] {
        assert!(eventually(|| host.line(mac)["SECRET"] == "secret-1000"), "{mac}");
    }
    assert_checks(host, "A reload would add 0 phones, change 0, remove 0 and leave 3 as they are.\nOK");

    let phones = host.read("etc/phones.conf").replace("[b](desk-phone)", "[c](desk-phone)").replace("b1", "c1");
    host.write("etc/phones.conf", phones.replace("endpoint = 1000", "endpoint = 1000\nTIMEZONE = Europe/Berlin"));
    assert_checks(
        host,
        "
change  0000000000a1 (a)
          a TIMEZONE: nothing -> 'Europe/Berlin'
add     0000000000c1 (c)
remove  0000000000b1 (b)
A reload would add 1 phone, change 1, remove 1 and leave 1 as they are.
OK",
    );
}

/// Phones of the config wizard are in no file that is read here.
pub fn leaves_phones_of_the_config_wizard_alone(host: &mut Host) {
    let modules = host
        .read("etc/modules.conf")
        .replace("load = res_phoneprov.so\n", "load = res_phoneprov.so\nload = res_pjsip_config_wizard.so\n");
    host.write("etc/modules.conf", modules);
    host.configure(good_phone());
    host.write(
        "etc/pjsip_wizard.conf",
        format!(
            "[2000]\ntype = wizard\ntransport = udp\naccepts_auth = yes\ninbound_auth/username = u\n\
             inbound_auth/password = p\nhas_phoneprov = yes\nphoneprov/MAC = {MAC}\nphoneprov/PROFILE = desk\n"
        ),
    );
    host.start();
    assert_eq!(host.line(MAC)["SECRET"], "p");
    assert_checks(host, "A reload would add 0 phones, change 0, remove 0 and leave 2 as they are.\nOK");
    host.configure(good_phone() + "[all]\ntype = phoneprov_default\nNOTE = new\n");
    let text = check(host);
    assert!(
        text.contains("change  0011223344aa (2000-phoneprov)\n          2000-phoneprov NOTE: nothing -> 'new'\n"),
        "{text}"
    );
    assert!(text.ends_with("\nA reload would add 0 phones, change 2, remove 0 and leave 0 as they are.\nOK"), "{text}");
}

/// Why a phone gets 404 for its file: what is written, the file that it asks for, and what a command then says.
struct Reason {
    sections: String,
    file: &'static str,
    says: &'static str,
    asked: &'static str,
}

/// For whatever reason a phone gets 404, one of two commands names it.
pub fn one_command_names_the_reason(host: &mut Host) {
    const CHECK: &str = "pjsip check phoneprovs";
    const SHOW: &str = "pjsip show phoneprov 0011223344aa";
    const FILE: &str = "0011223344aa.cfg";
    let endpoint = |lines: &str| format!("[2000]\ntype = endpoint\n{lines}\n\n");
    let phone = |lines: &str| section("phone", MAC, lines);
    let reasons = [
        Reason {
            sections: String::new(),
            file: FILE,
            says: "There is no phone with the MAC '0011223344aa'",
            asked: SHOW,
        },
        Reason {
            sections: phone("").replace("= phoneprov", "= phoneprovr"),
            file: FILE,
            says: "section 'phone': has type 'phoneprovr', which nobody knows; write type=phoneprov",
            asked: CHECK,
        },
        Reason {
            sections: phone("endpoint = nobody"),
            file: FILE,
            says: "names endpoint 'nobody', which does not exist",
            asked: SHOW,
        },
        Reason {
            sections: endpoint("auth = nothing") + &phone("endpoint = 2000"),
            file: FILE,
            says: "names endpoint '2000', whose auth 'nothing' does not exist",
            asked: SHOW,
        },
        Reason {
            sections: endpoint("transport = air") + &phone("endpoint = 2000"),
            file: FILE,
            says: "names endpoint '2000', whose transport 'air' does not exist",
            asked: SHOW,
        },
        Reason {
            sections: phone("").replace("PROFILE = desk\n", ""),
            file: FILE,
            says: "'phone' has no PROFILE",
            asked: SHOW,
        },
        Reason {
            sections: phone("").replace("desk", "sofa"),
            file: FILE,
            says: "'phone' names PROFILE 'sofa'",
            asked: SHOW,
        },
        Reason {
            sections: phone("").replace("MAC = ", "MACC = "),
            file: FILE,
            says: "'phone' has no MAC; add MAC=",
            asked: "pjsip show phoneprov phone",
        },
        // It is not this section's label that the phone shows: its line is another's.
        Reason {
            sections: section("a", MAC, "LINE = 2").replace("desk", "sofa")
                + &section("b", MAC, "LINE = 2").replace("desk", "sofa"),
            file: FILE,
            says: "'b' is line 2 of MAC '0011223344aa', which section 'a' is already",
            asked: SHOW,
        },
        Reason {
            sections: section("phone", "00:11:22:33:44:AA", ""),
            file: FILE,
            says: "for 0011223344aa.cfg: 404 as Phone 1.0 ! that is none of its files: it got 404.",
            asked: SHOW,
        },
        Reason {
            sections: phone(""),
            file: "0011223344aa.xml",
            says: "for 0011223344aa.xml: 404 as Phone 1.0 ! that is none of its files: it got 404.",
            asked: SHOW,
        },
        Reason {
            sections: phone("") + &section("phone", "0011223344bb", ""),
            file: FILE,
            says: "section 'phone': is there twice in pjsip.conf",
            asked: CHECK,
        },
    ];
    host.configure(good_phone());
    host.start();
    for Reason { sections, file, says, asked } in reasons {
        // What was served before would still be where Asterisk takes none of the sections.
        host.configure(good_phone());
        host.reload();
        host.configure(good_phone() + &sections);
        host.cli("module reload res_pjsip.so");
        // It follows in a thread of its own.
        let reloaded = || {
            host.reload();
            host.fetch(file).status == 404 && without_places(&unbroken(&host.cli(asked))).contains(says)
        };
        assert!(eventually(reloaded), "{file} of\n{sections}\n{asked}:\n{}", host.cli(asked));
        assert_eq!(host.phone(GOOD_MAC).len(), 1, "the good phone is served");
    }

    host.configure(good_phone());
    host.reload();
    host.configure(good_phone() + &phone(""));
    assert_eq!(host.fetch(FILE).status, 404);
    let edited = check(host);
    assert!(edited.contains("add     0011223344aa (phone)\n"), "edited, but not reloaded: {edited}");
    assert!(unbroken(&host.cli(SHOW)).contains("'pjsip check phoneprovs' tells what a reload would change"));
}

/// By MAC, what becomes of it and which variables change.
type Fates = BTreeMap<String, (String, String)>;

fn predicted(ami: &mut Ami) -> Fates {
    let answer = ami.action("PJSIPPhoneprovCheck", &[]);
    let phones = answer.iter().filter(|message| message.is_event("PhoneprovCheckPhone"));
    phones.map(|phone| fate(phone, phone.get("Change").unwrap())).collect()
}

fn fate(message: &Message, change: &str) -> (String, (String, String)) {
    let text = |name| message.get(name).unwrap_or_default().to_owned();
    (text("MAC"), (change.to_owned(), text("Variables")))
}

/// What events tell until the phone that changes in each round has changed.
fn told(ami: &mut Ami, marker: &str) -> Fates {
    let mut fates = Fates::new();
    while !fates.contains_key(marker) {
        for event in ami.events_until("PhoneprovSynced") {
            for change in ["Added", "Changed", "Removed"] {
                if event.is_event(&format!("Phoneprov{change}")) {
                    fates.extend([fate(&event, change)]);
                }
            }
        }
    }
    fates
}

/// Numbers as good as random, the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }

    fn configuration(&mut self) -> String {
        let mut text = String::new();
        for id in ["e1", "e2", "e3"] {
            let transport =
                self.one_of(&["", "transport = udp\n", "transport = udp\n", "transport = tcp\n", "transport = air\n"]);
            let auth = self.one_of(&["", "auth = a1\n", "auth = a2\n", "auth = a1,a2\n", "auth = none\n"]);
            let callerid = self.one_of(&[
                "",
                "callerid = Ann <1>\n",
                "callerid = <2>\n",
                "callerid = \"A, B\" <3>\n",
                "callerid = 2004\n",
                "callerid = \"2005\"\n",
                "callerid = Bob\n",
            ]);
            text += &format!("[{id}]\ntype = endpoint\n{transport}{auth}{callerid}\n");
        }
        for id in ["a1", "a2"] {
            // What Asterisk itself refuses, a check cannot foresee.
            let credentials = self.one_of(&[
                "password = p1\n",
                "password = p2\n",
                "auth_type = md5\nmd5_cred = 0123456789abcdef0123456789abcdef\n",
            ]);
            let username = self.one_of(&["username = u1\n", "username = u2\n"]);
            text += &format!("[{id}]\ntype = auth\n{username}{credentials}\n");
        }
        if self.below(2) == 0 {
            text += &format!("[all]\ntype = phoneprov_default\nNOTE = {}\nLabel = all\n\n", self.below(3));
        }
        for id in ["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"] {
            if self.below(5) == 0 {
                continue;
            }
            let mac = self.one_of(&[
                "0000000000a1",
                "0000000000a2",
                "0000000000A2",
                "0000000000a3",
                "00:00:00:00:00:a3",
                "0000000000a4",
                "hall",
                "",
            ]);
            let profile = self.one_of(&["desk", "desk", "desk", "sofa", ""]);
            let line = self.one_of(&["", "LINE = 1\n", "LINE = 2\n", "LINE = 3\n", "line = 4\n", "LINE = x\n"]);
            let endpoint =
                self.one_of(&["", "endpoint = e1\n", "endpoint = e2\n", "endpoint = e3\n", "endpoint = e4\n"]);
            let note = self.one_of(&[
                "",
                "NOTE = 1\n",
                "NOTE = 2\n",
                "NOTE = 1\nNOTE = 2\n",
                "SECRET = own\n",
                "username = own\n",
            ]);
            text += &format!("[{id}]\ntype = phoneprov\nMAC = {mac}\nPROFILE = {profile}\n{line}{endpoint}{note}\n");
        }
        text
    }
}

/// Exactly what a check has told is what the reload then does.
pub fn predicts_what_a_reload_does(host: &mut Host) {
    const MARKER: &str = "00000000ffff";
    const ROUNDS: u64 = 25;
    let marker = |round: u64| section("marker", MARKER, &format!("NOTE = round {round}"));
    host.configure(marker(0));
    host.start();
    let mut ami = host.ami("all");
    let (mut dice, mut total) = (Dice(0x5eed), 0);
    // What the load did may be told only now; then what follows it is not taken for it.
    host.configure(marker(ROUNDS + 1));
    host.cli("module reload res_pjsip.so");
    while told(&mut ami, MARKER)[MARKER].0 != "Changed" {}
    let tcp = "[tcp]\ntype = transport\nprotocol = tcp\nbind = 127.0.0.1:5070\n\n";
    for round in 1..=ROUNDS {
        let configuration = dice.configuration() + tcp + &marker(round);
        host.configure(&configuration);
        let expected = predicted(&mut ami);
        total += expected.len();
        host.cli("module reload res_pjsip.so");
        assert_eq!(told(&mut ami, MARKER), expected, "in round {round} with\n{configuration}");
        // A second look finds nothing more.
        assert_eq!(predicted(&mut ami), Fates::new(), "after round {round} with\n{configuration}");
    }
    assert!(total > 3 * ROUNDS as usize, "only {total} changes in {ROUNDS} rounds");
}

//! What the module says of itself: counts, times, where phones are answered, and whether nodes serve the same.

use super::console::screen;
use hosts::config::{GOOD_MAC, good_phone, section};
use hosts::databases::status;
use hosts::{Host, Kind, eventually, unbroken};

const MAC: &str = "001122334455";
const MODULE: &str = "res_pjsip_phoneprov_provider.so";

pub fn tells_how_provisioning_is_doing(host: &mut Host) {
    let untyped = section("untyped", "0011223344ab", "").replace("type = phoneprov\n", "");
    host.configure(
        good_phone() + &section("a", MAC, "") + &section("b", "0011223344aa", "endpoint = nobody") + &untyped,
    );
    host.start();
    // Where Asterisk takes its time to start, its own last reload is a sync more: this one comes after all of them.
    host.reload();
    host.settle();
    let shown = host.cli("pjsip show phoneprov status").replace(host.address(), "127.0.0.1");
    let shown = screen(&shown);
    let lines = shown.lines().filter(|line| !line.starts_with("Syncs ") && !line.starts_with("Content hash"));
    let shown = lines.collect::<Vec<_>>().join("\n");
    let (_, since_load) = shown.split_once("Requests").expect("it tells who answers");
    assert_eq!(
        format!("Requests{since_load}"),
        "\
Requests                  answered by this module, the rest passed on
HTTP server               http://127.0.0.1:8088/phoneprov/
phoneprov.conf            1 profile, as res_phoneprov has read it
Changes                   all are followed
Clients at once           100
Answers by status         200: 0, 304: 0, 404: 0, 500: 0, other: 0
Known phones got 404      0 times
Refused phones asked      0 times
Unknown phones asked for  0 times
Guesses among those       0
Phones current            0, 0 stale, 2 new
Telling phones            nobody is to be told
The same with secrets     not made: there is no hash_key
Phones served             2 with 2 lines
Phones refused            1
Problems                  2 errors, 0 warnings: 1 no type, 1 unknown endpoint
Phones changed            2 added, 0 changed, 0 removed
Last sync                 DATE (AGO), N ms
Its reason                the module was reloaded
Its result                0 phones added, 0 changed, 0 removed, 2 unchanged, 2
                          problems, N ms"
    );
}

/// Case 24: at each load and reload, and not only by a check.
pub fn tells_of_a_section_without_a_type_in_the_log(host: &mut Host) {
    let untyped = |id: &str, mac: &str| section(id, mac, "").replace("type = phoneprov\n", "");
    let told = |host: &Host, id: &str| {
        let line = format!("phoneprov section '{id}': has MAC and PROFILE, and no type, so nobody reads it");
        host.problems().iter().filter(|problem| problem.contains(&line)).count()
    };
    host.write("etc/more.conf", "");
    let include = if host.kind == Kind::Stub { "" } else { "#include \"more.conf\"\n" };
    host.configure(good_phone() + &untyped("first", MAC) + include);
    host.start();
    host.settle();
    assert_eq!(told(host, "first"), 1, "{:#?}", host.problems());

    // Followed by itself, in a file that another one includes; the stub core includes none.
    if host.kind == Kind::Stub {
        host.configure(good_phone() + &untyped("first", MAC) + &untyped("second", "0011223344aa"));
    }
    host.write("etc/more.conf", untyped("second", "0011223344aa"));
    host.cli("module reload res_pjsip.so");
    assert!(eventually(|| told(host, "second") == 1), "{:#?}", host.problems());
    assert_eq!(told(host, "first"), 1, "what is there to read is not written again");
    assert!(host.cli("pjsip check phoneprovs").ends_with("2 problems\n"));

    host.configure(good_phone() + &section("first", MAC, ""));
    host.reload();
    assert_eq!(host.phone(MAC).len(), 1);
    assert_eq!(told(host, "first"), 1, "{:#?}", host.problems());
    assert!(status(host, "Problems").starts_with("0 errors"));
    assert!(host.cli("pjsip check phoneprovs").ends_with("OK\n"));
}

/// Case 25, and 28.
pub fn knows_endpoint_in_any_case_and_zones_that_do_not_exist(host: &mut Host) {
    host.configure(good_phone() + &section("other", MAC, "ENDPOINT = 1000\nTIMEZONE = Europe/Berlim"));
    host.start();
    assert_eq!(host.line(MAC)["SECRET"], "secret-1000");
    let problems = host.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(problems[0].contains("section 'other': has TIMEZONE 'Europe/Berlim'"), "{problems:#?}");
}

pub fn tells_where_phones_are_answered(host: &mut Host) {
    let http = host.read("etc/http.conf").replace("enabled = yes", "enabled = no").replace("enabled=yes", "enabled=no");
    host.configure(good_phone());
    host.write("etc/http.conf", http);
    host.start();
    let told = unbroken(&host.cli("pjsip show phoneprov status"));
    assert!(told.contains("HTTP server off, so no phone gets anything: write enabled = yes in http.conf"), "{told}");
}

pub fn tells_how_phoneprov_conf_is(host: &mut Host) {
    host.configure(good_phone());
    host.start();
    let told = |host: &Host| unbroken(&host.cli("pjsip show phoneprov status"));
    let good = host.read("etc/phoneprov.conf");
    for (content, says) in [
        (good.clone() + "setvar = NOTE=new\n", "phoneprov.conf changed since res_phoneprov read it: module reload"),
        ("[general]\n[desk\n".to_owned(), "phoneprov.conf cannot be read or parsed: repair it, and do not reload"),
        ("[general]\n".to_owned(), "phoneprov.conf has no profile: give it one, and do not reload res_phoneprov"),
        (good.clone(), "phoneprov.conf 1 profile, as res_phoneprov has read it"),
    ] {
        host.write("etc/phoneprov.conf", content);
        assert!(told(host).contains(says), "'{says}' is not in\n{}", told(host));
    }
    host.write("etc/phoneprov.conf", good.clone() + "\n[sofa]\n");
    host.cli("module reload res_phoneprov.so");
    assert!(told(host).contains("phoneprov.conf 2 profiles, as res_phoneprov has read them"), "{}", told(host));
}

/// Asterisk writes its log in local time, and who compares wants the same.
pub fn tells_times_as_the_log_does(host: &mut Host) {
    const OFFSET: u32 = 5 * 3600 + 30 * 60;
    // Real ones look for a file of that name only; the machine that the stub core runs on need not have any.
    host.set_time_zone(if host.kind == Kind::Stub { "XYZ-5:30" } else { "Asia/Kolkata" });
    host.configure(good_phone());
    host.start();
    let clock = |text: &str| -> Option<u32> {
        let clock = text.split(' ').find(|word| word.len() >= 8 && word.as_bytes()[2] == b':')?;
        let mut parts = clock.get(..8)?.split(':').map(|part| part.parse::<u32>().unwrap_or_default());
        Some(parts.next()? * 3600 + parts.next()? * 60 + parts.next()?)
    };
    let log = host.log();
    let line = log.lines().find(|line| line.contains("the Rust module, version")).expect("it says that it is loaded");
    let logged = clock(line).unwrap_or_else(|| panic!("no time in {line}"));
    let shown = clock(&status(host, "Last sync")).expect("a time");
    let apart = (shown + 86_400 - logged) % 86_400;
    assert!(apart < OFFSET / 2, "logged '{line}', shown {}", status(host, "Last sync"));
    let phone = host.cli(&format!("pjsip show phoneprov {GOOD_MAC}"));
    let applied = phone.lines().find(|line| line.contains("Applied")).and_then(clock).expect("a time");
    assert!((applied + 86_400 - logged) % 86_400 < OFFSET / 2, "{phone}");
}

fn hash(host: &Host) -> String {
    status(host, "Content hash")
}

/// Two nodes that differ in anything but a secret are told apart by everybody.
pub fn hashes_all_that_is_no_secret(host: &mut Host) {
    let phone = |secret: &str, note: &str| section("phone", MAC, &format!("ADMIN_PASSWORD = {secret}\nNOTE = {note}"));
    let line = host.read("data/phoneprov/line.cfg");
    let profiles = host.read("etc/phoneprov.conf") + "setvar = MADE=${ADMIN_PASSWORD}\n";
    host.write("etc/phoneprov.conf", profiles.clone());
    host.configure(phone("one", "a"));
    host.start();
    let first = hash(host);
    assert!(first.ends_with(", without secrets"), "{first}");

    // A template that another one names.
    host.set_template("line.cfg", line.clone() + "more\n");
    let other = hash(host);
    assert_ne!(first, other);
    host.set_template("line.cfg", line);
    assert_eq!(hash(host), first);

    host.configure(phone("one", "b"));
    host.reload();
    assert_ne!(hash(host), first);
    host.configure(phone("two", "a"));
    host.reload();
    let shown = host.cli(&format!("pjsip show phoneprov {MAC} unmask"));
    assert!(unbroken(&shown).contains("MADE profile desk two"), "{shown}");
    assert_eq!(hash(host), first, "a secret is in it");

    host.write("etc/phoneprov.conf", profiles + "setvar = MORE=1\n");
    host.cli("module reload res_phoneprov.so");
    assert_ne!(hash(host), first);
}

pub fn hashes_secrets_with_a_key_only(host: &mut Host) {
    let keyed = |host: &Host| status(host, "The same with secrets");
    let with = |secret: &str, key: &str| {
        let key =
            if key.is_empty() { String::new() } else { format!("[g]\ntype = phoneprov_global\nhash_key = {key}\n\n") };
        key + &section("phone", MAC, &format!("ADMIN_PASSWORD = {secret}"))
    };
    host.configure(with("one", ""));
    host.start();
    assert_eq!(keyed(host), "not made: there is no hash_key");
    let set = |host: &Host, secret, key| {
        host.configure(with(secret, key));
        host.reload();
        keyed(host)
    };
    let one = set(host, "one", "correct horse battery");
    assert_ne!(one, set(host, "two", "correct horse battery"));
    assert_ne!(one, set(host, "one", "correct horse battery staple"));
    assert_eq!(one, set(host, "one", "correct horse battery"));
    assert_eq!(set(host, "one", "short"), "not made: there is no hash_key");
    let problems = host.problems();
    assert_eq!(problems.len(), 0, "{problems:#?}");
    let told = host.errors().join("\n");
    assert!(told.contains("has hash_key '********'; write sixteen characters or more"), "{told}");
    if host.kind == Kind::Stub {
        return;
    }
    set(host, "one", "correct horse battery");
    let mut system = host.ami("system");
    let public = system.action("PJSIPShowPhoneprovStatus", &[]);
    assert_eq!(public[1].get("ContentHashWithSecrets"), None, "{public:?}");
    let refused = system.action("PJSIPShowPhoneprovStatusUnmasked", &[]);
    assert!(!refused[0].is_success(), "{refused:?}");
    let config = host.ami("all").action("PJSIPShowPhoneprovStatusUnmasked", &[]);
    assert_eq!(config[1].get("ContentHashWithSecrets"), Some(one.as_str()), "{config:?}");
}

/// Of each state, what the status, the list and AMI count.
pub fn counts_phones_as_the_list_does(host: &mut Host) {
    let sofa = |id: &str, mac: &str, lines: &str| section(id, mac, lines).replace("desk", "sofa");
    let nameless = "[nameless]\ntype = phoneprov\nPROFILE = desk\n\n";
    let states = [
        String::new(),
        good_phone(),
        good_phone() + &section("a", MAC, "endpoint = nobody"),
        good_phone() + &section("a", MAC, "endpoint = nobody") + nameless,
        section("a", MAC, "LINE = 1") + &sofa("b", MAC, "LINE = 2") + &sofa("c", "0011223344aa", ""),
        section("a", MAC, "endpoint = nobody") + &sofa("b", MAC, "LINE = 2"),
        section("a", MAC, "") + &section("b", "00:11:22:33:44:55", "endpoint = nobody"),
        section("a", MAC, "") + &section("b", MAC, ""),
    ];
    host.configure(good_phone());
    host.start();
    let mut ami = host.ami("system");
    for state in states {
        host.configure(&state);
        host.reload();
        host.settle();
        let number = |text: &str| -> usize { text.split(' ').next().and_then(|word| word.parse().ok()).unwrap() };
        let of_status = (number(&status(host, "Phones served")), number(&status(host, "Phones refused")));
        let list = host.cli("pjsip list phoneprovs");
        let last = list.lines().rev().find(|line| line.contains(" served, ")).unwrap_or_else(|| panic!("{list}"));
        let words: Vec<&str> = last.split(", ").collect();
        let of_list = (number(words[1]), number(words[2]));
        let listed = ami.action("PJSIPShowPhoneprovs", &[]);
        let is = |state: &str| listed.iter().filter(|message| message.get("State") == Some(state)).count();
        let of_ami_list = (is("Served") + is("Partly"), is("Refused"));
        let answer = ami.action("PJSIPShowPhoneprovStatus", &[]);
        let of = |name| answer[1].get(name).unwrap().parse().unwrap();
        let of_ami: (usize, usize) = (of("Phones"), of("PhonesRefused"));
        assert_eq!([of_list, of_ami_list, of_ami], [of_status; 3], "{state}\n{list}");
    }
}

/// Of lines, not of ids; one that is refused has its place, too.
pub fn shows_sections_in_order_of_line(host: &mut Host) {
    host.configure(
        section("a", MAC, "LINE = 3")
            + &section("b", MAC, "LINE = 1")
            + &section("c", MAC, "LINE = 2\nendpoint = nobody"),
    );
    host.start();
    let shown = host.cli(&format!("pjsip show phoneprov {MAC}"));
    let sections = shown.lines().filter_map(|line| line.strip_prefix("  Section ")?.split([',', ' ']).next());
    assert_eq!(sections.collect::<String>(), "bca", "{shown}");
}

/// Another phone's section that has got its MAC, and the other way round: what is shown is found without reading all.
pub fn finds_a_phone_by_what_it_has_now(host: &mut Host) {
    const OTHER: &str = "0011223344aa";
    host.configure(good_phone() + &section("a", MAC, "") + &section("b", "00:11:22:33:44:AA", "Mac = ignored"));
    host.start();
    let shows = |host: &Host, name: &str| -> Vec<String> {
        let shown = host.cli(&format!("pjsip show phoneprov {name}"));
        let words = shown.lines().filter_map(|line| line.strip_prefix("Phone ").or(line.strip_prefix("  Section ")));
        words.map(|words| words.split([',', ' ']).next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(shows(host, MAC), [MAC, "a"]);
    assert_eq!(shows(host, "001122-334455"), [MAC, "a"]);
    assert_eq!(shows(host, OTHER), ["00:11:22:33:44:AA", "b"]);
    assert_eq!(shows(host, "b"), ["00:11:22:33:44:AA", "b"]);

    host.configure(good_phone() + &section("a", OTHER, "") + &section("c", MAC, ""));
    host.reload();
    assert_eq!(shows(host, MAC), [MAC, "c"]);
    assert_eq!(shows(host, "a"), [OTHER, "a"]);
    assert_eq!(shows(host, "b"), [""; 0]);
    // A MAC that every section has which gives none.
    host.configure("[all]\ntype = phoneprov_default\nMAC = 0011223344ac\n\n[d]\ntype = phoneprov\nPROFILE = desk\n");
    host.reload();
    assert_eq!(shows(host, "0011223344ac"), ["0011223344ac", "d"]);
    assert_eq!(shows(host, "d"), ["0011223344ac", "d"]);
}

/// ARI gives a section another MAC; and where sections are kept otherwise than in memory, all are read.
pub fn finds_a_phone_whose_mac_was_updated(host: &mut Host) {
    const OTHER: &str = "0011223344aa";
    host.keep_objects_in("memory");
    host.configure(good_phone());
    host.start();
    let shows = |host: &Host, name: &str| host.cli(&format!("pjsip show phoneprov {name}"));
    host.put("phoneprov", "phone", &[("MAC", MAC), ("PROFILE", "desk")]);
    assert!(shows(host, MAC).contains("Section phone"), "{}", shows(host, MAC));
    host.put("phoneprov", "phone", &[("MAC", OTHER)]);
    assert!(shows(host, OTHER).contains("Section phone"), "{}", shows(host, OTHER));
    host.settle();
    assert!(shows(host, MAC).contains("There is no phone"), "{}", shows(host, MAC));
    host.delete("phoneprov", "phone");
    host.settle();
    assert!(shows(host, OTHER).contains("There is no phone"), "{}", shows(host, OTHER));
}

pub fn finds_a_phone_that_is_not_kept_in_memory(host: &mut Host) {
    host.keep_objects_in("astdb,phones");
    host.configure(good_phone());
    host.start();
    host.put("phoneprov", "phone", &[("MAC", MAC), ("PROFILE", "desk")]);
    for name in [MAC, "00:11:22:33:44:55", "phone", GOOD_MAC] {
        let shown = host.cli(&format!("pjsip show phoneprov {name}"));
        assert!(shown.contains("  Section "), "{name}: {shown}");
    }
}

/// They are res_phoneprov's own, and are answered all the same.
pub fn shows_a_phone_of_users_conf(host: &mut Host) {
    let user = "[general]\n\n[3000]\nmacaddress = 0011223344aa\nautoprov = yes\nusername = 3000\nsecret = hunter2\n";
    host.write("etc/users.conf", user);
    host.configure(good_phone());
    host.start();
    assert_eq!(host.fetch("0011223344aa.cfg").status, 200);
    assert_eq!(host.fetch("0011223344aa.xml").status, 404);
    for name in ["0011223344aa", "00:11:22:33:44:AA", "3000"] {
        let shown = screen(&host.cli(&format!("pjsip show phoneprov {name}")));
        assert_eq!(
            shown,
            "\
Phone 0011223344aa
  State    served, from users.conf (section 3000): no type=phoneprov section has
           that MAC
  Files    0011223344aa.cfg
  Asked    DATE (AGO) from 127.0.0.1
           for 0011223344aa.xml: 404
           as Phone 1.0
  ! that is none of its files: it got 404. The names come from the profile in
    phoneprov.conf and from MAC as the section writes it; correct those or the
    phone's provisioning URL, unless it can do without
  In all   1 with a file, 1 with 404, 0 otherwise",
            "{name}"
        );
    }
    assert!(host.cli("pjsip show phoneprov 3000 file 0011223344aa.cfg").contains("USERNAME=3000"));
    let answer = host.ami("system").action("PJSIPShowPhoneprov", &[("Phoneprov", "0011223344AA")]);
    let detail = &answer[1];
    assert!(detail.is_event("PhoneprovDetail"), "{answer:?}");
    for (name, value) in
        [("ObjectType", "users.conf"), ("ObjectName", "3000"), ("Files", "0011223344aa.cfg"), ("Misses", "1")]
    {
        assert_eq!(detail.get(name), Some(value), "{answer:?}");
    }
    let refused = section("bad", "0011223344ff", "endpoint = nobody");
    host.configure(good_phone() + &refused);
    host.reload();
    let offered = host.complete("pjsip show phoneprov 0011223344");
    assert_eq!(offered.len(), 2, "the phone of users.conf and one that is refused: {offered:?}");
    assert_eq!(host.complete("pjsip show phoneprov ba"), ["bad"]);

    host.write("etc/users.conf", "[general]\n");
    host.cli("module reload res_phoneprov.so");
    assert!(host.cli("pjsip show phoneprov 3000").contains("There is no phone"));
    host.cli(&format!("module reload {MODULE}"));
}

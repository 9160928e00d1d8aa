//! Files that Asterisk reads only in part, and files in which nothing is left: phones that vanish so stay served.

use super::wizard;
use hosts::config::section;
use hosts::phones::{Phones, account, fetch_during, id, mac};
use hosts::{Host, eventually, unbroken};
use std::fs;

/// Phones of phones.conf, which pjsip.conf includes.
const PHONES: usize = 6;
/// What is wrong begins at this one: it and those behind it are not read.
const FIRST_LOST: usize = 3;
const LOST: usize = PHONES - FIRST_LOST;

/// A phone with its endpoint and its auth.
fn phone(number: usize) -> String {
    let account = account(number);
    hosts::config::account(&account)
        + &section(&id(number), &mac(number), &format!("endpoint = {account}\nNOTE = as it was"))
}

fn phones(numbers: impl IntoIterator<Item = usize>) -> String {
    numbers.into_iter().map(phone).collect()
}

/// phones.conf with that in front of the first phone that is to be lost.
fn broken_by(text: &str) -> String {
    phones(0..FIRST_LOST) + text + &phones(FIRST_LOST..PHONES)
}

fn include(host: &Host, more: &str) {
    host.configure(format!("#include \"phones.conf\"\n\n{more}"));
}

fn read_again(host: &Host) {
    host.cli("module reload res_pjsip.so");
    host.settle();
}

fn served(host: &Host, numbers: impl IntoIterator<Item = usize>) -> usize {
    numbers.into_iter().filter(|number| host.phone(&mac(*number)).len() == 1).count()
}

fn status(host: &Host) -> String {
    unbroken(&host.cli("pjsip show phoneprov status"))
}

/// The state of a phone in the list.
fn state(host: &Host, number: usize) -> String {
    let list = host.cli("pjsip list phoneprovs");
    let row = list.lines().find(|line| line.starts_with(&mac(number)));
    row.and_then(|row| row.split_whitespace().nth(3)).unwrap_or("none").to_owned()
}

fn told(host: &Host) -> usize {
    host.errors()
        .iter()
        .filter(|line| line.contains(" ERROR[") && line.contains("held back and served as before"))
        .count()
}

/// Each with what it is called; the line is that of the phone before which it stands.
const CUTS: [(&str, &str); 9] = [
    ("[x](typo)\n", "because that line names the template 'typo'"),
    ("[x\n", "because that line lacks a ']'"),
    ("[x](a\n", "because that line lacks a ')'"),
    ("[x](+)\n", "because that line adds to the section 'x'"),
    (";-- open\n", "because that line begins a comment (;--) that does not end"),
    ("----;\n", "because that line ends a comment (--;) that nothing begins"),
    ("#include \"nowhere.conf\"\n", "because that line includes 'nowhere.conf', which cannot be read"),
    ("#include \"none/*.conf\"\n", "because that line includes 'none/*.conf', which cannot be read"),
    ("\\ x = 1\n", "because that line has a backslash with nothing behind it"),
];

/// Whatever it is that keeps Asterisk from reading on.
pub fn keep_their_phones_where_they_are_read_in_part(host: &mut Host) {
    host.write("etc/phones.conf", phones(0..PHONES));
    include(host, "");
    host.start();
    let line = phones(0..FIRST_LOST).lines().count() + 1;
    let ((), got) = fetch_during(host.address(), 2, (Phones::Shared, PHONES), || {
        for (round, (text, why)) in CUTS.into_iter().enumerate() {
            host.write("etc/phones.conf", broken_by(text));
            // What else there is to do goes on.
            include(host, &section("new", &format!("0011223344{round:02}"), ""));
            let check = host.cli("pjsip check phoneprovs");
            let problem = format!("error: phones.conf: Asterisk reads this file only up to line {line}, {why}");
            assert!(unbroken(&check).contains(&problem), "{text}: {check}");
            assert!(check.contains(&format!("hold    {} ({})\n", mac(FIRST_LOST), id(FIRST_LOST))), "{text}: {check}");
            let sum = format!(", remove {}, hold {LOST} back and leave {FIRST_LOST} as", usize::from(round > 0));
            assert!(unbroken(&check).contains(&sum), "{text}: {check}");

            read_again(host);
            assert_eq!(served(host, 0..PHONES), PHONES, "{text}");
            assert_eq!(host.phone(&format!("0011223344{round:02}")).len(), 1, "{text}");
            let line_of_last = host.line(&mac(PHONES - 1));
            assert_eq!((line_of_last["NOTE"].as_str(), line_of_last["USERNAME"].as_str()), ("as it was", "user-00005"));
            assert_eq!((state(host, 0).as_str(), state(host, PHONES - 1).as_str()), ("served", "held"), "{text}");
            let now = status(host);
            assert!(now.contains(&format!("Held back {LOST} phones are held back and served as before")), "{now}");
            assert!(now.contains(&format!("Asterisk reads phones.conf only up to line {line}")), "{now}");
            assert_eq!(told(host), round + 1, "once: {:#?}", host.errors());

            // Repaired.
            host.write("etc/phones.conf", phones(0..PHONES));
            let check = unbroken(&host.cli("pjsip check phoneprovs"));
            assert!(check.contains(&format!("change 0, remove 0 and leave {} as they are", PHONES + 1)), "{check}");
            read_again(host);
            assert_eq!((served(host, 0..PHONES), state(host, PHONES - 1).as_str()), (PHONES, "served"), "{text}");
            assert!(!status(host).contains("Held back"), "{}", status(host));
        }
    });
    got.assert_all_good();
}

/// A file that nobody may read, and one behind one that is broken.
pub fn keep_their_phones_where_files_are_not_read_at_all(host: &mut Host) {
    fs::create_dir(host.path("etc/phones")).unwrap();
    for number in 0..PHONES {
        host.write(&format!("etc/phones/{number}.conf"), phone(number));
    }
    host.configure("#include \"phones/*.conf\"\n");
    host.start();
    host.write("etc/phones/3.conf", "[broken");
    read_again(host);
    assert_eq!((served(host, 0..PHONES), state(host, 2).as_str(), state(host, 5).as_str()), (PHONES, "served", "held"));
    let now = status(host);
    assert!(now.contains("lacks a ']', and not the 2 files behind it in the same #include"), "{now}");
    // That one is gone for good, and what it names with it.
    fs::remove_file(host.path("etc/phones/3.conf")).unwrap();
    read_again(host);
    assert_eq!((served(host, 0..PHONES), served(host, [3])), (PHONES - 1, 0));
    assert!(!status(host).contains("Held back"));

    // Nothing but zeros, as a power cut leaves files.
    host.write("etc/phones/4.conf", [0; 512]);
    read_again(host);
    assert_eq!((served(host, [4]), state(host, 4).as_str()), (1, "held"));
    assert!(status(host).contains("phones/4.conf: Asterisk reads line 1 only up to a zero byte"), "{}", status(host));
    host.write("etc/phones/4.conf", phone(4));
    read_again(host);
    assert_eq!(state(host, 4), "served");
}

pub fn go_when_it_is_confirmed_or_has_lasted(host: &mut Host) {
    let global = |seconds: u32| format!("[g]\ntype = phoneprov_global\nconfirm_after = {seconds}\n");
    host.write("etc/phones.conf", phones(0..PHONES));
    include(host, &global(600));
    host.start();
    host.write("etc/phones.conf", broken_by("[x](typo)\n"));
    let answer = unbroken(&host.cli("pjsip reload phoneprovs"));
    assert!(
        answer.contains("3 phones are held back and served as before (phone-00003, phone-00004, phone-00005)"),
        "{answer}"
    );
    assert!(answer.contains("say 'pjsip reload phoneprovs confirm'"), "{answer}");
    let shown = unbroken(&host.cli(&format!("pjsip show phoneprov {}", mac(4))));
    assert!(shown.contains("State held back") && shown.contains("only up to line"), "{shown}");
    let answer = host.cli("pjsip reload phoneprovs confirm");
    assert!(answer.contains(", 3 removed,"), "{answer}");
    assert_eq!((served(host, 0..PHONES), state(host, 4).as_str()), (FIRST_LOST, "none"));

    // By itself.
    host.write("etc/phones.conf", phones(0..PHONES));
    include(host, &global(2));
    read_again(host);
    assert_eq!(served(host, 0..PHONES), PHONES);
    host.write("etc/phones.conf", broken_by("[x\n"));
    read_again(host);
    assert!(eventually(|| served(host, 0..PHONES) == FIRST_LOST), "{}", status(host));
    assert!(told(host) >= 2, "{:#?}", host.errors());
    assert!(!status(host).contains("Held back"), "{}", status(host));

    // Nothing was served at a start that could be held; it is told.
    host.restart();
    assert_eq!(served(host, 0..PHONES), FIRST_LOST);
    assert!(status(host).contains("Files phones.conf: Asterisk reads this file only up to line"), "{}", status(host));
    let errors = host.errors();
    assert!(errors.iter().any(|line| line.contains("phones.conf: Asterisk reads this file only up to")), "{errors:#?}");
}

/// A file in which nothing is left, against sections that somebody has taken out.
pub fn go_at_once_where_somebody_removed_them(host: &mut Host) {
    const MANY: usize = 12;
    host.write("etc/phones.conf", phones(0..MANY));
    include(host, &section("other", "00aa00aa00aa", ""));
    host.start();
    host.write("etc/phones.conf", phones(3..MANY));
    read_again(host);
    assert_eq!(served(host, 0..MANY), MANY - 3);
    host.write("etc/phones.conf", phones(0..MANY));
    read_again(host);

    host.write("etc/phones.conf", "");
    let check = unbroken(&host.cli("pjsip check phoneprovs"));
    assert!(check.contains("remove 0, hold 12 back and leave 1 as they are"), "{check}");
    read_again(host);
    assert_eq!(served(host, 0..MANY), MANY);
    assert!(status(host).contains("phones.conf has no section of type phoneprov left and had 12"), "{}", status(host));
    // It is still so after a reload that throws everything away.
    host.cli("module reload res_phoneprov.so");
    host.settle();
    assert_eq!((served(host, 0..MANY), state(host, 5).as_str()), (MANY, "held"));
    assert_eq!(host.line(&mac(5))["USERNAME"], "user-00005");

    // Others in their place are what somebody wants.
    host.write("etc/phones.conf", phones(20..22));
    read_again(host);
    assert_eq!((served(host, 0..MANY), served(host, 20..22)), (0, 2));
    assert!(!status(host).contains("Held back"), "{}", status(host));
}

/// Whatever else makes the module look: the file that is right again has not been read.
pub fn keep_their_phones_until_they_are_read_again(host: &mut Host) {
    host.write("etc/phones.conf", phones(0..PHONES));
    let many =
        |count: usize| (100..100 + count).map(|number| section(&id(number), &mac(number), "")).collect::<String>();
    include(host, &many(80));
    host.start();
    host.write("etc/phones.conf", broken_by("[x](typo)\n"));
    // So many removals are a reload of res_phoneprov.
    include(host, &many(2));
    read_again(host);
    assert_eq!((served(host, 0..PHONES), served(host, 100..180)), (PHONES, 2));
    host.write("etc/phones.conf", phones(0..PHONES));
    host.cli("module reload res_phoneprov.so");
    host.settle();
    assert_eq!((served(host, 0..PHONES), state(host, 4).as_str()), (PHONES, "held"), "{}", status(host));
    assert!(
        status(host).contains("Asterisk has not read the files of their sections as they are now"),
        "{}",
        status(host)
    );
    read_again(host);
    assert_eq!((served(host, 0..PHONES), state(host, 4).as_str()), (PHONES, "served"));

    // What they name is lost in the same way.
    let (sections, accounts): (String, String) = (0..2)
        .map(|number| {
            let account = account(number);
            let section = section(&id(number), &mac(number), &format!("endpoint = {account}"));
            (section, hosts::config::account(&account))
        })
        .unzip();
    host.write("etc/phones.conf", &accounts);
    include(host, &sections);
    read_again(host);
    host.write("etc/phones.conf", format!("[x\n{accounts}"));
    read_again(host);
    assert_eq!((served(host, 0..2), state(host, 1).as_str()), (2, "held"));
    assert_eq!(host.line(&mac(1))["SECRET"], "secret-00001");
    // A section that nobody has broken goes at once.
    include(host, &section(&id(0), &mac(0), &format!("endpoint = {}", account(0))));
    read_again(host);
    assert_eq!((served(host, [0]), served(host, [1])), (1, 0));
}

/// The wizard makes their sections of its own, which are included in the same way.
pub fn keep_phones_of_the_config_wizard(host: &mut Host) {
    let [one, two] = wizard::MACS;
    let first = wizard::wizard("first", &wizard::phone(one, "own"));
    let second = wizard::wizard("second", &wizard::phone(two, "own")).replace("2000", "3000");
    host.write("etc/wizards.conf", first.clone() + &second);
    wizard::start_with(host, "#include \"wizards.conf\"\n");
    assert_eq!((host.phone(one).len(), host.phone(two).len()), (1, 1));
    host.write("etc/wizards.conf", first.clone() + "[x](typo)\n" + &second);
    read_again(host);
    assert_eq!((host.phone(one).len(), host.phone(two).len()), (1, 1), "{}", status(host));
    assert_eq!(host.line(two)["SECRET"], "second");
    assert!(
        status(host).contains("(3000-phoneprov), because Asterisk reads wizards.conf only up to"),
        "{}",
        status(host)
    );
    host.write("etc/wizards.conf", first);
    read_again(host);
    assert_eq!((host.phone(one).len(), host.phone(two).len()), (1, 0), "somebody has removed it");
}

/// Objects of ARI stand in no file.
pub fn go_at_once_where_ari_deletes_them(host: &mut Host) {
    const MANY: usize = 12;
    host.keep_objects_in("memory");
    host.write("etc/phones.conf", "");
    include(host, "");
    host.start();
    for number in 0..MANY {
        host.put("phoneprov", &id(number), &[("MAC", &mac(number)), ("PROFILE", "desk")]);
    }
    assert!(eventually(|| served(host, 0..MANY) == MANY));
    host.write("etc/phones.conf", "[broken");
    (0..MANY).for_each(|number| host.delete("phoneprov", &id(number)));
    host.settle();
    assert_eq!(served(host, 0..MANY), 0, "{}", status(host));
    assert_eq!(told(host), 0);
}

/// Over AMI, for a portal.
pub fn are_told_over_ami(host: &mut Host) {
    host.write("etc/phones.conf", phones(0..PHONES));
    include(host, "");
    host.start();
    let mut ami = host.ami("system");
    host.write("etc/phones.conf", broken_by("[x](typo)\n"));
    let check = ami.action("PJSIPPhoneprovCheck", &[]);
    let held = check.iter().filter(|event| event.get("Change") == Some("HeldBack")).count();
    assert_eq!(held, LOST, "{check:?}");
    let answer = ami.action("PJSIPReloadPhoneprovs", &[]).remove(0);
    assert!(!answer.is_success(), "{answer:?}");
    let event = ami.wait_for_event("PhoneprovHeldBack");
    assert_eq!((event.get("Phones"), event.get("File")), (Some("3"), Some("phones.conf")), "{event:?}");
    assert_eq!(event.get("Sections"), Some("phone-00003,phone-00004,phone-00005"));
    let status = ami.action("PJSIPShowPhoneprovStatus", &[]);
    assert_eq!(status.iter().find_map(|event| event.get("HeldBack")), Some("3"), "{status:?}");
    let list = ami.action("PJSIPShowPhoneprovs", &[]);
    assert_eq!(list.iter().filter(|event| event.get("State") == Some("Held")).count(), LOST, "{list:?}");
    let answer = ami.action("PJSIPReloadPhoneprovs", &[("Confirm", "yes")]).remove(0);
    assert!(answer.is_success(), "{answer:?}");
    assert_eq!(served(host, 0..PHONES), FIRST_LOST);
}

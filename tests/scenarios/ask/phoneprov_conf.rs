//! phoneprov.conf is part of the configuration: what is said of it, before a reload of res_phoneprov and after.

use hosts::config::{GOOD_MAC, good_phone, section};
use hosts::{Host, Message, eventually, unbroken};

const MAC: &str = "0011223344aa";
const STOPPED: &str = "res_phoneprov has stopped, because a reload of it failed: phoneprov.conf cannot be parsed, because line 5 \
                       lacks a ']'; phones go on being served as they were, and edits wait; correct the file, and it is started \
                       again by itself";

/// phoneprov.conf with a section name that does not end.
const BROKEN: &str = "[general]\nserveraddr = 127.0.0.1\ndefault_profile = desk\n\n[desk\n${MAC}.cfg = phone.cfg\n";

fn configure(host: &Host, note: &str, more: &str) {
    host.configure(good_phone() + &section("other", MAC, &format!("NOTE = {note}")) + more);
}

/// The answer to a command: no line is longer than a console, and sentences in one piece.
fn ask(host: &Host, command: &str) -> String {
    let text = host.cli(command);
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
    unbroken(&text)
}

fn errors_that_it_stopped(host: &Host) -> usize {
    host.errors().iter().filter(|line| line.contains("res_phoneprov has stopped")).count()
}

/// Has res_phoneprov end itself, which is noticed.
fn stop(host: &Host) {
    host.write("etc/phoneprov.conf", BROKEN);
    host.cli("module reload res_phoneprov.so");
    // Asterisk's log is written a moment later.
    assert!(eventually(|| errors_that_it_stopped(host) == 1), "nobody has noticed: {:?}", host.errors());
}

/// Whatever is asked, the answer is true; the file repaired, all is as it should be.
pub fn says_everywhere_that_res_phoneprov_has_stopped(host: &mut Host) {
    let profiles = host.read("etc/phoneprov.conf");
    configure(host, "before", "");
    host.start();
    assert!(ask(host, "pjsip show phoneprov status").contains("res_phoneprov runs"));
    stop(host);
    assert_eq!(host.line(MAC)["NOTE"], "before", "it is served as it was");

    let list = ask(host, "pjsip list phoneprovs");
    assert!(
        list.starts_with(&format!(
            "! {STOPPED} No phone waits. 2 phones with 2 lines, 2 served, 0 refused, 1 problem MAC"
        )),
        "{list}"
    );
    assert!(list.contains("0/1 served current"), "{list}");
    configure(host, "after", &section("new", "0011223344bb", ""));
    let reload = ask(host, "pjsip reload phoneprovs");
    assert!(reload.contains(&format!("nothing was changed: {STOPPED}")), "{reload}");
    let list = ask(host, "pjsip list phoneprovs");
    let waiting = "2 phones wait: they are served as before an edit, or not yet.";
    assert!(list.starts_with(&format!("! {STOPPED} {waiting} 3 phones with ")), "{list}");
    assert!(list.contains("3 phones with 3 lines, 2 served, 0 refused"), "{list}");
    let show = ask(host, "pjsip show phoneprov other");
    assert!(show.contains("State served as it was: an edit waits for res_phoneprov to run"), "{show}");
    assert!(show.contains(&format!("! {STOPPED}")), "{show}");
    let show = ask(host, "pjsip show phoneprov new");
    assert!(show.contains("State not served yet: waits for res_phoneprov to run"), "{show}");
    let show = ask(host, &format!("pjsip show phoneprov {GOOD_MAC}"));
    assert!(show.contains("State served") && show.contains(&format!("! {STOPPED}")), "{show}");
    let check = ask(host, "pjsip check phoneprovs");
    assert!(check.contains(&format!("! error: {STOPPED}")), "{check}");
    let waits = "When res_phoneprov runs again, a reload would add 1 phone, change 1, remove 0 and leave 1 as they are. 1 problem";
    assert!(check.ends_with(waits) && check.contains(&format!("change {MAC} (other)")), "{check}");
    host.configure(section("new", "0011223344bb", ""));
    host.cli("module reload res_pjsip.so");
    let check = ask(host, "pjsip check phoneprovs");
    assert!(check.contains("would add 1 phone, change 0, remove 2 and leave 0 as they are."), "{check}");
    let list = ask(host, "pjsip list phoneprovs");
    assert!(list.contains("3 phones wait: "), "{list}");
    configure(host, "after", &section("new", "0011223344bb", ""));
    host.cli("module reload res_pjsip.so");
    let status = ask(host, "pjsip show phoneprov status");
    assert!(status.contains(STOPPED) && status.contains("Changes wait until res_phoneprov runs again"), "{status}");
    assert_eq!(errors_that_it_stopped(host), 1, "it is told once");
    assert_eq!(host.line(MAC)["NOTE"], "before");

    // What would take Asterisk down without us: the file is in order, and everything is reloaded.
    host.write("etc/phoneprov.conf", profiles);
    host.cli("module reload res_phoneprov.so");
    host.cli("core reload");
    host.assert_alive();
    assert!(eventually(|| !host.cli("pjsip list phoneprovs").contains("stopped")), "{}", host.log());
    host.settle();
    assert_eq!(host.line(MAC)["NOTE"], "after");
    assert_eq!(host.phone("0011223344bb").len(), 1);
    let check = ask(host, "pjsip check phoneprovs");
    assert!(check.ends_with("leave 3 as they are. OK"), "{check}");
    assert!(ask(host, "pjsip show phoneprov status").contains("res_phoneprov runs"));

    // It is res_phoneprov's own again: a profile that changes is read when it is reloaded.
    host.set_profile("${MAC}.cfg = phone.cfg\n${MAC}-too.cfg = phone.cfg\n");
    host.cli("module reload res_phoneprov.so");
    assert_eq!(host.fetch(&format!("{MAC}-too.cfg")).status, 200);
    stop_again(host);
}

/// Once is not all.
fn stop_again(host: &mut Host) {
    host.write("etc/phoneprov.conf", "[general]\n");
    host.cli("module reload res_phoneprov.so");
    assert!(eventually(|| errors_that_it_stopped(host) == 2), "{:?}", host.errors());
    let list = ask(host, "pjsip list phoneprovs");
    assert!(
        list.contains("phoneprov.conf has no profile, that is no section beside [general]; phones go on"),
        "{list}"
    );
    host.set_profile("${MAC}.cfg = phone.cfg\n");
    assert!(eventually(|| !host.cli("pjsip list phoneprovs").contains("stopped")), "{}", host.log());
    assert_eq!(host.line(MAC)["NOTE"], "after");
}

/// A script that takes an edit back, and reloads again, does not wait.
pub fn lives_when_an_edit_is_taken_back_at_once(host: &mut Host) {
    let profiles = host.read("etc/phoneprov.conf");
    configure(host, "before", "");
    host.start();
    for round in 0..5 {
        let broken = [BROKEN, "[general]\n"][round % 2];
        host.write("etc/phoneprov.conf", broken);
        host.cli("module reload res_phoneprov.so");
        host.write("etc/phoneprov.conf", &profiles);
        host.cli("module reload res_phoneprov.so");
        host.cli("core reload");
        host.assert_alive();
        let note = format!("of round {round}");
        configure(host, &note, "");
        host.cli("module reload res_pjsip.so");
        host.reload();
        assert_eq!(host.line(MAC)["NOTE"], note);
    }
}

/// Asterisk's own words have somebody load it by hand.
pub fn serves_a_res_phoneprov_that_was_loaded_by_hand(host: &mut Host) {
    let profiles = host.read("etc/phoneprov.conf");
    configure(host, "before", "");
    host.start();
    stop(host);
    configure(host, "after", "");
    host.cli("module reload res_pjsip.so");
    assert_eq!(host.line(MAC)["NOTE"], "before");
    host.write("etc/phoneprov.conf", profiles);
    host.cli("module load res_phoneprov.so");
    assert!(eventually(|| host.phone(MAC).first().is_some_and(|line| line["NOTE"] == "after")), "{}", host.log());
    host.cli("module reload res_phoneprov.so");
    assert_eq!(host.line(MAC)["NOTE"], "after");
    host.cli("module unload res_pjsip_phoneprov_provider.so");
    assert_eq!(host.fetch(&format!("{MAC}.cfg")).status, 404);
    host.cli("module load res_pjsip_phoneprov_provider.so");
    assert_eq!(host.line(MAC)["NOTE"], "after");
}

/// And may stop again before anybody has noticed that it runs.
pub fn lives_when_one_that_was_loaded_by_hand_stops_again(host: &mut Host) {
    let profiles = host.read("etc/phoneprov.conf");
    configure(host, "before", "");
    host.start();
    stop(host);
    for _ in 0..3 {
        host.write_at_once("etc/phoneprov.conf", &profiles);
        host.cli("module load res_phoneprov.so");
        host.write_at_once("etc/phoneprov.conf", BROKEN);
        host.cli("module reload res_phoneprov.so");
        host.write_at_once("etc/phoneprov.conf", &profiles);
        host.cli("module reload res_phoneprov.so");
        host.assert_alive();
        host.write_at_once("etc/phoneprov.conf", BROKEN);
    }
    host.write_at_once("etc/phoneprov.conf", &profiles);
    configure(host, "after", "");
    host.cli("module reload res_pjsip.so");
    assert!(eventually(|| host.phone(MAC).first().is_some_and(|line| line["NOTE"] == "after")), "{}", host.log());
}

/// What was unloaded by force is not started by us.
pub fn leaves_a_res_phoneprov_alone_that_was_unloaded(host: &mut Host) {
    configure(host, "before", "");
    host.start();
    host.cli("module unload -f res_phoneprov.so");
    assert!(eventually(|| errors_that_it_stopped(host) == 1), "nobody has noticed: {:?}", host.errors());
    let says = "res_phoneprov has stopped, because somebody has unloaded it; phones go on being served as they were, and edits wait \
                for 'module load res_phoneprov.so'";
    configure(host, "after", "");
    host.cli("module reload res_pjsip.so");
    let reload = ask(host, "pjsip reload phoneprovs");
    assert!(reload.contains(&format!("nothing was changed: {says}")), "{reload}");
    let list = ask(host, "pjsip list phoneprovs");
    assert!(list.starts_with(&format!("! {says} 1 phone waits: ")), "{list}");
    assert_eq!(host.line(MAC)["NOTE"], "before");
    host.cli("module load res_phoneprov.so");
    assert!(eventually(|| host.phone(MAC).first().is_some_and(|line| line["NOTE"] == "after")), "{}", host.log());
    assert!(ask(host, "pjsip show phoneprov status").contains("res_phoneprov runs"));
}

/// The module can go while res_phoneprov is down, and come when it is up.
pub fn goes_and_comes_beside_a_stopped_res_phoneprov(host: &mut Host) {
    let profiles = host.read("etc/phoneprov.conf");
    configure(host, "before", "");
    host.start();
    stop(host);
    host.cli("module unload res_pjsip_phoneprov_provider.so");
    assert_eq!(host.fetch(&format!("{MAC}.cfg")).status, 404);
    host.cli("module load res_pjsip_phoneprov_provider.so");
    host.assert_alive();
    host.write("etc/phoneprov.conf", profiles);
    host.cli("module load res_phoneprov.so");
    host.cli("module load res_pjsip_phoneprov_provider.so");
    assert_eq!(host.line(MAC)["NOTE"], "before");
}

/// Everything that is odd in the file is told, once, and nothing of it is applied.
pub fn tells_what_is_odd_in_it(host: &mut Host) {
    configure(host, "x", "");
    host.start();
    let general = "[general]\nserveraddr = 127.0.0.1\ndefault_profile = desk\n\n";
    let desk = "[desk]\nmime_type = text/plain\n${MAC}.cfg = phone.cfg\n";
    for (profiles, says) in [
        (
            format!("{general}{desk}\n[desk]\na.cfg = phone.cfg\n"),
            "warning: profile 'desk': is there twice in phoneprov.conf",
        ),
        (
            format!("{general}{desk}setvar = NOTHING\n"),
            "warning: profile 'desk': has setvar = 'NOTHING', which gives nothing",
        ),
        (
            format!("{general}{desk}mimetype = text/xml\n"),
            "has an option 'mimetype', which is taken for the name of a file",
        ),
        (format!("{general}{desk}b.cfg = phone.cfg,text\n"), "gives the file 'b.cfg' the type 'text', which is none"),
        (format!("{general}{desk}${{MAC}}.cfg = line.cfg\n"), "has two files '${MAC}.cfg', and phones get the first"),
        (
            format!("{general}{desk}${{NOSUCH(${{MAC}})}}.cfg = phone.cfg\n"),
            "error: profile 'desk': calls the function NOSUCH in '${NOSUCH(${MAC})}.cfg', which no module that is loaded has",
        ),
        (
            format!("{general}{desk}static_file = nowhere.bin\n"),
            "error: profile 'desk': cannot give its phones the file 'nowhere.bin', because ",
        ),
        (
            format!("{general}{desk}\n[sofa]\n${{MAC}}.cfg = nowhere.cfg\n"),
            "error: profile 'sofa': cannot give its phones the file '${MAC}.cfg', because ",
        ),
        (
            format!("{}{desk}", general.replace("= desk", "= sofa")),
            "warning: phoneprov.conf has default_profile = 'sofa' for phones of users.conf, and no such profile",
        ),
    ] {
        host.write("etc/phoneprov.conf", profiles);
        let text = ask(host, "pjsip check phoneprovs");
        assert_eq!(text.matches("! ").count(), 1, "{text}");
        assert!(text.contains(says), "'{says}' is not in\n{text}");
        assert!(text.contains("change 0, remove 0 and leave 2 as they are. 1 problem"), "{text}");
    }
    assert_eq!(host.problems(), [""; 0], "a check is not logged");
}

/// Each profile that says something else than what is used, with the phones that it touches.
pub fn tells_what_a_reload_of_res_phoneprov_would_take(host: &mut Host) {
    host.set_profile("${MAC}.cfg = phone.cfg\n\n[old]\n${MAC}.old = phone.cfg\n");
    configure(host, "x", "");
    host.start();
    let whole = |host: &Host| host.cli("pjsip check phoneprovs").trim().to_owned();
    let nothing = "A reload would add 0 phones, change 0, remove 0 and leave 2 as they are.\nOK";
    assert_eq!(whole(host), nothing);
    host.set_profile("${MAC}.cfg = phone.cfg\nsetvar = A=1\n\n[sofa]\n${MAC}.cfg = phone.cfg\n");
    let profiles = "profile changed  desk (2 phones)\nprofile added    sofa (0 phones)\nprofile removed  old (0 phones)\n\
                    What phoneprov.conf says of profiles is taken by 'module reload\nres_phoneprov.so'.\n";
    assert_eq!(whole(host), format!("{profiles}{nothing}"));
    host.cli("module reload res_phoneprov.so");
    host.settle();
    assert_eq!(whole(host), nothing);
    assert_eq!(host.errors(), [""; 0]);
}

/// Whoever reads the log knows before it happens.
pub fn warns_of_the_reload_that_would_stop_res_phoneprov(host: &mut Host) {
    configure(host, "before", "");
    host.start();
    // Where Asterisk takes its time to start, its own last reload is a sync more: this one comes after all of them.
    host.reload();
    host.settle();
    for (broken, why) in [
        (BROKEN, "phoneprov.conf cannot be parsed, because line 5 lacks a ']'"),
        ("[general]\n", "phoneprov.conf has no profile, that is no section beside [general]"),
    ] {
        host.write("etc/phoneprov.conf", broken);
        let warning =
            format!("{why}: do not reload res_phoneprov now, nor all modules by 'core reload', which would stop it");
        let check = ask(host, "pjsip check phoneprovs");
        assert!(check.contains(&format!("! error: {warning}")), "{check}");
        assert!(!host.errors().iter().any(|line| line.contains(&warning)), "a check is not logged");
        configure(host, why, "");
        host.cli("module reload res_pjsip.so");
        host.settle();
        assert_eq!(host.line(MAC)["NOTE"], why, "other edits are followed");
        let told = host.errors().iter().filter(|line| line.contains(&warning)).count();
        assert_eq!(told, 1, "{:?}", host.errors());
    }
}

/// What programs are told of it.
pub fn tells_over_ami_that_res_phoneprov_has_stopped(host: &mut Host) {
    let profiles = host.read("etc/phoneprov.conf");
    configure(host, "before", "");
    host.start();
    let mut ami = host.ami("system");
    let event = |answer: &[Message], name: &str| -> Message {
        let found = answer.iter().find(|message| message.is_event(name));
        found.unwrap_or_else(|| panic!("no {name} in {answer:#?}")).clone()
    };
    let list = event(&ami.action("PJSIPShowPhoneprovs", &[]), "PhoneprovListComplete");
    assert_eq!((list.get("ResPhoneprov"), list.get("Waiting")), (Some("Running"), None));
    let status = event(&ami.action("PJSIPShowPhoneprovStatus", &[]), "PhoneprovStatus");
    assert_eq!((status.get("ResPhoneprov"), status.get("StoppedReason")), (Some("Running"), None));

    stop(host);
    configure(host, "after", "");
    let answer = ami.action("PJSIPReloadPhoneprovs", &[]);
    assert!(
        !answer[0].is_success() && answer[0].get("Message").is_some_and(|text| text.contains(STOPPED)),
        "{answer:?}"
    );
    let list = event(&ami.action("PJSIPShowPhoneprovs", &[]), "PhoneprovListComplete");
    let told = ["ResPhoneprov", "StoppedReason", "Waiting"].map(|name| list.get(name));
    assert_eq!(told, [Some("Stopped"), Some(STOPPED), Some("1")]);
    let status = event(&ami.action("PJSIPShowPhoneprovStatus", &[]), "PhoneprovStatus");
    assert_eq!((status.get("ResPhoneprov"), status.get("StoppedReason")), (Some("Stopped"), Some(STOPPED)));
    assert!(status.get("StoppedSince").is_some_and(|since| since.ends_with('Z')), "{status:?}");
    let check = event(&ami.action("PJSIPPhoneprovCheck", &[]), "PhoneprovCheckProblem");
    assert_eq!((check.get("Severity"), check.get("Problem")), (Some("Error"), Some(STOPPED)));
    let show = event(&ami.action("PJSIPShowPhoneprov", &[("Phoneprov", "other")]), "PhoneprovDetail");
    assert_eq!((show.get("State"), show.get("Problem")), (Some("Pending"), Some(STOPPED)));

    host.write("etc/phoneprov.conf", profiles + "\n[sofa]\n${MAC}.cfg = phone.cfg\n");
    let answer = ami.action("PJSIPReloadPhoneprovs", &[]);
    assert!(answer[0].is_success(), "a reload starts it again at once: {answer:?}");
    assert_eq!(host.line(MAC)["NOTE"], "after");
    host.set_profile("${MAC}.cfg = phone.cfg\nsetvar = A=1\n");
    let check = ami.action("PJSIPPhoneprovCheck", &[]);
    let told: Vec<_> = check
        .iter()
        .filter(|message| message.is_event("PhoneprovCheckProfile"))
        .map(|message| ["Change", "Profile", "Phones"].map(|name| message.get(name).unwrap_or_default()))
        .collect();
    assert_eq!(told, [["Changed", "desk", "2"], ["Removed", "sofa", "0"]]);
}

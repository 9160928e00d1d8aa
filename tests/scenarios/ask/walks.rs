//! What an operator reads on the way through a fault and out of it again: every command's whole output, side by side with the
//! log and AMI's events, compared with the files in `walks/` (`UPDATE_EXPECT=1` writes them anew: read what it wrote).

use expect_test::ExpectFile;
use hosts::config::{account, section};
use hosts::databases::{Database, fill, settings, status};
use hosts::{Ami, Host, Message, eventually};
use regex_lite::Regex;
use std::fmt::Write as _;

/// Everything that one can ask, of a phone the given one.
fn questions(phone: &str) -> [String; 4] {
    [
        "pjsip list phoneprovs".to_owned(),
        format!("pjsip show phoneprov {phone}"),
        "pjsip check phoneprovs".to_owned(),
        "pjsip show phoneprov status".to_owned(),
    ]
}

/// What differs from run to run, and what stands for it.
const CHANGING: [(&str, &str); 18] = [
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d( UTC| [+-]\d{4}| [A-Z]{3,4})?", "DATE"),
    (r"(?s)as they were .{1,40} ago \(.{1,40}\)\.", "as they were TIME ago (DATE)."),
    (r"\(\d+ (s|min) ago\)", "(AGO)"),
    (r"\d+ bytes", "N bytes"),
    (r"(\d+ s  )", "AGO  "),
    (r"\b\d+(\.\d)? (ms|s|min)\b", "TIME"),
    (r"\b[0-9a-f]{16}\b", "HASH"),
    (r"(?m)^(Running in Asterisk +).*$", "${1}VERSION"),
    (r"(?m)^(Layout +).*$(\n {20,}.*$)*", "${1}LAYOUT"),
    (r"version \d\S*", "version VERSION"),
    (r"(?m)^(Syncs +).*$", "${1}SYNCS"),
    (r"(?m)^(Database reads +).*$", "${1}READS"),
    (r"(Milliseconds|DatabaseMilliseconds)=\d+", "${1}=N"),
    (r"Applied=\S+", "Applied=TIME"),
    (r"(Event=PhoneprovDelivered .*)Seconds=\d+", "${1}Seconds=N"),
    (r"PID \d+", "PID N"),
    (r"they go in \d+ seconds", "they go in TIME"),
    (r" +$", ""),
];

/// One way, written down.
struct Walk<'h> {
    host: &'h mut Host,
    ami: Ami,
    /// How much of the log has been read.
    read: usize,
    text: String,
}

impl<'h> Walk<'h> {
    /// Begins where the host has started.
    fn begin(host: &'h mut Host) -> Self {
        // Where Asterisk takes its time to start, its own last reload is a sync more: this one comes after all of them.
        host.reload();
        host.settle();
        let (ami, read) = (host.ami("all"), host.log().len());
        Walk { host, ami, read, text: String::new() }
    }

    /// Tells what happens now.
    fn step(&mut self, words: &str) {
        let _ = writeln!(self.text, "=== {words}\n");
    }

    fn ask(&mut self, command: &str) {
        let answer = self.host.cli(command).replace(self.host.address(), "127.0.0.1");
        for line in answer.lines() {
            assert!(line.chars().count() <= 80, "{command}: {} columns: {line}", line.chars().count());
        }
        let _ = writeln!(self.text, "> {command}\n{}\n", answer.trim_end());
    }

    /// Asks everything, and then for what the phone gets.
    fn ask_all(&mut self, phone: &str, file: &str) {
        assert!(eventually(|| self.is_followed()), "what happened is never followed");
        questions(phone).iter().for_each(|question| self.ask(question));
        let shown = || self.host.cli(&format!("pjsip show phoneprov {phone}"));
        let answers = || shown().lines().find(|line| line.starts_with("  In all ")).map(str::to_owned);
        let before = answers();
        let status = self.host.fetch(file).status;
        let is_noted = || answers() != before || !shown().starts_with("Phone ");
        assert!(eventually(is_noted), "it is not noted that the phone has asked: {}", shown());
        assert!(eventually(|| self.is_followed()), "what was fetched is never noted");
        let _ = writeln!(self.text, "GET /phoneprov/{file}: {status}\n");
    }

    /// Whether all is done that can be.
    fn is_followed(&self) -> bool {
        !self.host.cli("pjsip show phoneprov status").contains("are being followed")
    }

    /// What the log and AMI have said of it since.
    fn hear(&mut self) {
        assert!(eventually(|| self.is_followed()), "changes are never followed");
        let events = self.ami.events();
        let log = self.host.log();
        let said = log.get(self.read..).unwrap_or_default();
        self.read = log.len();
        let ours = Regex::new(r"(ERROR|WARNING|NOTICE)\[.*? res_pjsip_phoneprov_provider/[^ :]+: (.*)").unwrap();
        for line in said.lines() {
            if let Some(found) = ours.captures(line) {
                let _ = writeln!(self.text, "log {}: {}", &found[1], &found[2]);
            }
        }
        let is_ours = |event: &&Message| event.get("Event").is_some_and(|name| name.contains("honeprov"));
        let mut told: Vec<String> = events.iter().filter(is_ours).map(one_line).collect();
        // Phones come in no order.
        told.sort();
        self.text.extend(told.iter().map(|event| format!("AMI {event}\n")));
        self.text.push('\n');
    }

    /// Compares it with what is written down.
    fn end(self, written: ExpectFile) {
        let mut text = self.text.replace(self.host.address(), "127.0.0.1");
        for (pattern, instead) in CHANGING {
            text = Regex::new(pattern).unwrap().replace_all(&text, instead).into_owned();
        }
        written.assert_eq(&text);
    }
}

fn one_line(event: &Message) -> String {
    let of_ours = event.headers.iter().filter(|(name, _)| name != "Privilege" && name != "ActionID");
    of_ours.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
}

const ALICE: &str = "00aa00aa00a1";

fn office() -> String {
    account("1000")
        + &section("alice", ALICE, "endpoint = 1000\nVM_PIN = 4711")
        + &section("bob", "00aa00aa00a2", "LINE = 1\nTIMEZONE = Europe/Berlim")
}

pub fn phoneprov_conf_is_broken_and_repaired(host: &mut Host) {
    host.configure(office());
    host.start();
    let good = host.read("etc/phoneprov.conf");
    let file = format!("{ALICE}.cfg");
    let mut walk = Walk::begin(host);
    walk.step("phoneprov.conf has lost a bracket");
    walk.host.write("etc/phoneprov.conf", good.replace("[desk]", "[desk"));
    walk.ask_all(ALICE, &file);
    walk.step("and pjsip.conf is reloaded, with a change");
    walk.host.configure(office().replace("4711", "4712"));
    walk.host.cli("module reload res_pjsip.so");
    walk.hear();
    walk.ask_all(ALICE, &file);
    walk.step("res_phoneprov is reloaded all the same, and pjsip.conf with a change");
    walk.host.cli("module reload res_phoneprov.so");
    walk.host.configure(office().replace("4711", "4713"));
    walk.host.cli("module reload res_pjsip.so");
    let state = |walk: &mut Walk| walk.ami.action("PJSIPShowPhoneprovStatus", &[]).remove(1);
    assert!(eventually(|| state(&mut walk).get("StoppedReason").is_some()), "nobody notices");
    walk.hear();
    walk.ask_all(ALICE, &file);
    walk.step("phoneprov.conf is repaired");
    walk.host.write("etc/phoneprov.conf", good);
    assert!(eventually(|| state(&mut walk).get("ResPhoneprov") == Some("Running")), "it is not started again");
    walk.hear();
    walk.ask_all(ALICE, &file);
    walk.end(expect_test::expect_file!["walks/phoneprov_conf_broken.txt"]);
}

pub fn the_database_is_frozen(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let mut link = database.serve(host).unwrap();
    fill(&mut database, host, 2);
    host.configure(settings("refresh_interval = 1"));
    host.start();
    let file = format!("{}.cfg", hosts::phones::mac(0));
    let phone = hosts::phones::id(0);
    let mut walk = Walk::begin(host);
    walk.step("the database is silent");
    link.silence();
    assert!(eventually(|| status(walk.host, "Database").contains("has not answered for")));
    walk.ask_all(&phone, &file);
    walk.step("it answers again");
    link.restore();
    assert!(eventually(|| status(walk.host, "Database") == "answers"));
    walk.hear();
    walk.ask_all(&phone, &file);
    walk.end(expect_test::expect_file!["walks/database_frozen.txt"]);
}

pub fn pjsip_conf_is_emptied(host: &mut Host) {
    let phones = (0..12).map(|n| section(&format!("phone-{n:02}"), &format!("00bb00bb00{n:02}"), ""));
    let sections = phones.collect::<String>();
    host.configure(&sections);
    host.start();
    let (phone, file) = ("phone-03", "00bb00bb0003.cfg");
    let mut walk = Walk::begin(host);
    walk.step("pjsip.conf has no section of ours any more");
    walk.host.configure("");
    walk.ask("pjsip check phoneprovs");
    walk.step("and is reloaded");
    walk.host.cli("module reload res_pjsip.so");
    walk.hear();
    walk.ask_all(phone, file);
    walk.step("that is wanted");
    walk.ask("pjsip reload phoneprovs");
    walk.ask("pjsip reload phoneprovs confirm");
    walk.hear();
    walk.ask_all(phone, file);
    walk.end(expect_test::expect_file!["walks/pjsip_conf_emptied.txt"]);
}

pub fn a_profile_is_missing_for_2000_phones(host: &mut Host) {
    let phones = |profile: &str| -> String {
        let phone = |n: usize| section(&format!("phone-{n:04}"), &format!("00bb00bb{n:04}"), "");
        (0..2000).map(phone).collect::<String>().replace("PROFILE = desk", &format!("PROFILE = {profile}"))
    };
    host.configure(section("alice", ALICE, ""));
    host.start();
    let mut walk = Walk::begin(host);
    walk.step("2,000 phones of a profile that phoneprov.conf does not have");
    walk.host.configure(section("alice", ALICE, "") + &phones("sofa"));
    walk.ask("pjsip check phoneprovs");
    walk.host.cli("module reload res_pjsip.so");
    walk.hear();
    walk.ask("pjsip list phoneprovs like alice|phone-001.");
    walk.ask("pjsip show phoneprov phone-0010");
    walk.ask("pjsip check phoneprovs");
    walk.ask("pjsip show phoneprov status");
    let of_host = |walk: &Walk| {
        let log = walk.host.log();
        let errors = log.lines().filter(|line| line.contains(" ERROR[") && line.contains("res_phoneprov.c"));
        errors.count()
    };
    assert_eq!(of_host(&walk), 0, "res_phoneprov's own errors");
    walk.step("pjsip.conf is reloaded again");
    walk.host.cli("module reload res_pjsip.so");
    walk.hear();
    assert_eq!(of_host(&walk), 0, "res_phoneprov's own errors");
    walk.step("the profile is there");
    let profiles = walk.host.read("etc/phoneprov.conf") + "\n[sofa]\n${MAC}.cfg = phone.cfg\n";
    walk.host.write("etc/phoneprov.conf", profiles);
    walk.ask("pjsip check phoneprovs");
    walk.host.cli("module reload res_phoneprov.so");
    walk.hear();
    walk.ask("pjsip list phoneprovs like alice|phone-001.");
    walk.ask("pjsip check phoneprovs");
    walk.end(expect_test::expect_file!["walks/profile_missing.txt"]);
}

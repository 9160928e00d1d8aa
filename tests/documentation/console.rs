//! Commands of Asterisk's console that stand in pages: each is one that a real Asterisk has, is run as it is written, and says
//! what is shown below it.

use crate::page::{pages_in, readme};
use hosts::{Host, Kind, top};
use snapbox::Assert;
use std::collections::BTreeSet;

const MAC: &str = "001565a1b2c3";

/// Those that end or begin something that the others need.
const NOT_RUN: [&str; 4] = ["module unload", "channel originate", "core reload", "core stop gracefully"];

/// Modules of Asterisk's that pages name commands of, beside what instances load.
const MODULES: [&str; 1] = ["res_clioriginate"];

/// A host with the README's first phone, and makers' profiles.
fn office(kind: Kind) -> Host {
    let host = Host::new(kind);
    let copied = std::process::Command::new("cp")
        .arg("-rL")
        .arg(top().join("share/phoneprov"))
        .arg(host.path("data"))
        .status()
        .expect("cp is a program of every system");
    assert!(copied.success());
    let own = host.read("etc/phoneprov.conf");
    host.write("etc/phoneprov.conf", own + "\n#include \"/mnt/data/phoneprov/yealink.conf\"\n");
    MODULES.into_iter().for_each(|module| host.load_too(module));
    host.write("etc/pjsip.conf", first_phone());
    host
}

/// What the README puts into pjsip.conf.
fn first_phone() -> String {
    let readme = readme();
    let blocks = &readme.section("Your first phone").blocks;
    let written = blocks.iter().find_map(|block| block.split_once("/etc/asterisk/pjsip.conf <<'END'\n"));
    let (_, sections) = written.expect("there is a phone in it");
    sections.split("END\n").next().unwrap_or_default().replace("0.0.0.0", "127.0.0.1")
}

/// Everything in the pages that is typed at the console, with the page.
fn commands(words: &BTreeSet<String>) -> BTreeSet<(String, String)> {
    let mut commands = BTreeSet::new();
    for page in pages_in(top()) {
        for line in page.code() {
            let typed = line.strip_prefix("*CLI> ").or_else(|| line.strip_prefix("asterisk -rx '")).unwrap_or(line);
            let typed = typed.split(['\'', '#']).next().unwrap_or_default().trim();
            let is_command = typed.split_once(' ').is_some_and(|(first, _)| words.contains(first));
            if is_command && !typed.contains(['…', '=', ':']) {
                commands.insert((page.file.clone(), typed.to_owned()));
            }
        }
    }
    commands
}

/// Each begins with the words of a command that Asterisk has, and what can be run is.
pub fn commands_are_run(kind: Kind) {
    let mut host = office(kind);
    host.start();
    assert_eq!(host.fetch(&format!("{MAC}.cfg")).status, 200);
    let help = host.cli("core show help");
    let words = help.lines().filter_map(|line| line.split_once(" -- ")?.0.split_whitespace().next().map(str::to_owned));
    let commands = commands(&words.collect());
    assert!(commands.len() > 30, "{commands:?}");

    let mut wrong = Vec::new();
    let mut run = BTreeSet::new();
    for (page, command) in &commands {
        if !is_known(&host, command) {
            wrong.push(format!(
                "{page}: '{command}' is no command of Asterisk's: {}",
                host.cli(&format!("core show help {command}"))
            ));
        }
        let command = command.replace("ID|MAC", MAC).replace("MAC", MAC);
        let is_whole = !command.contains(['[', '|']) && !command.split(' ').any(|word| ["ID", "NAME"].contains(&word));
        if is_whole && !NOT_RUN.iter().any(|other| command.starts_with(other)) && run.insert(command.clone()) {
            let answer = host.cli(&command);
            let is_usage = answer.trim_start().starts_with("Usage:") && !command.starts_with("core show help");
            if is_usage || answer.contains("No such command") {
                wrong.push(format!("{page}: '{command}' is answered with {answer}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(run.len() > 15, "{run:?}");
    host.finish();
}

/// Whether there is a command whose words those are that come first.
fn is_known(host: &Host, typed: &str) -> bool {
    let words: Vec<&str> = typed.split(' ').collect();
    (2..=words.len()).rev().any(|count| {
        let command = words[..count].join(" ");
        let help = host.cli(&format!("core show help {command}"));
        // Words that begin several commands get a list of those.
        !help.contains("No such command") && !help.trim_start().starts_with(&format!("{command} "))
    })
}

/// The commands that a page shows with what they say, in their order.
fn sessions(page: &str) -> Vec<(String, String)> {
    let page = pages_in(top()).into_iter().find(|other| other.file == page).expect("it is there");
    let mut sessions: Vec<(String, String)> = Vec::new();
    for block in page.sections.iter().flat_map(|section| &section.blocks).filter(|block| block.starts_with("*CLI> ")) {
        for line in block.lines() {
            match line.strip_prefix("*CLI> ") {
                Some(command) => sessions.push((command.to_owned(), String::new())),
                None => sessions.last_mut().expect("a command comes first").1 += &format!("{line}\n"),
            }
        }
    }
    sessions
}

fn says(host: &Host, (command, shown): &(String, String)) {
    // What a page leaves out, lines or a part of one, stands for anything.
    let lines = shown.lines().map(|line| if line.trim() == "…" { "...".to_owned() } else { line.replace('…', "[..]") });
    let shown: String = lines.map(|line| line + "\n").collect();
    Assert::new().normalize_paths(false).eq(host.cli(command), shown);
}

/// A phone whose endpoint is misspelt.
pub fn a_phone_that_gets_404_is_explained(kind: Kind) {
    let mut host = office(kind);
    host.write("etc/pjsip.conf", first_phone().replace("endpoint = alice", "endpoint = alise"));
    host.start();
    says(&host, &sessions("README.md")[0]);
    host.finish();
}

/// An edit that changes a phone and brings another one.
pub fn an_edit_is_checked(kind: Kind) {
    let mut host = office(kind);
    let others = (0..20).map(|number| {
        format!(
            "[other-{number}]\ntype = phoneprov\nMAC = 0015650000{number:02x}\nPROFILE = yealink\nSERVER = 192.0.2.1\n"
        )
    });
    host.write("etc/others.conf", others.collect::<String>());
    let more = "LABEL = Alice\n#include \"others.conf\"\n";
    host.write("etc/pjsip.conf", first_phone() + more);
    host.start();
    let bob = "[bob]\ntype = endpoint\ntransport = udp\nauth = bob\n[bob]\ntype = auth\nauth_type = md5\nusername = bob\n\
               md5_cred = 0123456789abcdef0123456789abcdef\n\
               [bob-desk]\ntype = phoneprov\nendpoint = bob\nMAC = 001565a1b2c4\nPROFILE = yealink\n";
    let edited = first_phone().replace("wonderland", "looking-glass") + &more.replace("= Alice", "= Alice B.") + bob;
    host.write("etc/pjsip.conf", edited);
    says(&host, &sessions("share/documentation/troubleshooting.md")[0]);
    host.finish();
}

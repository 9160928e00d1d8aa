//! Nothing in a configuration file takes Asterisk down or another phone with it: each faulty section gets one clear line
//! in the log, and the others are served.

use hosts::config::{GOOD_MAC, account, good_phone, section};
use hosts::{Host, eventually};

const MAC: &str = "0011223344aa";

/// Starts the host on a good phone and these sections, and gives the one line that the faulty one of them gets.
fn the_problem_of(host: &mut Host, sections: &str) -> String {
    host.configure(good_phone() + sections);
    host.start();
    assert_good_phone_served(host);
    let problems = host.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems[0].clone()
}

fn assert_good_phone_served(host: &Host) {
    assert_eq!(host.line(GOOD_MAC)["SECRET"], "secret-1000", "the good phone is served");
}

fn assert_names(problem: &str, section: &str, words: &[&str]) {
    assert!(problem.contains(&format!("phoneprov section '{section}': ")), "{problem}");
    for word in words {
        assert!(problem.contains(word), "'{word}' is not in: {problem}");
    }
}

pub fn two_sections_with_one_mac_and_line(host: &mut Host) {
    let sections = section("a", MAC, "LINE = 1") + &section("b", MAC, "LINE = 1") + &section("c", MAC, "LINE = 2");
    let problem = the_problem_of(host, &sections);
    assert_names(&problem, "b", &["'a'", MAC]);
    let labels: Vec<String> = host.phone(MAC).iter().map(|line| line["LABEL"].clone()).collect();
    assert_eq!(labels, ["a", "c"]);
}

pub fn two_spellings_of_one_mac(host: &mut Host) {
    let sections = section("a", "0011223344aa", "LINE = 1") + &section("b", "0011223344AA", "LINE = 2");
    let problem = the_problem_of(host, &sections);
    assert_names(&problem, "b", &["'a'", "0011223344aa", "0011223344AA"]);
    assert_eq!(host.line("0011223344aa")["LABEL"], "a");
}

pub fn a_line_that_is_no_number(host: &mut Host) {
    let problem = the_problem_of(host, &section("bad", MAC, "LINE = two"));
    assert_names(&problem, "bad", &["LINE", "two"]);
}

pub fn a_mac_that_is_no_mac(host: &mut Host) {
    let problem = the_problem_of(host, &section("bad", "kitchen", ""));
    assert_names(&problem, "bad", &["MAC", "kitchen"]);
    assert_eq!(host.phone("kitchen").len(), 1, "it is served all the same");
}

pub fn a_missing_mac(host: &mut Host) {
    let problem = the_problem_of(host, "[bad]\ntype = phoneprov\nPROFILE = desk\n");
    assert_names(&problem, "bad", &["MAC"]);
}

pub fn a_missing_profile(host: &mut Host) {
    let problem = the_problem_of(host, "[bad]\ntype = phoneprov\nMAC = 0011223344aa\n");
    assert_names(&problem, "bad", &["PROFILE"]);
    assert_eq!(host.phone(MAC).len(), 0);
}

pub fn an_unknown_profile(host: &mut Host) {
    let problem = the_problem_of(host, "[bad]\ntype = phoneprov\nMAC = 0011223344aa\nPROFILE = sofa\n");
    assert_names(&problem, "bad", &["sofa"]);
    assert_eq!(host.phone(MAC).len(), 0);
}

pub fn a_missing_endpoint(host: &mut Host) {
    let problem = the_problem_of(host, &section("bad", MAC, "endpoint = nobody"));
    assert_names(&problem, "bad", &["endpoint", "nobody"]);
    assert_eq!(host.phone(MAC).len(), 0);
}

pub fn a_missing_auth(host: &mut Host) {
    let endpoint = "[2000]\ntype = endpoint\ntransport = udp\nauth = nothing\n\n";
    let problem = the_problem_of(host, &(endpoint.to_owned() + &section("bad", MAC, "endpoint = 2000")));
    assert_names(&problem, "bad", &["2000", "auth", "nothing"]);
    assert_eq!(host.phone(MAC).len(), 0);
}

pub fn a_missing_transport(host: &mut Host) {
    let endpoint = "[2000]\ntype = endpoint\ntransport = smoke\n\n";
    let problem = the_problem_of(host, &(endpoint.to_owned() + &section("bad", MAC, "endpoint = 2000")));
    assert_names(&problem, "bad", &["2000", "transport", "smoke"]);
    assert_eq!(host.phone(MAC).len(), 0);
}

/// Sorcery itself refuses the whole file then, and keeps what it had.
pub fn a_duplicate_section_id(host: &mut Host) {
    host.configure(good_phone());
    host.start();
    host.configure(good_phone() + &section("twin", MAC, "") + &section("twin", "0011223344bb", ""));
    host.reload();
    assert_good_phone_served(host);
    assert_eq!(host.phone(MAC).len(), 0);
    assert!(
        host.log().lines().any(|line| line.contains("twin") && line.contains("ERROR[")),
        "nobody names the section"
    );

    host.configure(good_phone() + &section("twin", MAC, ""));
    host.reload();
    assert_good_phone_served(host);
    assert_eq!(host.phone(MAC).len(), 1);
}

pub fn an_empty_file(host: &mut Host) {
    host.write("etc/pjsip.conf", "");
    host.start();
    assert_eq!(host.errors(), [""; 0]);

    host.configure(good_phone());
    host.reload();
    host.cli("module reload res_pjsip.so");
    assert!(eventually(|| host.phone(GOOD_MAC).len() == 1), "the phone never came");

    host.write("etc/pjsip.conf", "");
    host.reload();
    assert_eq!(host.phone(GOOD_MAC).len(), 0);
}

/// Asterisk's own reader gives up on such a line; whatever gets through must do no harm.
pub fn a_huge_value(host: &mut Host) {
    let huge = section("huge", MAC, &format!("NOTE = {}", "x".repeat(1_000_000)));
    host.configure(huge + &good_phone());
    host.start();
    assert_good_phone_served(host);
    assert!(host.problems().len() <= 1, "{:#?}", host.problems());
}

pub fn invalid_utf8(host: &mut Host) {
    let mut sections = good_phone().into_bytes();
    sections.extend_from_slice(
        b"[caf\xe9]\ntype = phoneprov\nPROFILE = desk\nMAC = 0011223344aa\nNOTE = caf\xe9 \xff\xfe\n\n",
    );
    sections.extend_from_slice(b"[bad-\xff]\ntype = phoneprov\nPROFILE = desk\nMAC = \xff\xff\nendpoint = \xfe\n\n");
    host.configure(sections);
    host.start();
    assert_good_phone_served(host);

    let body = host.fetch("0011223344aa.cfg").body;
    let wanted = b"NOTE=caf\xe9 \xff\xfe\n";
    assert!(body.windows(wanted.len()).any(|window| window == wanted), "values pass through byte for byte");
    let label = b"LABEL=caf\xe9\n";
    assert!(body.windows(label.len()).any(|window| window == label), "so does the section's id");
    let problems = host.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(problems[0].contains("phoneprov section 'bad-"), "{problems:#?}");
}

pub fn ten_thousand_sections_of_garbage(host: &mut Host) {
    let mut sections = account("1000");
    for number in 0..10_000 {
        let id = format!("garbage-{number}");
        sections += &match number % 5 {
            0 => format!("[{id}]\ntype = phoneprov\nQ{number} = \x01\x7f%${{}}$[\n\n"),
            1 => section(&id, &format!("{number:012x}"), "endpoint = ${nobody}"),
            2 => format!("[{id}]\ntype = phoneprov\nMAC = {number:012x}\nPROFILE =\n\n"),
            3 => section(&id, "", "LINE = -99999999999999999999"),
            _ => format!("[{id}]\ntype = phoneprov\nMAC = {number:012x}\nPROFILE = ../../etc\n\n"),
        };
    }
    sections += &good_phone().replace(&account("1000"), "");
    host.configure(sections);
    host.start();
    assert_good_phone_served(host);
    // A real Asterisk writes its log in a thread of its own.
    assert!(eventually(|| host.problems().len() >= 4), "{:#?}", host.problems());
    let problems = host.problems();
    assert_eq!(problems.len(), 4, "each fault has one line: {problems:#?}");
    for (fault, more) in [("no MAC", 3_995), ("no PROFILE", 1_995), ("'${nobody}'", 1_995), ("../../etc", 1_995)] {
        let says = format!(" and {more} more: each ");
        assert!(problems.iter().any(|line| line.contains(fault) && line.contains(&says)), "{fault}: {problems:#?}");
    }
    let list = host.cli("pjsip list phoneprovs");
    let told = list.lines().filter(|line| line.starts_with("! ")).count();
    assert_eq!(told, 4, "{}", list.lines().rev().take(30).collect::<Vec<_>>().join("\n"));

    host.configure(good_phone());
    host.reload();
    assert_good_phone_served(host);
}

//! Options, commands, actions, events and functions have the same names wherever they are told of: in a real Asterisk that has
//! loaded the module, in the help that it shows, in the sample of pjsip.conf, and in the pages.

use crate::page::{Cell, Section, page};
use hosts::{Host, Kind, project_file, unbroken};
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::{BTreeMap, BTreeSet};

const MODULE: &str = "res_pjsip_phoneprov_provider";
const HELP: &str = "share/documentation/res_pjsip_phoneprov_provider-en_US.xml";
/// The types of sections.
const TYPES: [&str; 3] = ["phoneprov", "phoneprov_default", "phoneprov_global"];

/// Names, and what is said of each.
type Told = BTreeMap<String, String>;

fn names(told: &Told) -> BTreeSet<&str> {
    told.keys().map(String::as_str).collect()
}

fn told<N: Into<String>, T: Into<String>>(pairs: impl IntoIterator<Item = (N, T)>) -> Told {
    pairs.into_iter().map(|(name, text)| (name.into(), text.into())).collect()
}

/// A host without the module, which its configuration does not load.
fn host_without_module(kind: Kind) -> Host {
    let mut host = Host::new(kind);
    let modules = host.read("etc/modules.conf").replace(&format!("load = {MODULE}.so\n"), "");
    host.write("etc/modules.conf", modules);
    host.start();
    host
}

/// What Asterisk has once the module is there, and not before.
fn what_comes_with_module<T: Ord>(host: &Host, listed: impl Fn(&Host) -> BTreeSet<T>) -> impl Fn(&Host) -> BTreeSet<T> {
    let before = listed(host);
    move |host| listed(host).into_iter().filter(|name| !before.contains(name)).collect()
}

/// The rows of a section's table below its head.
fn rows(section: &Section) -> impl Iterator<Item = &Vec<Cell>> {
    section.rows.iter().filter(|row| !row[0].code.is_empty())
}

fn with_help<R>(read: impl FnOnce(Node) -> R) -> R {
    let text = project_file(HELP);
    let document = Document::parse_with_options(&text, ParsingOptions::default()).expect("Asterisk reads it, too");
    read(document.root_element())
}

/// The elements of that name below a node, at any depth.
fn elements<'a>(node: Node<'a, 'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.descendants().filter(move |node| node.has_tag_name(name))
}

fn named<'a>(node: Node<'a, 'a>) -> &'a str {
    node.attribute("name").expect("each has a name")
}

/// Words of commands, and how each is used.
pub fn commands_are_told(kind: Kind) {
    let host = host_without_module(kind);
    // In front of ` -- ` stand a command's words.
    let listed = |host: &Host| -> BTreeSet<String> {
        let lines = host.cli("core show help");
        let words = lines.lines().filter_map(|line| line.split_once(" -- ")).map(|(words, _)| words.trim().to_owned());
        words.collect()
    };
    let ours = what_comes_with_module(&host, listed);
    host.cli(&format!("module load {MODULE}.so"));
    let commands = ours(&host);
    assert!(!commands.is_empty());

    let usages: BTreeSet<String> = commands.iter().flat_map(|command| usages(&host, command)).collect();
    let page = page("commands");
    let told: BTreeSet<String> = rows(page.section("On the console")).flat_map(|row| row[0].code.clone()).collect();
    assert_eq!(told, usages, "commands.md has what 'core show help COMMAND' says");
}

/// The lines of a command's help that say how it is written.
fn usages(host: &Host, command: &str) -> Vec<String> {
    let help = host.cli(&format!("core show help {command}"));
    let first = help.trim_start().strip_prefix("Usage: ").unwrap_or_else(|| panic!("{command}: {help}")).to_owned();
    let usages = first.lines().map(str::trim).take_while(|line| line.starts_with(command));
    usages.map(str::to_owned).collect()
}

/// Dialplan functions, and their arguments.
pub fn functions_are_told(kind: Kind) {
    let host = host_without_module(kind);
    let listed = |host: &Host| host.complete("core show function ").into_iter().collect();
    let ours = what_comes_with_module(&host, listed);
    host.cli(&format!("module load {MODULE}.so"));
    let functions: BTreeSet<String> = ours(&host);
    let of_help: BTreeSet<String> =
        with_help(|help| elements(help, "function").map(|function| named(function).to_owned()).collect());
    assert_eq!(of_help, functions);

    let syntax = |function: &String| {
        let help = host.cli(&format!("core show function {function}"));
        let line = help.lines().find(|line| line.starts_with(&format!("{function}(")));
        line.unwrap_or_else(|| panic!("{help}")).trim().to_owned()
    };
    let page = page("commands");
    let told: BTreeSet<String> = rows(page.section("Functions")).map(|row| row[0].code[0].clone()).collect();
    assert_eq!(told, functions.iter().map(syntax).collect(), "commands.md has what 'core show function' says");
}

/// AMI's actions, who may have them done, and their headers.
pub fn actions_are_told(kind: Kind) {
    let host = host_without_module(kind);
    // "NAME: SYNOPSIS  (Priv: CLASSES)"
    let listed = |host: &Host| -> BTreeSet<(String, String)> {
        let answer = host.ami("all").action("ListCommands", &[]);
        let headers = answer.into_iter().flat_map(|message| message.headers);
        let class = |text: &str| text.rsplit_once("(Priv: ").map(|(_, class)| class.trim_end_matches(')').to_owned());
        headers.filter_map(|(name, text)| Some((name, class(&text)?))).collect()
    };
    let ours = what_comes_with_module(&host, listed);
    host.cli(&format!("module load {MODULE}.so"));
    let actions = told(ours(&host));

    let page = page("ami");
    let rows: Vec<_> = page.section("Actions").rows.iter().skip(1).collect();
    // Whoever has the class `all` may do anything.
    let classes = told(rows.iter().map(|row| (&*row[0].text, format!("{},all", row[1].text))));
    assert_eq!(classes, actions, "ami.md has what 'ListCommands' says");
    with_help(|help| {
        let helped: BTreeSet<&str> = elements(help, "manager").map(named).collect();
        assert_eq!(helped, names(&actions));
    });

    // What the same as another one takes says so.
    let mut before: Vec<String> = Vec::new();
    for row in rows {
        if row[2].text != "the same" {
            before = headers(&row[2].text);
        }
        let action = &row[0].text;
        assert_eq!(before, headers_in_help(&host, action), "of {action}");
    }
}

/// The headers that a row of ami.md names: words that begin with a capital and stand outside of brackets.
fn headers(text: &str) -> Vec<String> {
    let mut depth = 0;
    let outside: String = text
        .chars()
        .filter(|letter| {
            depth += i32::from(*letter == '(');
            let is_outside = depth == 0;
            depth -= i32::from(*letter == ')');
            is_outside
        })
        .collect();
    let words = outside.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| word.starts_with(char::is_uppercase)).map(str::to_owned).collect()
}

fn headers_in_help(host: &Host, action: &str) -> Vec<String> {
    let help = host.cli(&format!("manager show command {action}"));
    let (_, rest) = help.split_once("[Syntax]").unwrap_or_else(|| panic!("{action}: {help}"));
    let syntax = rest.lines().skip(1).take_while(|line| !line.trim().is_empty());
    let names = syntax.filter_map(|line| Some(line.trim_start_matches('[').split_once(':')?.0.to_owned()));
    names.filter(|name| !["Action", "ActionID"].contains(&name.as_str())).collect()
}

/// AMI's events and their fields. That they are sent, the scenarios show.
pub fn events_are_told(kind: Kind) {
    let mut host = Host::new(kind);
    host.start();
    let page = page("ami");
    let of_page: BTreeMap<&str, BTreeSet<&str>> = page
        .sections
        .iter()
        .filter(|section| section.heading.starts_with("Phoneprov"))
        .map(|section| (&*section.heading, rows(section).map(|row| &*row[0].code[0]).collect()))
        .collect();
    with_help(|help| {
        let helped: BTreeSet<&str> = elements(help, "managerEvent").map(named).collect();
        assert_eq!(of_page.keys().copied().collect::<BTreeSet<_>>(), helped);
    });
    // Those that end a list are told of with their actions.
    for (event, fields) in of_page.iter().filter(|(event, _)| !event.ends_with("Complete")) {
        let help = host.cli(&format!("manager show event {event}"));
        // An event without fields may have no syntax.
        let rest = help.split_once("[Syntax]").map_or("", |(_, rest)| rest);
        let (syntax, _) = rest.split_once("\n\n").unwrap_or((rest, ""));
        let shown: BTreeSet<&str> = syntax
            .lines()
            .filter_map(|line| line.split_once(": <value>"))
            .map(|(name, _)| name.trim_start_matches('['))
            .collect();
        assert_eq!(*fields, shown, "of {event}: {help}");
    }
    host.finish();
}

/// Options of sections and what they are if nobody says.
pub fn options_are_told(kind: Kind) {
    let mut host = Host::new(kind);
    host.configure("[phoneprov]\ntype = phoneprov_global\nno_such_option = 1\n");
    host.start();

    // The module itself names those that it takes.
    let check = unbroken(&host.cli("pjsip check phoneprovs"));
    let (_, taken) =
        check.split_once("does not exist; remove it or write one of ").unwrap_or_else(|| panic!("{check}"));
    let (taken, _) = taken.split_once(" A reload would").unwrap_or_else(|| panic!("{check}"));
    let taken: BTreeSet<&str> = taken.split(", ").collect();

    for kind_of_section in TYPES {
        let help = help_on(&host, kind_of_section);
        assert_eq!(told_by_page(kind_of_section), help, "configuration.md on {kind_of_section}");
        if kind_of_section == "phoneprov_global" {
            assert_eq!(names(&help), taken);
            assert_eq!(told_by_sample(kind_of_section), help, "pjsip.conf.sample on {kind_of_section}");
            // The module takes its own defaults.
            let defaults = help.iter().filter(|(_, default)| !default.is_empty());
            let lines: String = defaults.map(|(name, default)| format!("{name} = {default}\n")).collect();
            host.configure(format!("[phoneprov]\ntype = phoneprov_global\n{lines}"));
            assert!(host.cli("pjsip check phoneprovs").ends_with("\nOK\n"), "{}", host.cli("pjsip check phoneprovs"));
        } else {
            let sample = told_by_sample(kind_of_section);
            let missing: Vec<_> = names(&help).difference(&names(&sample)).copied().collect::<Vec<_>>();
            assert!(
                kind_of_section == "phoneprov_default" || missing.is_empty(),
                "pjsip.conf.sample lacks {missing:?}"
            );
        }
    }
    host.finish();
}

/// A type's options in Asterisk's help, with their defaults; without `type` and what stands for any name.
fn help_on(host: &Host, kind: &str) -> Told {
    let options = with_help(|help| {
        let object = elements(help, "configObject").find(|object| named(*object) == kind).expect("it is there");
        let options = elements(object, "configOption").map(named).filter(|name| !["type", "*"].contains(name));
        options.map(str::to_owned).collect::<Vec<_>>()
    });
    let default = |option: &String| {
        let help = host.cli(&format!("config show help {MODULE} {kind} {option}"));
        assert!(help.contains(&format!("{option} = [")), "{option}: {help}");
        let default = help.split_once("(Default: ").map(|(_, rest)| rest.split(')').next().unwrap_or_default());
        // None.
        default.filter(|default| *default != "n/a").unwrap_or_default().to_owned()
    };
    options.iter().map(|option| (option.clone(), default(option))).collect()
}

/// The same in configuration.md. A default that is no code is described, not one to write.
fn told_by_page(kind: &str) -> Told {
    let page = page("configuration");
    let table = rows(page.section(&format!("Options of {kind}")));
    let table = table.filter(|row| row[0].code[0] != "type");
    told(table.map(|row| (&*row[0].code[0], row[1].code.first().map_or("", String::as_str))))
}

/// The same in the sample, where each line is a comment.
fn told_by_sample(kind: &str) -> Told {
    let sample = project_file("share/documentation/pjsip.conf.sample");
    let mut options = Told::new();
    for section in sample.split("\n;[").skip(1) {
        let lines =
            section.lines().skip(1).filter_map(|line| line.strip_prefix(';')?.split(" ;").next()?.split_once('='));
        let lines: Vec<_> = lines.filter(|(name, _)| is_option(name)).collect();
        if lines.iter().any(|(name, value)| *name == "type" && value.trim() == kind) {
            let values = lines.iter().filter(|(name, _)| *name != "type");
            options.extend(told(values.map(|(name, value)| (*name, value.trim()))));
        }
    }
    options
}

/// Whether that can be an option's name, and is no sentence and no line.
fn is_option(name: &str) -> bool {
    !name.is_empty() && !name.contains([' ', ';'])
}

/// The sample does what it says, once its comments are taken off.
pub fn sample_is_taken(kind: Kind) {
    let sample = project_file("share/documentation/pjsip.conf.sample");
    let is_written =
        |line: &&str| line.starts_with('[') || line.split_once('=').is_some_and(|(name, _)| is_option(name));
    let written = sample.lines().filter_map(|line| line.strip_prefix(';')).filter(is_written);
    let written: String = written.map(|line| format!("{line}\n")).collect();
    let accounts: String = ["alice", "office", "bob"].map(hosts::config::account).concat();
    let mut host = Host::new(kind);
    // A key that is empty is none.
    host.configure(accounts + &written.replace("hash_key= ", ";"));
    host.start();
    let list = host.cli("pjsip list phoneprovs");
    assert!(list.contains("2 phones with 3 lines"), "{list}");
    assert_eq!(host.problems(), [""; 0]);
    host.finish();
}

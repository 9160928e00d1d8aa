//! Everybody who answers for phones, asked at one moment: what contradicts what.

use hosts::{Ami, Host, Message, unbroken};
use std::collections::{BTreeMap, BTreeSet};

/// What each says of one state.
pub struct Voices {
    /// What a phone gets for its file `MAC.cfg`, by MAC.
    http: BTreeMap<String, u16>,
    /// The word of `pjsip list phoneprovs`, by MAC.
    list: BTreeMap<String, String>,
    list_text: String,
    show: BTreeMap<String, String>,
    ami_list: BTreeMap<String, Message>,
    check_text: String,
    ami_check: Vec<Message>,
    status: String,
    ami_status: Message,
}

/// Whether the configuration files are as they were when they were loaded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Files {
    Loaded,
    Edited,
}

impl Voices {
    /// Asks them all, phones first.
    pub fn of(host: &Host, ami: &mut Ami) -> Self {
        let macs = |answer: &[Message]| {
            let of_list = answer.iter().filter(|message| message.is_event("PhoneprovList"));
            of_list.map(|message| (message.get("MAC").unwrap_or_default().to_owned(), message.clone())).collect()
        };
        let all: BTreeMap<String, Message> = macs(&ami.action("PJSIPShowPhoneprovs", &[]));
        let with_mac = || all.keys().filter(|mac| !mac.is_empty());
        let http = with_mac().map(|mac| (mac.clone(), host.fetch(&format!("{mac}.cfg")).status)).collect();
        // What was asked may have found something out.
        host.settle();
        let ami_list: BTreeMap<String, Message> = macs(&ami.action("PJSIPShowPhoneprovs", &[]));
        let list_text = host.cli("pjsip list phoneprovs");
        let ami_status = ami.action("PJSIPShowPhoneprovStatus", &[]);
        Voices {
            http,
            list: rows(&list_text),
            show: with_mac().map(|mac| (mac.clone(), host.cli(&format!("pjsip show phoneprov {mac}")))).collect(),
            list_text,
            ami_list,
            check_text: host.cli("pjsip check phoneprovs"),
            ami_check: ami.action("PJSIPPhoneprovCheck", &[]),
            status: host.cli("pjsip show phoneprov status"),
            ami_status: ami_status.into_iter().find(|message| message.is_event("PhoneprovStatus")).unwrap(),
        }
    }

    /// How many phones are served, by what they get.
    pub fn served(&self) -> usize {
        self.http.values().filter(|status| **status != 404).count()
    }

    /// The text of the check.
    pub fn check(&self) -> &str {
        &self.check_text
    }

    /// What contradicts what, in words.
    pub fn contradictions(&self, files: Files) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |what: String, one: String, other: String| {
            if one != other {
                found.push(format!("{what}: {one} / {other}"));
            }
        };
        let words = |map: &BTreeMap<String, Message>| {
            let word = |message: &Message| message.get("State").unwrap_or_default().to_lowercase();
            map.iter()
                .filter(|(mac, _)| !mac.is_empty())
                .map(|(mac, of)| (mac.clone(), word(of)))
                .collect::<BTreeMap<_, _>>()
        };
        compare(
            "list / PJSIPShowPhoneprovs".into(),
            format!("{:?}", self.list),
            format!("{:?}", words(&self.ami_list)),
        );
        for (mac, word) in &self.list {
            let is_served = self.http.get(mac).is_some_and(|status| *status != 404);
            compare(
                format!("{mac}: list '{word}' / what it gets"),
                says_served(word, is_served).to_string(),
                is_served.to_string(),
            );
            let state = self.show.get(mac).and_then(|text| of_status(text, "  State")).unwrap_or_default();
            compare(
                format!("{mac}: list '{word}' / show '{state}'"),
                (word == "refused").to_string(),
                state.starts_with("not served").to_string(),
            );
            if self.http.get(mac) == Some(&500) {
                compare(format!("{mac} gets 500: list"), self.list_text.contains("! ").to_string(), true.to_string());
            }
        }
        let served = self.served().to_string();
        compare(
            "Phones of the status / of HTTP".into(),
            self.ami_status.get("Phones").unwrap_or("0").to_owned(),
            served.clone(),
        );
        let of_console = of_status(&self.status, "Phones served").unwrap_or_default();
        compare(
            "Phones served of the status".into(),
            of_console.split(' ').next().unwrap_or_default().to_owned(),
            served.clone(),
        );
        let told = format!(", {served} served");
        compare(
            format!("list's totals have '{told}'"),
            unbroken(&self.list_text).contains(&told).to_string(),
            true.to_string(),
        );

        let plans = |change: &str| {
            let is =
                |message: &&Message| message.is_event("PhoneprovCheckPhone") && message.get("Change") == Some(change);
            self.ami_check.iter().filter(is).count()
        };
        let counts = [plans("Added"), plans("Changed"), plans("Removed")];
        let wanted = format!(
            "would add {} phone{}, change {}, remove {}",
            counts[0],
            if counts[0] == 1 { "" } else { "s" },
            counts[1],
            counts[2]
        );
        compare(
            format!("check / its action: '{wanted}'"),
            unbroken(&self.check_text).contains(&wanted).to_string(),
            true.to_string(),
        );
        let result = self.ami_check.last().and_then(|message| message.get("Result")).unwrap_or_default();
        let verdict = self.check_text.trim().lines().last().unwrap_or_default();
        compare("verdict / Result".into(), verdict.to_owned(), result.to_owned());
        let totals: Vec<&str> = self.list_text.lines().filter(|line| line.contains(" served, ")).collect();
        compare("totals of the list above / below".into(), totals[0].to_owned(), totals[totals.len() - 1].to_owned());
        let of_sections = self
            .ami_status
            .get("LastSyncResult")
            .and_then(|result| result.split(", ").find(|part| part.contains("problem")));
        let of_list = totals[0].rsplit(", ").next().unwrap_or_default();
        if !self.has_problems_of_files() && files == Files::Loaded {
            compare(
                "problems of the list / of the last sync".into(),
                of_list.into(),
                of_sections.unwrap_or_default().into(),
            );
            let of_check = if verdict == "OK" { "0 problems" } else { verdict };
            compare("problems of the list / of check".into(), of_list.to_owned(), of_check.to_owned());
        }
        if files == Files::Loaded {
            compare("a reload of what is loaded".into(), format!("{counts:?}"), format!("{:?}", [0, 0, 0]));
            let refused: BTreeSet<&str> = self.refused().collect();
            let told: BTreeSet<&str> = self.check_errors().collect();
            let silent: Vec<_> = refused.difference(&told).skip(self.unnamed()).collect();
            compare("refused, and no error of check".into(), format!("{silent:?}"), "[]".to_owned());
        }
        if verdict == "OK" {
            let refused: Vec<&str> = self.refused().collect();
            compare("refused, and check says OK".into(), format!("{refused:?}"), "[]".to_owned());
        }
        found
    }

    /// Whether something is wrong with files, which not everybody looks at.
    fn has_problems_of_files(&self) -> bool {
        let of_files =
            ["no type", "has type '", "profile '", "cannot be read", "there twice", "sessionlimit", "is gone"];
        of_files.iter().any(|part| unbroken(&self.check_text).contains(part))
    }

    /// The sections of phones that are refused.
    fn refused(&self) -> impl Iterator<Item = &str> {
        let refused = self.ami_list.values().filter(|message| message.get("State") == Some("Refused"));
        refused.flat_map(|message| message.get("Sections").unwrap_or_default().split(','))
    }

    /// The sections that check has an error for.
    fn check_errors(&self) -> impl Iterator<Item = &str> {
        let errors = self.ami_check.iter().filter(|message| message.get("Severity") == Some("Error"));
        let names = errors.filter_map(|message| message.get("ObjectNames").or(message.get("ObjectName")));
        names.flat_map(|names| names.split(','))
    }

    /// How many sections share an error of check's and are not named.
    fn unnamed(&self) -> usize {
        let count = |message: &Message| message.get("ObjectCount")?.parse::<usize>().ok();
        let errors = self.ami_check.iter().filter(|message| message.get("Severity") == Some("Error"));
        errors.filter_map(count).map(|count| count.saturating_sub(5)).sum()
    }
}

/// Whether a word of the list says that a phone gets its file; one that is about to change may or may not.
fn says_served(word: &str, is_served: bool) -> bool {
    match word {
        "refused" => false,
        "pending" => is_served,
        _ => true,
    }
}

/// MAC and state of each row.
fn rows(list: &str) -> BTreeMap<String, String> {
    let is_mac = |word: &str| word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let row = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (mac, state) = (words.first().filter(|word| is_mac(word))?, words.get(3)?);
        Some(((*mac).to_owned(), (*state).to_owned()))
    };
    list.lines().filter(|line| !line.starts_with(' ')).filter_map(row).collect()
}

fn of_status(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()))
}

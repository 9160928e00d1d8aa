//! What a check tells, taken apart.

use hosts::unbroken;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Added,
    Changed,
    Removed,
}

/// An answer of `pjsip check phoneprovs`.
#[derive(Debug)]
pub struct Told {
    pub text: String,
    /// By MAC, what becomes of it and whether only `res_pjsip`'s reload brings all of that.
    pub fates: BTreeMap<String, (Fate, bool)>,
    /// Each in one line, with its severity in front.
    pub problems: BTreeSet<String>,
    pub unchanged: usize,
}

impl Told {
    pub fn new(text: &str) -> Self {
        let mut told =
            Self { text: text.to_owned(), fates: BTreeMap::new(), problems: BTreeSet::new(), unchanged: usize::MAX };
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            if let Some(problem) = line.strip_prefix("! ") {
                let mut problem = problem.to_owned();
                while let Some(more) = lines.next_if(|line| line.starts_with("  ")) {
                    problem = problem + " " + more;
                }
                told.problems.insert(unbroken(&problem));
            } else if let Some(rest) = line.strip_prefix("A reload would add ") {
                let numbers: Vec<usize> =
                    rest.split(' ').filter_map(|word| word.trim_end_matches(',').parse().ok()).collect();
                let count = |fate| told.fates.values().filter(|(each, _)| *each == fate).count();
                assert_eq!(numbers[..3], [count(Fate::Added), count(Fate::Changed), count(Fate::Removed)], "{text}");
                told.unchanged = numbers[3];
            } else if let Some((word, phone)) = line.split_at_checked(8).filter(|(word, _)| !word.starts_with(' ')) {
                let fate = match word.trim_end_matches([' ', '*']) {
                    "add" => Fate::Added,
                    "change" => Fate::Changed,
                    "remove" => Fate::Removed,
                    _ => continue,
                };
                let (mac, _) = phone.split_once(" (").unwrap_or_else(|| panic!("{line}"));
                assert!(told.fates.insert(mac.to_owned(), (fate, word.contains('*'))).is_none(), "twice: {text}");
            }
        }
        assert_ne!(told.unchanged, usize::MAX, "no sum:\n{text}");
        told
    }

    /// Whether Asterisk has read what stands in the file.
    pub fn was_read(&self) -> bool {
        let unread = |problem: &String| problem.contains("is there twice in") || problem.contains("cannot be read");
        !self.problems.iter().any(unread)
    }

    pub fn count(&self, fate: Fate) -> usize {
        self.fates.values().filter(|(each, _)| *each == fate).count()
    }
}

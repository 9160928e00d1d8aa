//! The `type=phoneprov_global` section: how the module itself behaves.

use super::content_hash::HashKey;
use super::fleet::Section;
use super::object_type::ObjectType;
use super::problem::{Fault, Problem};
use super::variables::Pair;
use std::ffi::CStr;
use std::time::Duration;

/// What the section says, or the defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `http_gate`: whether requests are held while phones change.
    pub http_gate: bool,
    /// `fill_res_phoneprov`: whether `res_phoneprov` is given the phones, too.
    pub fill_res_phoneprov: bool,
    /// `refresh_interval`: how often the database is read; `None` never, unless somebody asks.
    pub refresh_interval: Option<Duration>,
    /// `confirm_after`: how long many phones must be gone from the database until that is believed.
    pub confirm_after: Duration,
    /// `last_known_good`: whether what the database says is kept in a file.
    pub last_known_good: bool,
    /// `hash_key`: what a hash that covers secrets is made with.
    pub hash_key: Option<HashKey>,
    /// `resync` and what belongs to it: who is told to fetch again.
    pub resync: Resync,
    /// `largest_template`: how many bytes a template may have; the option says it in megabytes.
    pub largest_template: u64,
}

impl Settings {
    /// Every option that there is: no other is taken.
    pub const OPTIONS: &[&'static CStr] = &[
        c"http_gate",
        c"fill_res_phoneprov",
        c"largest_template",
        c"hash_key",
        c"resync",
        c"resync_first",
        c"resync_wait",
        c"resync_tries",
        c"resync_rate",
        c"resync_in_call",
        c"refresh_interval",
        c"confirm_after",
        c"last_known_good",
    ];

    /// What is so where no section says otherwise.
    pub const DEFAULT: Settings = Settings {
        http_gate: true,
        fill_res_phoneprov: true,
        refresh_interval: None,
        confirm_after: Duration::from_secs(300),
        last_known_good: false,
        hash_key: None,
        resync: Resync::DEFAULT,
        largest_template: 32 << 20,
    };
}

/// Who is told that there is something new to fetch, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resync {
    /// `resync`: whether phones that were changed are told by themselves.
    pub changed: bool,
    /// `resync_rate`: how many phones are told in a second at most.
    pub rate: u32,
    /// `resync_tries`: how often one phone is told at most.
    pub tries: u32,
    /// `resync_first`: how many phones are the first wave; where there are no more, there is only one.
    pub first: usize,
    /// `resync_wait`: how long a phone may take from its answer to its fetch; time in calls does not count.
    pub wait: Duration,
    /// `resync_in_call`: whether phones are told while they have a call.
    pub in_call: bool,
}

impl Resync {
    /// What is so where no section says otherwise.
    pub const DEFAULT: Resync =
        Resync { changed: false, rate: 10, tries: 3, first: 20, wait: Duration::from_secs(600), in_call: false };

    /// Takes an option of its own, and answers whether it was understood.
    fn take(&mut self, name: &CStr, value: &CStr) -> bool {
        match name.to_bytes() {
            b"resync" => set(&mut self.changed, no_or_changed(value)),
            b"resync_rate" => set(&mut self.rate, number(value, 1, 1000)),
            b"resync_tries" => set(&mut self.tries, number(value, 1, 10)),
            b"resync_first" => set(&mut self.first, number(value, 1, 100_000).map(|first| first as usize)),
            b"resync_wait" => set(&mut self.wait, seconds(value).filter(|wait| !wait.is_zero())),
            b"resync_in_call" => set(&mut self.in_call, yes_or_no(value)),
            _ => false,
        }
    }

    /// What such an option takes.
    fn wanted(name: &CStr) -> Option<&'static str> {
        match name.to_bytes() {
            b"resync" => Some("no or changed"),
            b"resync_rate" => Some("a number of phones a second, 1 to 1000"),
            b"resync_tries" => Some("a number, 1 to 10"),
            b"resync_first" => Some("a number of phones, 1 to 100000"),
            b"resync_wait" => Some("a number of seconds, 1 to 86400"),
            b"resync_in_call" => Some("yes or no"),
            _ => None,
        }
    }
}

fn no_or_changed(value: &CStr) -> Option<bool> {
    if value.to_bytes().eq_ignore_ascii_case(b"changed") {
        return Some(true);
    }
    yes_or_no(value).filter(|is_wanted| !is_wanted)
}

/// Reads a number within bounds.
fn number(value: &CStr, least: u32, most: u32) -> Option<u32> {
    value.to_str().ok()?.trim().parse().ok().filter(|number| (least..=most).contains(number))
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Settings {
    /// Reads the sections, which come in order of id; only the first counts.
    pub fn read<'a>(sections: impl IntoIterator<Item = Section<'a>>, problems: &mut Vec<Problem>) -> Self {
        let mut settings = Settings::DEFAULT;
        let mut problem = |section: &CStr, fault| {
            problems.push(Problem { object: ObjectType::PhoneprovGlobal, section: section.into(), fault });
        };
        let mut sections = sections.into_iter();
        let Some((id, variables)) = sections.next() else { return settings };
        let mut given: Vec<&CStr> = Vec::new();
        for Pair { name, value, is_inherited, .. } in variables.pairs() {
            if is_inherited && given.contains(&name) {
                continue;
            }
            given.push(name);
            // The config wizard's own mark.
            if name == c"@pjsip_wizard" {
                continue;
            }
            if !Self::OPTIONS.contains(&name) {
                problem(id, Fault::UnknownOption { name: name.into(), options: Self::OPTIONS });
                continue;
            }
            let is_understood = match name.to_bytes() {
                b"http_gate" => set(&mut settings.http_gate, yes_or_no(value)),
                b"fill_res_phoneprov" => set(&mut settings.fill_res_phoneprov, yes_or_no(value)),
                b"last_known_good" => set(&mut settings.last_known_good, yes_or_no(value)),
                b"refresh_interval" => {
                    let interval = seconds(value).map(|interval| (!interval.is_zero()).then_some(interval));
                    set(&mut settings.refresh_interval, interval)
                }
                b"confirm_after" => set(&mut settings.confirm_after, seconds(value)),
                b"largest_template" => set(&mut settings.largest_template, megabytes(value)),
                b"hash_key" => set(&mut settings.hash_key, HashKey::new(value).map(Some)),
                _ => settings.resync.take(name, value),
            };
            if !is_understood {
                let wanted = match name.to_bytes() {
                    b"http_gate" | b"fill_res_phoneprov" | b"last_known_good" => "yes or no",
                    b"largest_template" => "a number of megabytes, 1 to 1024",
                    b"hash_key" => "sixteen characters or more",
                    _ => Resync::wanted(name).unwrap_or("a number of seconds, 0 to 86400"),
                };
                problem(id, Fault::NotUnderstood { name: name.into(), value: value.into(), wanted });
            }
        }
        for (other, _) in sections {
            problem(other, Fault::SecondGlobal { holder: id.into() });
        }
        settings
    }
}

/// Sets what was understood, and answers whether it was.
fn set<T>(setting: &mut T, value: Option<T>) -> bool {
    let is_understood = value.is_some();
    value.into_iter().for_each(|value| *setting = value);
    is_understood
}

/// Reads a number of seconds, a day at most.
fn seconds(value: &CStr) -> Option<Duration> {
    let seconds: u64 = value.to_str().ok()?.trim().parse().ok()?;
    (seconds <= 86_400).then(|| Duration::from_secs(seconds))
}

/// Reads a number of megabytes, a gigabyte at most.
fn megabytes(value: &CStr) -> Option<u64> {
    let megabytes: u64 = value.to_str().ok()?.trim().parse().ok()?;
    (1..=1024).contains(&megabytes).then_some(megabytes << 20)
}

/// Reads a boolean in all of Asterisk's spellings (utils.c, `ast_true` and `ast_false`).
pub fn yes_or_no(value: &CStr) -> Option<bool> {
    let is_one_of = |words: &[&[u8]]| words.iter().any(|word| value.to_bytes().eq_ignore_ascii_case(word));
    if is_one_of(&[b"yes", b"true", b"y", b"t", b"1", b"on"]) {
        Some(true)
    } else if is_one_of(&[b"no", b"false", b"n", b"f", b"0", b"off"]) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::variables::Variables;
    use super::*;

    fn read(sections: &[(&CStr, &[(&CStr, &CStr)])]) -> (Settings, Vec<String>) {
        let sections: Vec<(&CStr, Variables)> =
            sections.iter().map(|(id, pairs)| (*id, pairs.iter().copied().collect())).collect();
        let mut problems = Vec::new();
        let settings = Settings::read(sections.iter().map(|(id, variables)| (*id, variables)), &mut problems);
        (settings, problems.iter().map(Problem::to_string).collect())
    }

    #[test]
    fn the_gate_is_on_unless_switched_off() {
        assert_eq!(read(&[]), (Settings::DEFAULT, vec![]));
        assert_eq!(
            read(&[(c"g", &[(c"http_gate", c"Off")])]),
            (Settings { http_gate: false, ..Settings::DEFAULT }, vec![])
        );
    }

    #[test]
    fn res_phoneprov_is_filled_unless_that_is_switched_off() {
        assert!(read(&[]).0.fill_res_phoneprov);
        assert!(!read(&[(c"g", &[(c"fill_res_phoneprov", c"no")])]).0.fill_res_phoneprov);
    }

    #[test]
    fn seconds_are_read() {
        let (settings, problems) = read(&[(c"g", &[(c"refresh_interval", c"60"), (c"confirm_after", c"10 minutes")])]);
        assert_eq!(settings.refresh_interval, Some(Duration::from_secs(60)));
        assert_eq!(settings.confirm_after, Settings::DEFAULT.confirm_after);
        assert_eq!(
            problems,
            ["phoneprov_global section 'g': has confirm_after '10 minutes'; write a number of seconds, 0 to 86400"]
        );
        let (settings, _) = read(&[(c"g", &[(c"refresh_interval", c"0")])]);
        assert_eq!(settings.refresh_interval, None);
    }

    #[test]
    fn a_key_is_long_and_is_not_repeated() {
        assert!(read(&[(c"g", &[(c"hash_key", c"correct horse battery")])]).0.hash_key.is_some());
        let (settings, problems) = read(&[(c"g", &[(c"hash_key", c"hunter2")])]);
        assert_eq!(settings.hash_key, None);
        assert_eq!(
            problems,
            ["phoneprov_global section 'g': has hash_key '********'; write sixteen characters or more"]
        );
    }

    #[test]
    fn what_is_not_understood_is_told_and_changes_nothing() {
        let (settings, problems) =
            read(&[(c"a", &[(c"http_gate", c"maybe"), (c"gate", c"no")]), (c"b", &[(c"http_gate", c"no")])]);
        assert_eq!(settings, Settings::DEFAULT);
        assert_eq!(
            problems,
            [
                "phoneprov_global section 'a': has http_gate 'maybe'; write yes or no",
                "phoneprov_global section 'a': has option 'gate', which does not exist; remove it or write one of http_gate, \
                 fill_res_phoneprov, largest_template, hash_key, resync, resync_first, resync_wait, resync_tries, resync_rate, resync_in_call, refresh_interval, \
                 confirm_after, last_known_good",
                "phoneprov_global section 'b': is not used, section 'a' is; put all options into one",
            ]
        );
    }
}

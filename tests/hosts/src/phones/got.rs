//! What clients got, and how long it took.

use crate::Answer;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How often something came, by what it was.
pub type Counts = BTreeMap<String, usize>;

#[derive(Default)]
pub struct Got {
    /// Of phones, what was not good: another status than 200, half a file, no answer.
    pub other: Counts,
    /// Of phones, the requests that were answered as they should be: when they began, and how long they took.
    pub good: Vec<(Instant, Duration)>,
    /// Of those that behave badly, everything.
    pub rude: Counts,
}

impl Got {
    pub(super) fn add(&mut self, more: Got) {
        more.other.into_iter().for_each(|(what, count)| *self.other.entry(what).or_default() += count);
        more.rude.into_iter().for_each(|(what, count)| *self.rude.entry(what).or_default() += count);
        self.good.extend(more.good);
    }

    /// The time within which that part of the good answers came.
    pub fn quantile(&self, part: f64) -> Option<Duration> {
        quantile(part, self.good.iter().map(|&(_, took)| took))
    }

    pub fn assert_all_good(&self) {
        assert!(self.other.is_empty(), "{:?} beside {} good answers", self.other, self.good.len());
        assert!(!self.good.is_empty(), "nobody was answered");
    }
}

/// The time within which that part of them came.
pub fn quantile(part: f64, times: impl Iterator<Item = Duration>) -> Option<Duration> {
    let mut times: Vec<Duration> = times.collect();
    times.sort_unstable();
    let at = (part * times.len().saturating_sub(1) as f64).round() as usize;
    times.get(at).copied()
}

/// The same for people.
pub fn quantile_text(part: f64, times: impl Iterator<Item = Duration>) -> String {
    quantile(part, times).map_or("–".into(), |time| format!("{:.2} ms", 1000.0 * time.as_secs_f64()))
}

/// Whether an answer is what a phone should get; if not, what it is. `address` is the host's own.
pub type Check = fn(address: &str, answer: &Answer) -> Result<(), String>;

/// 200, whatever comes with it.
pub fn is_good(_: &str, answer: &Answer) -> Result<(), String> {
    if answer.status == 200 { Ok(()) } else { Err(format!("status {}", answer.status)) }
}

/// For templates with lines `SERVER=${SERVER}` and a last line `end`: 200, and all of it, with SERVER wherever it belongs.
pub fn is_whole(address: &str, answer: &Answer) -> Result<(), String> {
    is_good(address, answer)?;
    if !answer.body.ends_with(b"\nend\n") {
        return Err("status 200, without its end".to_owned());
    }
    let text = String::from_utf8_lossy(&answer.body);
    let mut servers = text.lines().filter_map(|line| line.strip_prefix("SERVER=")).peekable();
    if servers.peek().is_none() {
        return Err("status 200, without its lines".to_owned());
    }
    if servers.any(|server| server != address) {
        return Err("status 200, with a SERVER missing".to_owned());
    }
    Ok(())
}
